import {
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  ResponseError,
  WatchKind,
} from 'vscode-languageserver/node';
import { type Backend, type HostOptions, Refused } from './backend';
import { capabilities, METHODS } from './capabilities';

const NOTIFICATIONS = [
  'textDocument/didOpen',
  'textDocument/didChange',
  'textDocument/didClose',
  'textDocument/didSave',
  'workspace/didChangeWatchedFiles',
  'scanflow/runState',
  'scanflow/images',
];

const { Create, Change, Delete } = WatchKind;
/** Workflows, and what their diagnostics say of other files: that they are there, and what requirements say. */
const WATCHED: [string, WatchKind][] = [
  ['**/{*.scanflow,*.txt}', Create | Change | Delete],
  [
    '**/{Dockerfile,*.py,*.sh,*.js,*.mjs,*.ts,*.r,*.R,*.jl,*.rb,*.pl,*.csv,*.npy,*.npz,*.gz,*.parquet}',
    Create | Delete,
  ],
];

/** What the server is called, and its version. */
export interface ServerInfo {
  name: string;
  version: string;
}

/** Wires a client to a backend. Nothing is computed here. */
export function connect(
  connection: Connection,
  start: (options: HostOptions) => Backend,
  serverInfo: ServerInfo,
): void {
  let backend: Backend | undefined;
  let configurable = false;
  let watching = false;
  let following = false;
  connection.onInitialize((params): InitializeResult => {
    const options = optionsOf(params);
    configurable = params.capabilities.workspace?.configuration === true;
    backend = start(options);
    backend.onNotification((method, message) => {
      if (options.refreshes?.includes(method)) connection.sendRequest(method).catch(() => {});
      else void connection.sendNotification(method, message);
    });
    watching = params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    following = params.capabilities.workspace?.workspaceFolders === true;
    if (!configurable) backend.notify('workspace/didChangeConfiguration', params.initializationOptions ?? {});
    return { capabilities: capabilities(options.pull), serverInfo };
  });
  connection.onInitialized(() => {
    configure();
    if (watching) {
      const watchers = WATCHED.map(([globPattern, kind]) => ({ globPattern, kind }));
      connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(() => {});
    }
    if (following)
      connection.workspace.onDidChangeWorkspaceFolders((event) =>
        backend?.notify('workspace/didChangeWorkspaceFolders', { event }),
      );
  });
  connection.onDidChangeConfiguration(({ settings }) => configure(settings));
  const configure = (sent?: unknown): void => {
    const own = (sent as { scanflow?: unknown } | null | undefined)?.scanflow;
    const apply = (settings: unknown) => backend?.notify('workspace/didChangeConfiguration', settings);
    // A client that does not tell its settings after all keeps those that it had.
    if (configurable) connection.workspace.getConfiguration('scanflow').then(apply, () => {});
    else if (own !== undefined) apply(own);
  };
  for (const method of METHODS) {
    connection.onRequest(method, async (params: unknown, token) => {
      try {
        return await backend!.request(method, params, token);
      } catch (error) {
        if (error instanceof Refused) return new ResponseError(error.code, error.message, error.data);
        throw error;
      }
    });
  }
  for (const method of NOTIFICATIONS)
    connection.onNotification(method, (params: unknown) => backend?.notify(method, params));
  connection.onShutdown(() => backend?.dispose());
  connection.listen();
}

function optionsOf({ capabilities: client, workspaceFolders, rootUri }: InitializeParams): HostOptions {
  return {
    folders: workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []),
    snippets: client.textDocument?.completion?.completionItem?.snippetSupport === true,
    pull: client.textDocument?.diagnostic !== undefined,
    refreshes: [
      ...(client.workspace?.diagnostics?.refreshSupport ? ['workspace/diagnostic/refresh'] : []),
      ...(client.workspace?.codeLens?.refreshSupport ? ['workspace/codeLens/refresh'] : []),
      ...(client.workspace?.inlayHint?.refreshSupport ? ['workspace/inlayHint/refresh'] : []),
    ],
  };
}
