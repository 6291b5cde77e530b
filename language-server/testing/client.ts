import { PassThrough } from 'node:stream';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { createConnection, type InitializeParams } from 'vscode-languageserver/node';
import type { Backend, HostOptions } from '../server/backend';
import { connect } from '../server/connect';

/** A client at the other end of two pipes in memory: the server under test speaks the protocol as it does on stdio. */
export interface TestClient {
  connection: MessageConnection;
  request<T>(method: string, params: object): Promise<T>;
  open(uri: string, text: string, version?: number): void;
  /** Replaces the whole text, or a part of it. */
  change(uri: string, version: number, text: string): void;
  /** The next notification (or request of the server) of a method that satisfies a test. */
  next<T>(method: string, test?: (params: T) => boolean): Promise<T>;
  dispose(): void;
}

export async function startClient(
  start: (options: HostOptions) => Backend,
  capabilities: InitializeParams['capabilities'] = {},
  folders: string[] = [],
): Promise<TestClient> {
  const up = new PassThrough();
  const down = new PassThrough();
  const server = createConnection(new StreamMessageReader(up), new StreamMessageWriter(down));
  let backend: Backend | undefined;
  connect(
    server,
    (options) => {
      backend = start(options);
      return backend;
    },
    { name: 'Scanflow', version: '0' },
  );
  const connection = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  const waiting: { method: string; test: (params: never) => boolean; resolve: (params: unknown) => void }[] = [];
  const heard: { method: string; params: unknown }[] = [];
  const hear = (method: string, params: unknown) => {
    const index = waiting.findIndex((each) => each.method === method && each.test(params as never));
    if (index >= 0) waiting.splice(index, 1)[0]!.resolve(params);
    else heard.push({ method, params });
  };
  connection.onNotification(hear);
  connection.onRequest((method, params) => {
    hear(method, params);
    return method === 'workspace/configuration' ? [null] : null;
  });
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: null,
    rootUri: null,
    capabilities,
    workspaceFolders: folders.map((uri) => ({ uri, name: uri })),
  });
  await connection.sendNotification('initialized', {});
  return {
    connection,
    request: (method, params) => connection.sendRequest(method, params),
    open: (uri, text, version = 1) =>
      void connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'scanflow', version, text },
      }),
    change: (uri, version, text) =>
      void connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      }),
    next: <T>(method: string, test: (params: T) => boolean = () => true) => {
      const index = heard.findIndex((each) => each.method === method && test(each.params as T));
      if (index >= 0) return Promise.resolve(heard.splice(index, 1)[0]!.params as T);
      return new Promise<T>((resolve) =>
        waiting.push({
          method,
          test: test as (params: never) => boolean,
          resolve: resolve as (params: unknown) => void,
        }),
      );
    },
    dispose: () => {
      connection.dispose();
      backend?.dispose();
    },
  };
}
