import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type {
  ClientCapabilities,
  CompletionItem,
  CompletionList,
  Diagnostic,
  Hover,
  InitializeResult,
  WorkspaceEdit,
} from 'vscode-languageserver';
import { bundleInto } from '../testing/bundle';
import { digits } from '../testing/digits';

/** The program as any editor starts it, spoken to as the two that docs/other-editors.md tells of do. */
let folder: string;
let program: string;
let server: ChildProcess | undefined;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'scanflow-stdio-'));
  program = bundleInto(folder);
  for (const name of ['train.py', 'predict.py']) writeFileSync(path.join(folder, name), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => server?.kill());

const uri = () => pathToFileURL(path.join(folder, 'digits.scanflow')).href;

async function start(
  capabilities: ClientCapabilities,
): Promise<{ connection: MessageConnection; result: InitializeResult }> {
  server = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createMessageConnection(
    new StreamMessageReader(server.stdout!),
    new StreamMessageWriter(server.stdin!),
  );
  connection.onRequest(() => null);
  connection.listen();
  const rootUri = pathToFileURL(folder).href;
  const result = await connection.sendRequest<InitializeResult>('initialize', {
    processId: process.pid,
    clientInfo: { name: 'an editor', version: '1' },
    rootUri,
    rootPath: folder,
    workspaceFolders: [{ uri: rootUri, name: folder }],
    initializationOptions: { problems: { severity: { SF2406: 'error' } } },
    capabilities,
  });
  await connection.sendNotification('initialized', {});
  return { connection, result };
}

const open = (connection: MessageConnection, text: string) =>
  connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri: uri(), languageId: 'scanflow', version: 0, text },
  });

async function end(connection: MessageConnection): Promise<void> {
  const gone = once(server!, 'exit');
  expect(await connection.sendRequest('shutdown')).toBeNull();
  await connection.sendNotification('exit');
  expect((await gone)[0]).toBe(0);
}

test('a session as Neovim has it: diagnostics are sent, edits are ranges', async () => {
  const { connection, result } = await start({
    general: { positionEncodings: ['utf-16'] },
    textDocument: {
      publishDiagnostics: { relatedInformation: true },
      completion: { completionItem: { snippetSupport: false } },
    },
  });
  expect(result.capabilities.diagnosticProvider).toBeUndefined();
  const published = new Promise<Diagnostic[]>((resolve) =>
    connection.onNotification('textDocument/publishDiagnostics', ({ diagnostics }: { diagnostics: Diagnostic[] }) =>
      resolve(diagnostics),
    ),
  );
  await open(connection, digits().replace('\nnodes:', '\n  spare: { command: [x] }\nnodes:'));
  // Its severity is the one that was asked for when the session began.
  expect((await published).find(({ code }) => code === 'SF2406')?.severity).toBe(1);
  const line =
    digits()
      .split('\n')
      .findIndex((each) => each.includes('live:')) + 1;
  const textDocument = { uri: uri() };
  const edit = await connection.sendRequest<WorkspaceEdit>('textDocument/rename', {
    textDocument,
    position: { line, character: 3 },
    newName: 'serving-model',
  });
  expect(edit.changes![uri()]!.length).toBeGreaterThan(3);
  await end(connection);
});

test('a session as Helix has it: diagnostics are asked for, completion is resolved with snippets', async () => {
  const { connection, result } = await start({
    general: { positionEncodings: ['utf-8', 'utf-32', 'utf-16'] },
    workspace: { configuration: true, workspaceFolders: true, didChangeConfiguration: { dynamicRegistration: false } },
    textDocument: {
      diagnostic: { dynamicRegistration: false },
      completion: { completionItem: { snippetSupport: true } },
    },
  });
  // Nothing is said of an encoding: it is UTF-16.
  expect(result.capabilities.positionEncoding ?? 'utf-16').toBe('utf-16');
  await open(connection, digits().replace('  team:', '  \n  team:'));
  const textDocument = { uri: uri() };
  const report = await connection.sendRequest<{ items: Diagnostic[] }>('textDocument/diagnostic', { textDocument });
  expect(report.items.every(({ severity }) => severity !== 1)).toBe(true);
  const line = digits()
    .split('\n')
    .findIndex((each) => each.includes('  team:'));
  const list = await connection.sendRequest<CompletionList>('textDocument/completion', {
    textDocument,
    position: { line, character: 2 },
  });
  const snippet = list.items.find(({ label }: CompletionItem) => label === 'drift-detector');
  expect(snippet).toMatchObject({
    insertTextFormat: 2,
    textEdit: { newText: expect.stringContaining('uses: scanflow/drift-detector') },
  });
  const hover = await connection.sendRequest<Hover>('textDocument/hover', {
    textDocument,
    position: { line: line - 1, character: 4 },
  });
  expect(JSON.stringify(hover.contents)).toContain('human-labeler');
  await end(connection);
});

test('it ends with the editor that began it', async () => {
  const { connection } = await start({});
  const gone = once(server!, 'exit');
  connection.dispose();
  server!.stdin!.end();
  await gone;
});
