import type {
  CompletionParams,
  DefinitionParams,
  DocumentDiagnosticParams,
  DocumentDiagnosticReport,
  DocumentHighlightParams,
  DocumentLinkParams,
  DocumentSymbolParams,
  HoverParams,
  PrepareRenameParams,
  ReferenceParams,
  RenameParams,
} from 'vscode-languageserver';
import type { Cancellation } from '../service/cancellation';
import { complete } from '../service/completion/complete';
import { diagnose } from '../service/diagnostics/diagnose';
import { hover } from '../service/hover/hover';
import { documentLinks } from '../service/links';
import { documentSymbols } from '../service/outline';
import type { Snapshot } from '../service/snapshot';
import { definition, highlights, references } from '../service/symbols/find';
import { prepareRename, rename } from '../service/symbols/rename';
import { REQUEST_FAILED, Refused } from './backend';
import { fingerprint } from './fingerprint';
import type { Host } from './host';

/** Answers a request about one document. */
export type Feature = (snapshot: Snapshot, params: never, host: Host, token: Cancellation) => unknown;

const feature = <P>(answer: (snapshot: Snapshot, params: P, host: Host, token: Cancellation) => unknown): Feature =>
  answer as Feature;

/** Method -> what answers it. A client is told of just these. */
export const features: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  [
    'textDocument/diagnostic',
    feature<DocumentDiagnosticParams>(
      async (snapshot, { previousResultId }, host, token): Promise<DocumentDiagnosticReport> => {
        const items = await diagnose(snapshot, host.files, host.settings, token);
        const resultId = fingerprint(JSON.stringify(items));
        return resultId === previousResultId ? { kind: 'unchanged', resultId } : { kind: 'full', resultId, items };
      },
    ),
  ],
  [
    'textDocument/completion',
    feature<CompletionParams>((snapshot, { position }, host, token) =>
      complete(snapshot, position, { files: host.files, images: host.images, snippets: host.options.snippets }, token),
    ),
  ],
  [
    'textDocument/hover',
    feature<HoverParams>((snapshot, { position }, host) => hover(snapshot, position, host.runState(snapshot.uri))),
  ],
  ['textDocument/definition', feature<DefinitionParams>((snapshot, { position }) => definition(snapshot, position))],
  [
    'textDocument/references',
    feature<ReferenceParams>((snapshot, { position, context }) =>
      references(snapshot, position, context.includeDeclaration),
    ),
  ],
  [
    'textDocument/documentHighlight',
    feature<DocumentHighlightParams>((snapshot, { position }) => highlights(snapshot, position)),
  ],
  ['textDocument/documentSymbol', feature<DocumentSymbolParams>((snapshot) => documentSymbols(snapshot))],
  ['textDocument/documentLink', feature<DocumentLinkParams>((snapshot) => documentLinks(snapshot))],
  [
    'textDocument/prepareRename',
    feature<PrepareRenameParams>((snapshot, { position }) => orRefuse(prepareRename(snapshot, position))),
  ],
  [
    'textDocument/rename',
    feature<RenameParams>((snapshot, { position, newName }) => ({
      changes: { [snapshot.uri]: orRefuse(rename(snapshot, position, newName)) },
    })),
  ],
]);

/** What a service refuses, the client shows to the user. */
function orRefuse<T extends object>(answer: T | { refused: string }): T {
  if ('refused' in answer) throw new Refused(REQUEST_FAILED, answer.refused);
  return answer;
}
