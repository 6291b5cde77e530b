import {
  type Connection,
  type InitializeParams,
  type InitializeResult,
  ResponseError,
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
  connection.onInitialize((params): InitializeResult => {
    const options = optionsOf(params);
    configurable = params.capabilities.workspace?.configuration === true;
    backend = start(options);
    backend.onNotification((method, message) => void connection.sendNotification(method, message));
    if (!configurable) backend.notify('workspace/didChangeConfiguration', params.initializationOptions ?? {});
    return { capabilities: capabilities(options.pull), serverInfo };
  });
  connection.onInitialized(() => void configure());
  connection.onDidChangeConfiguration(({ settings }) => void configure(settings));
  const configure = async (sent?: unknown): Promise<void> => {
    const own = (sent as { scanflow?: unknown } | null | undefined)?.scanflow;
    if (!configurable && own === undefined) return;
    const settings: unknown = configurable ? await connection.workspace.getConfiguration('scanflow') : own;
    backend?.notify('workspace/didChangeConfiguration', settings);
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
  };
}
