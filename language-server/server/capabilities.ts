import { type ServerCapabilities, TextDocumentSyncKind } from 'vscode-languageserver/node';
import { TOKEN_MODIFIERS, TOKEN_TYPES } from '../service/symbols/token-legend';

/** Each method that is answered, and how a client is told of it. */
const TABLE = [
  [
    'textDocument/completion',
    { completionProvider: { triggerCharacters: ['.', '(', '[', '>', '/', '$', ':', ' ', '-', '{', ','] } },
  ],
  ['textDocument/hover', { hoverProvider: true }],
  ['textDocument/definition', { definitionProvider: true }],
  ['textDocument/references', { referencesProvider: true }],
  ['textDocument/documentHighlight', { documentHighlightProvider: true }],
  ['textDocument/documentSymbol', { documentSymbolProvider: { label: 'Scanflow' } }],
  ['textDocument/documentLink', { documentLinkProvider: {} }],
  [
    'textDocument/codeAction',
    {
      codeActionProvider: {
        codeActionKinds: ['quickfix', 'refactor', 'refactor.rewrite', 'refactor.extract', 'source.sortEdges'],
      },
    },
  ],
  ['textDocument/codeLens', { codeLensProvider: {} }],
  ['textDocument/inlayHint', { inlayHintProvider: true }],
  ['textDocument/signatureHelp', { signatureHelpProvider: { triggerCharacters: ['{', ',', ':', ' '] } }],
  ['textDocument/foldingRange', { foldingRangeProvider: true }],
  ['textDocument/selectionRange', { selectionRangeProvider: true }],
  ['textDocument/linkedEditingRange', { linkedEditingRangeProvider: true }],
  [
    'textDocument/semanticTokens/full',
    {
      semanticTokensProvider: {
        legend: { tokenTypes: TOKEN_TYPES, tokenModifiers: TOKEN_MODIFIERS },
        full: true,
        range: true,
      },
    },
  ],
  ['textDocument/formatting', { documentFormattingProvider: true }],
  ['textDocument/rangeFormatting', { documentRangeFormattingProvider: true }],
  ['textDocument/onTypeFormatting', { documentOnTypeFormattingProvider: { firstTriggerCharacter: '\n' } }],
  ['textDocument/prepareCallHierarchy', { callHierarchyProvider: true }],
  ['textDocument/rename', { renameProvider: { prepareProvider: true } }],
  ['textDocument/diagnostic', {}],
  ['textDocument/prepareRename', {}],
  ['textDocument/semanticTokens/range', {}],
  ['callHierarchy/incomingCalls', {}],
  ['callHierarchy/outgoingCalls', {}],
  ['scanflow/graph', {}],
  ['scanflow/editGraph', {}],
  ['scanflow/filesAsNodes', {}],
] as const satisfies [string, ServerCapabilities][];

/** What is asked about one document. */
export type Method = (typeof TABLE)[number][0];

/** Everything that a client may ask. */
export const METHODS: readonly string[] = ['workspace/symbol', ...TABLE.map(([method]) => method)];

/** @param pull the client asks for diagnostics. */
export function capabilities(pull: boolean): ServerCapabilities {
  return Object.assign(
    {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      workspaceSymbolProvider: true,
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      ...(pull && {
        diagnosticProvider: { identifier: 'scanflow', interFileDependencies: true, workspaceDiagnostics: false },
      }),
    },
    ...TABLE.map(([, own]) => own),
  ) as ServerCapabilities;
}
