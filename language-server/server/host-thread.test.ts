import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type {
  CodeLens,
  Diagnostic,
  DocumentDiagnosticReport,
  DocumentSymbol,
  WorkspaceSymbol,
} from 'vscode-languageserver';
import type { ServerStatus } from '../requests';
import { bundleInto } from '../testing/bundle';
import { startClient, type TestClient } from '../testing/client';
import { digits } from '../testing/digits';
import { HostThread } from './host-thread';

let folder: string;
let program: string;
const clients: TestClient[] = [];

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'scanflow-language-'));
  program = bundleInto(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  process.env.SCANFLOW_LANGUAGE_FAILPOINT = '';
  for (const each of clients.splice(0)) each.dispose();
});

async function client(fault = '', pull = false, longestWork = 8000): Promise<TestClient> {
  process.env.SCANFLOW_LANGUAGE_FAILPOINT = fault;
  const made = await startClient(
    (options) => new HostThread(program, options, longestWork),
    pull ? { textDocument: { diagnostic: {} } } : {},
    [pathToFileURL(folder).href],
  );
  clients.push(made);
  return made;
}

const one = { uri: 'file:///project/one.scanflow' };
const two = { uri: 'file:///project/two.scanflow' };
type Published = { uri: string; diagnostics: Diagnostic[] };

test('answers from a thread of its own', async () => {
  const { open, request, next } = await client();
  open(one.uri, digits().replace('executor: train', 'executor: trian'));
  expect((await next<Published>('textDocument/publishDiagnostics')).diagnostics[0]!.code).toBe('SF2004');
  expect(await request<DocumentSymbol[]>('textDocument/documentSymbol', { textDocument: one })).toHaveLength(9);
  await expect(
    request('textDocument/rename', { textDocument: one, position: { line: 0, character: 0 }, newName: 'x' }),
  ).rejects.toMatchObject({ code: -32803 });
});

test.each(['hang', 'memory', 'exit'])(
  'a document that makes the thread %s is put aside, and the others are answered',
  async (fault) => {
    const { open, request, next, connection } = await client(`${fault}:poison`);
    open(one.uri, digits());
    expect(await request('textDocument/documentSymbol', { textDocument: one })).toHaveLength(9);
    open(two.uri, `${digits()}# poison\n`);
    const status = await next<ServerStatus>('scanflow/status');
    expect(status).toMatchObject({ health: 'warning', message: expect.stringContaining(two.uri) });
    const told = await next<Published>(
      'textDocument/publishDiagnostics',
      ({ uri, diagnostics }) => uri === two.uri && diagnostics.length > 0,
    );
    expect(told.diagnostics[0]!.code).toBe('SF1008');
    expect(await request('textDocument/documentSymbol', { textDocument: two })).toBeNull();
    expect(await request('textDocument/documentSymbol', { textDocument: one })).toHaveLength(9);
    // Opened again, it gets another chance.
    await connection.sendNotification('textDocument/didClose', { textDocument: two });
    open(two.uri, digits());
    expect(await request('textDocument/documentSymbol', { textDocument: two })).toHaveLength(9);
  },
);

test('a document that was read is put aside when a request about it hangs, whatever was read since', async () => {
  const { open, request, next } = await client('hang-again:poison', true, 4000);
  const symbols = (textDocument: object) => request('textDocument/documentSymbol', { textDocument });
  open(one.uri, `${digits()}# poison\n`);
  expect(await symbols(one)).toHaveLength(9);
  open(two.uri, digits());
  expect(await symbols(two)).toHaveLength(9);
  await expect(symbols(one)).rejects.toThrow(/started again/);
  expect(await next<ServerStatus>('scanflow/status')).toMatchObject({ message: expect.stringContaining(one.uri) });
  expect(await symbols(two)).toHaveLength(9);
  expect(await symbols(one)).toBeNull();
});

test('another thread hears again how the runs of open documents stand', async () => {
  const { open, request, next, connection } = await client('exit:poison');
  open(one.uri, digits());
  const tasks = [{ id: 't', node: 'labeler', kind: 'label', open: 37 }];
  await connection.sendNotification('scanflow/runState', { uri: one.uri, run: 'r1', nodes: [], tasks });
  const lenses = async () =>
    (await request<CodeLens[]>('textDocument/codeLens', { textDocument: one })).map(({ command }) => command?.title);
  const before = await lenses();
  expect(before).toContain('37 critical: label');
  open(two.uri, `${digits()}# poison\n`);
  await next<ServerStatus>('scanflow/status');
  expect(await lenses()).toEqual(before);
});

test('a poisoned file that is not open does not keep names of others from being found', async () => {
  writeFileSync(path.join(folder, 'poison.scanflow'), '# poison\n');
  writeFileSync(path.join(folder, 'good.scanflow'), digits());
  const { request, open } = await client('exit:poison', true);
  open(one.uri, digits());
  await expect(request('workspace/symbol', { query: 'labeler' })).rejects.toThrow(/started again/);
  const found = await request<WorkspaceSymbol[]>('workspace/symbol', { query: 'labeler' });
  expect(found.map(({ location }) => path.basename(location.uri))).toEqual(['one.scanflow', 'good.scanflow']);
});

test('another thread knows the folders that came later', async () => {
  const other = mkdtempSync(path.join(folder, 'other-'));
  writeFileSync(path.join(other, 'late.scanflow'), digits());
  process.env.SCANFLOW_LANGUAGE_FAILPOINT = 'exit:poison';
  const made = await startClient(
    (options) => new HostThread(program, options, 8000),
    { workspace: { workspaceFolders: true } },
    [],
  );
  clients.push(made);
  const found = async () => (await made.request<WorkspaceSymbol[]>('workspace/symbol', { query: 'labeler' })).length;
  expect(await found()).toBe(0);
  const added = [{ uri: pathToFileURL(other).href, name: 'other' }];
  await made.connection.sendNotification('workspace/didChangeWorkspaceFolders', { event: { added, removed: [] } });
  expect(await found()).toBe(1);
  made.open(one.uri, '# poison\n');
  await made.next<ServerStatus>('scanflow/status');
  expect(await found()).toBe(1);
});

test('a large document holds up no request for long', async () => {
  const nodes = Array.from({ length: 20_000 }, (_, index) => `  n${index}: { executor: train }\n`).join('');
  const edges = Array.from(
    { length: 100_000 },
    (_, index) => `  - n${index % 20_000}.model -> n${(index * 7 + 1) % 20_000}.data\n`,
  ).join('');
  const text = digits({ nodes: `nodes:\n${nodes}`, edges: `edges:\n${edges}`, workflows: '' });
  const { open, request } = await client('', true, 600_000);
  open(one.uri, text);
  const ask = async (): Promise<unknown> => {
    try {
      return await request<DocumentDiagnosticReport>('textDocument/diagnostic', { textDocument: one });
    } catch (error) {
      // Cancelled by the server, which asks to try again.
      expect(error).toMatchObject({ code: -32802, data: { retriggerRequest: true } });
      return undefined;
    }
  };
  let answer = await ask();
  while (answer === undefined) answer = await ask();
  expect(answer).toMatchObject({ kind: 'full' });
}, 600_000);
