import type {
  CallHierarchyIncomingCallsParams,
  CallHierarchyOutgoingCallsParams,
  CallHierarchyPrepareParams,
  CodeActionParams,
  CodeLensParams,
  CompletionParams,
  DefinitionParams,
  DocumentDiagnosticParams,
  DocumentDiagnosticReport,
  DocumentFormattingParams,
  DocumentHighlightParams,
  DocumentLinkParams,
  DocumentOnTypeFormattingParams,
  DocumentRangeFormattingParams,
  DocumentSymbolParams,
  FoldingRangeParams,
  HoverParams,
  InlayHintParams,
  LinkedEditingRangeParams,
  PrepareRenameParams,
  ReferenceParams,
  RenameParams,
  SelectionRangeParams,
  SemanticTokensParams,
  SemanticTokensRangeParams,
  SignatureHelpParams,
} from 'vscode-languageserver';
import type { EditGraphParams, EditGraphResult, FilesAsNodesParams, GraphParams, RunStateParams } from '../requests';
import { codeActions } from '../service/actions/actions';
import type { Cancellation } from '../service/cancellation';
import { codeLenses } from '../service/code-lenses';
import { complete } from '../service/completion/complete';
import { diagnose } from '../service/diagnostics/diagnose';
import type { FileAccess } from '../service/files/access';
import { fed, feeders, prepareFlow } from '../service/flow-hierarchy';
import { foldingRanges } from '../service/folding';
import { format, formatOnType, formatRange } from '../service/formatting/format';
import { graphData } from '../service/graph/data';
import { editGraph } from '../service/graph/edit';
import { filesAsNodes, pathFrom } from '../service/graph/files-as-nodes';
import { hover } from '../service/hover/hover';
import { inlayHints } from '../service/inlay-hints';
import { documentLinks } from '../service/links';
import { documentSymbols } from '../service/outline';
import { selectionRanges } from '../service/selection';
import type { Settings } from '../service/settings';
import { signatureHelp } from '../service/signature-help';
import type { Snapshot } from '../service/snapshot';
import { definition, highlights, references } from '../service/symbols/find';
import { linkedRanges } from '../service/symbols/linked';
import { prepareRename, rename } from '../service/symbols/rename';
import { semanticTokens } from '../service/symbols/tokens';
import { type HostOptions, REQUEST_FAILED, Refused } from './backend';
import type { Method } from './capabilities';
import { fingerprint } from './fingerprint';

/** What each request brings. */
interface ParamsOf {
  'textDocument/diagnostic': DocumentDiagnosticParams;
  'textDocument/completion': CompletionParams;
  'textDocument/hover': HoverParams;
  'textDocument/definition': DefinitionParams;
  'textDocument/references': ReferenceParams;
  'textDocument/documentHighlight': DocumentHighlightParams;
  'textDocument/documentSymbol': DocumentSymbolParams;
  'textDocument/documentLink': DocumentLinkParams;
  'textDocument/codeAction': CodeActionParams;
  'textDocument/codeLens': CodeLensParams;
  'textDocument/inlayHint': InlayHintParams;
  'textDocument/signatureHelp': SignatureHelpParams;
  'textDocument/foldingRange': FoldingRangeParams;
  'textDocument/selectionRange': SelectionRangeParams;
  'textDocument/linkedEditingRange': LinkedEditingRangeParams;
  'textDocument/semanticTokens/full': SemanticTokensParams;
  'textDocument/semanticTokens/range': SemanticTokensRangeParams;
  'textDocument/formatting': DocumentFormattingParams;
  'textDocument/rangeFormatting': DocumentRangeFormattingParams;
  'textDocument/onTypeFormatting': DocumentOnTypeFormattingParams;
  'textDocument/prepareRename': PrepareRenameParams;
  'textDocument/rename': RenameParams;
  'textDocument/prepareCallHierarchy': CallHierarchyPrepareParams;
  'callHierarchy/incomingCalls': CallHierarchyIncomingCallsParams;
  'callHierarchy/outgoingCalls': CallHierarchyOutgoingCallsParams;
  'scanflow/graph': GraphParams;
  'scanflow/editGraph': EditGraphParams;
  'scanflow/filesAsNodes': FilesAsNodesParams;
}

/** What features know beside the document. */
export interface Surroundings {
  /** The disk as far as a document may see it. */
  filesOf(uri: string): FileAccess;
  settings: Settings;
  options: HostOptions;
  /** Names that the client knows; for completion. */
  images: readonly string[];
  runState(uri: string): RunStateParams | undefined;
}

/** Answers a request about one document. */
type Feature<P> = (snapshot: Snapshot, params: P, around: Surroundings, token: Cancellation) => unknown;

/** What answers each request: the service's functions, with what they need of the host. */
export const features: { [M in Method]: Feature<ParamsOf[M]> } = {
  'textDocument/diagnostic': async (
    snapshot,
    { previousResultId },
    around,
    token,
  ): Promise<DocumentDiagnosticReport> => {
    const items = await diagnose(snapshot, around.filesOf(snapshot.uri), around.settings, token);
    const resultId = fingerprint(JSON.stringify(items));
    return resultId === previousResultId ? { kind: 'unchanged', resultId } : { kind: 'full', resultId, items };
  },
  'textDocument/completion': (snapshot, { position }, { filesOf, images, options }, token) =>
    complete(snapshot, position, { files: filesOf(snapshot.uri), images, snippets: options.snippets }, token),
  'textDocument/hover': (snapshot, { position }, { runState }) => hover(snapshot, position, runState(snapshot.uri)),
  'textDocument/definition': (snapshot, { position }) => definition(snapshot, position),
  'textDocument/references': (snapshot, { position, context }) =>
    references(snapshot, position, context.includeDeclaration),
  'textDocument/documentHighlight': (snapshot, { position }) => highlights(snapshot, position),
  'textDocument/documentSymbol': (snapshot) => documentSymbols(snapshot),
  'textDocument/documentLink': (snapshot) => documentLinks(snapshot),
  'textDocument/codeAction': (snapshot, { range, context }, { filesOf }, token) =>
    codeActions(snapshot, range, context, filesOf(snapshot.uri), token),
  'textDocument/codeLens': (snapshot, _, { settings, runState }) =>
    settings.codeLens ? codeLenses(snapshot, runState(snapshot.uri)) : [],
  'textDocument/inlayHint': (snapshot, { range }, { settings, runState }) =>
    settings.inlayHints ? inlayHints(snapshot, range, runState(snapshot.uri)) : [],
  'textDocument/signatureHelp': (snapshot, { position }) => signatureHelp(snapshot, position),
  'textDocument/foldingRange': (snapshot) => foldingRanges(snapshot),
  'textDocument/selectionRange': (snapshot, { positions }) => selectionRanges(snapshot, positions),
  'textDocument/linkedEditingRange': (snapshot, { position }) => linkedRanges(snapshot, position),
  'textDocument/semanticTokens/full': (snapshot) => ({ data: semanticTokens(snapshot) }),
  'textDocument/semanticTokens/range': (snapshot, { range }) => ({ data: semanticTokens(snapshot, range) }),
  'textDocument/formatting': (snapshot) => format(snapshot),
  'textDocument/rangeFormatting': (snapshot, { range }) => formatRange(snapshot, range),
  'textDocument/onTypeFormatting': (snapshot, { position }) => formatOnType(snapshot, position),
  'textDocument/prepareRename': (snapshot, { position }) => orRefuse(prepareRename(snapshot, position)),
  'textDocument/rename': (snapshot, { position, newName }) => ({
    changes: { [snapshot.uri]: orRefuse(rename(snapshot, position, newName)) },
  }),
  'textDocument/prepareCallHierarchy': (snapshot, { position }) => prepareFlow(snapshot, position),
  'callHierarchy/incomingCalls': (snapshot, { item }, _, token) => feeders(snapshot, item, token),
  'callHierarchy/outgoingCalls': (snapshot, { item }, _, token) => fed(snapshot, item, token),
  'scanflow/graph': (snapshot) => graphData(snapshot),
  'scanflow/editGraph': (snapshot, { version, edit }): EditGraphResult =>
    version === snapshot.version
      ? editGraph(snapshot, edit)
      : { refused: 'The text has changed since the graph was drawn.' },
  'scanflow/filesAsNodes': (snapshot, { files }) =>
    filesAsNodes(
      snapshot,
      files.flatMap((uri) => pathFrom(snapshot.uri, uri) ?? []),
    ),
};

/** What a service refuses, the client shows to the user. */
function orRefuse<T extends object>(answer: T | { refused: string }): T {
  if ('refused' in answer) throw new Refused(REQUEST_FAILED, answer.refused);
  return answer;
}
