import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import type { CompletionList, Diagnostic, DocumentDiagnosticReport, WorkspaceSymbol } from 'vscode-languageserver';
import {
  editGraphRequest,
  filesAsNodesRequest,
  type GraphData,
  graphRequest,
  imagesNotification,
  runStateNotification,
} from '../requests';
import { startClient, type TestClient } from '../testing/client';
import { digits } from '../testing/digits';
import { fakeFiles } from '../testing/files';
import { URI } from '../testing/marked';
import { METHODS } from './capabilities';
import { diskAccess } from './disk';
import { features } from './features';
import { Host } from './host';

const clients: TestClient[] = [];
const disk = fakeFiles({
  'train.py': '',
  'predict.py': '',
  'data/train.npz': '',
  'incoming/x': '',
  'other.scanflow': digits().replaceAll(/\blabeler(?=[:.])/g, 'asker'),
});

async function client(capabilities: Parameters<typeof startClient>[1] = {}): Promise<TestClient> {
  const made = await startClient((options) => new Host(disk, options), capabilities, ['file:///project']);
  clients.push(made);
  return made;
}

afterEach(() => {
  for (const each of clients.splice(0)) each.dispose();
});

const textDocument = { uri: URI };
const broken = digits().replace('executor: train', 'executor: trian');
type Published = { uri: string; version?: number; diagnostics: Diagnostic[] };

test('answers every method that it tells of', () => {
  expect(METHODS.toSorted()).toEqual(['workspace/symbol', ...Object.keys(features)].toSorted());
  for (const { method } of [graphRequest, editGraphRequest, filesAsNodesRequest]) expect(METHODS).toContain(method);
});

test('publishes diagnostics of the newest text to clients that do not ask', async () => {
  const { open, change, next, connection } = await client();
  open(URI, broken);
  expect(
    (await next<Published>('textDocument/publishDiagnostics', ({ version }) => version === 1)).diagnostics[0]!.code,
  ).toBe('SF2004');
  change(URI, 2, digits());
  const second = await next<Published>('textDocument/publishDiagnostics', ({ version }) => version === 2);
  expect(second.diagnostics.map(({ code }) => code)).toEqual(['SF2401']);
  await connection.sendNotification('textDocument/didClose', { textDocument });
  expect(
    (await next<Published>('textDocument/publishDiagnostics', ({ version }) => version === undefined)).diagnostics,
  ).toEqual([]);
});

test('gives diagnostics to clients that ask, and says when they are the same', async () => {
  const { open, change, request } = await client({ textDocument: { diagnostic: {} } });
  open(URI, broken);
  const first = await request<DocumentDiagnosticReport>('textDocument/diagnostic', { textDocument });
  expect(first).toMatchObject({
    kind: 'full',
    items: [
      { code: 'SF2004', source: 'scanflow', codeDescription: { href: expect.stringMatching(/problems\/SF2004\.md$/) } },
    ],
  });
  change(URI, 2, `${broken}# more\n`);
  expect(await request('textDocument/diagnostic', { textDocument, previousResultId: first.resultId })).toEqual({
    kind: 'unchanged',
    resultId: first.resultId,
  });
});

test('follows changes of parts of the text', async () => {
  const { open, connection, request } = await client();
  open(URI, digits());
  const line = digits()
    .split('\n')
    .findIndex((each) => each.startsWith('  score:'));
  await connection.sendNotification('textDocument/didChange', {
    textDocument: { uri: URI, version: 2 },
    contentChanges: [{ range: { start: { line, character: 2 }, end: { line, character: 7 } }, text: 'judge' }],
  });
  const graph = await request<GraphData>(graphRequest.method, { textDocument });
  expect(graph.version).toBe(2);
  expect(graph.nodes.map(({ name }) => name)).toContain('judge');
});

test('each request gets an answer of its kind', async () => {
  const { open, request } = await client({
    textDocument: { completion: { completionItem: { snippetSupport: true } } },
  });
  open(URI, digits());
  const position = {
    line: digits()
      .split('\n')
      .findIndex((each) => each.includes('model.model -> live')),
    character: 6,
  };
  const range = { start: { line: 0, character: 0 }, end: position };
  const item = (await request<object[]>('textDocument/prepareCallHierarchy', { textDocument, position }))[0];
  const params = {
    textDocument,
    position,
    range,
    positions: [position],
    context: { diagnostics: [], includeDeclaration: true },
    newName: 'zebra',
    item,
    options: { tabSize: 2, insertSpaces: true },
    ch: '\n',
    version: 1,
    edit: { kind: 'disconnect', edge: 0 },
    files: [],
  };
  // There are no parameters to help with at that place.
  for (const method of Object.keys(features).filter((each) => each !== 'textDocument/signatureHelp')) {
    const answer = await request<unknown>(method, params);
    expect(answer, method).toBeDefined();
    expect(answer, method).not.toBeNull();
  }
});

test('what can not be renamed is refused with a reason', async () => {
  const { open, request } = await client();
  open(URI, digits());
  await expect(
    request('textDocument/rename', { textDocument, position: { line: 0, character: 0 }, newName: 'x' }),
  ).rejects.toMatchObject({ code: -32803, message: 'There is no name here.' });
});

test('an edit of an older graph is refused', async () => {
  const { open, change, request } = await client();
  open(URI, digits());
  change(URI, 2, `${digits()}\n`);
  expect(
    await request(editGraphRequest.method, { textDocument, version: 1, edit: { kind: 'disconnect', edge: 0 } }),
  ).toMatchObject({ refused: expect.stringMatching(/changed/) });
});

test('answers nothing about what is not open', async () => {
  const { request } = await client();
  for (const method of Object.keys(features))
    expect(await request(method, { textDocument, position: { line: 0, character: 0 } }), method).toBeNull();
});

test('takes what the client knows of runs and images', async () => {
  const { open, connection, request } = await client();
  open(URI, digits().replace('files: [train.py]', 'image: '));
  await connection.sendNotification(imagesNotification.method, { images: ['python:3.13'] });
  await connection.sendNotification(runStateNotification.method, {
    uri: URI,
    run: 'r',
    nodes: [],
    tasks: [{ id: 't', node: 'labeler', kind: 'label', open: 5 }],
  });
  const line = digits()
    .split('\n')
    .findIndex((each) => each.includes('files: [train.py]'));
  const list = await request<CompletionList>('textDocument/completion', {
    textDocument,
    position: { line, character: 11 },
  });
  expect(list.items.map(({ label }) => label)).toEqual(['python:3.13']);
  expect(JSON.stringify(await request('textDocument/codeLens', { textDocument }))).toContain('5 critical: label');
});

test('lets the client ask again where other files, settings or runs have changed', async () => {
  const refreshSupport = true;
  const { open, connection, next } = await client({
    workspace: {
      diagnostics: { refreshSupport },
      codeLens: { refreshSupport },
      didChangeWatchedFiles: { dynamicRegistration: true },
    },
    textDocument: { diagnostic: {} },
  });
  open(URI, digits());
  const registered = await next<{ registrations: { method: string; registerOptions: { watchers: object[] } }[] }>(
    'client/registerCapability',
  );
  expect(registered.registrations[0]).toMatchObject({ method: 'workspace/didChangeWatchedFiles' });
  await connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [] });
  await next('workspace/diagnostic/refresh');
  await connection.sendNotification(runStateNotification.method, { uri: URI, run: 'r', nodes: [], tasks: [] });
  await next('workspace/codeLens/refresh');
});

test('finds names in files that are not open, too', async () => {
  const { open, request } = await client();
  open(URI, digits());
  const found = await request<WorkspaceSymbol[]>('workspace/symbol', { query: 'er' });
  expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(['labeler', 'asker']));
});

test('follows the folders of the workspace', async () => {
  const { connection, request } = await client({ workspace: { workspaceFolders: true } });
  const found = async () => (await request<WorkspaceSymbol[]>('workspace/symbol', { query: 'asker' })).length;
  const folder = { uri: 'file:///project', name: 'project' };
  expect(await found()).toBe(1);
  const change = (added: object[], removed: object[]) =>
    connection.sendNotification('workspace/didChangeWorkspaceFolders', { event: { added, removed } });
  await change([], [folder]);
  expect(await found()).toBe(0);
  await change([folder], []);
  expect(await found()).toBe(1);
});

test('goes on where a client refuses to tell its settings', async () => {
  const rejected = vi.fn();
  process.on('unhandledRejection', rejected);
  const { connection, request } = await client({ workspace: { configuration: true } });
  const asked = new Promise<void>((resolve) =>
    connection.onRequest('workspace/configuration', () => {
      resolve();
      throw new Error('not now');
    }),
  );
  await connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
  await asked;
  expect(await request('workspace/symbol', { query: 'nothing' })).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', rejected);
  expect(rejected).not.toHaveBeenCalled();
});

test('a file that is opened without a workspace sees its own folder and nothing beside it', async () => {
  const parent = mkdtempSync(path.join(os.tmpdir(), 'scanflow-disk-'));
  try {
    const folder = path.join(parent, 'own');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'data.csv'), '');
    writeFileSync(path.join(parent, 'secret.csv'), '');
    symlinkSync(parent, path.join(folder, 'up'));
    const made = await startClient(
      (options) =>
        new Host(
          diskAccess(() => options.folders),
          options,
        ),
      { textDocument: { diagnostic: {} } },
    );
    clients.push(made);
    const uri = pathToFileURL(path.join(folder, 'one.scanflow')).href;
    const offered = async (written: string) => {
      made.open(uri, `sources:\n  a: ${written}\n`);
      const position = { line: 1, character: 5 + written.length };
      const list = await made.request<CompletionList>('textDocument/completion', { textDocument: { uri }, position });
      return list.items.map(({ label }) => label);
    };
    expect(await offered('')).toContain('data.csv');
    expect(await offered('../')).toEqual([]);
    expect(await offered('up/')).toEqual([]);
    made.open(uri, digits());
    const report = await made.request<{ items: Diagnostic[] }>('textDocument/diagnostic', { textDocument: { uri } });
    expect(report.items.map(({ code }) => code)).toContain('SF2420');
  } finally {
    rmSync(parent, { recursive: true });
  }
});

test('a file is read in the encoding that its byte-order mark names', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'scanflow-disk-'));
  try {
    const file = path.join(folder, 'requirements.txt');
    const { read } = diskAccess(() => [pathToFileURL(folder).href]);
    const reads = async (bytes: Buffer) => {
      writeFileSync(file, bytes);
      return read(pathToFileURL(file).href);
    };
    expect(await reads(Buffer.from('\ufeffé\r\n', 'utf16le'))).toBe('é\r\n');
    expect(await reads(Buffer.from('\ufeffé', 'utf16le').swap16())).toBe('é');
    expect(await reads(Buffer.from('\ufeffé'))).toBe('é');
    expect(await reads(Buffer.from('é'))).toBe('é');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a request that is cancelled ends with the code for it', async () => {
  const made = new Host(disk, { folders: [], snippets: false, pull: true });
  made.notify('textDocument/didOpen', {
    textDocument: { uri: URI, languageId: 'scanflow', version: 1, text: digits() },
  });
  await expect(
    made.request('textDocument/diagnostic', { textDocument }, { isCancellationRequested: true }),
  ).rejects.toMatchObject({ code: -32800 });
  let looks = 0;
  const soon = {
    get isCancellationRequested() {
      return ++looks > 3;
    },
  };
  await expect(made.request('textDocument/diagnostic', { textDocument }, soon)).rejects.toMatchObject({ code: -32800 });
});

test('no code action is given for a text that has changed while the disk was read', async () => {
  let read: (entries: []) => void = () => {};
  const slow = { ...disk, list: () => new Promise<[]>((resolve) => (read = resolve)) };
  const host = new Host(slow, { folders: [], snippets: false, pull: true });
  host.notify('textDocument/didOpen', {
    textDocument: { uri: URI, languageId: 'scanflow', version: 1, text: digits() },
  });
  const line = digits().split('\n').indexOf('nodes:');
  const start = { line, character: 0 };
  const params = { textDocument, range: { start, end: start }, context: { diagnostics: [] } };
  const answer = host.request('textDocument/codeAction', params, { isCancellationRequested: false });
  host.notify('textDocument/didChange', { textDocument: { uri: URI, version: 2 }, contentChanges: [{ text: '' }] });
  read([]);
  await expect(answer).rejects.toMatchObject({ code: -32801 });
});

test('a file that makes a feature throw costs that request only', async () => {
  const poisoned = { ...disk, list: () => Promise.reject(new Error('poison')) };
  const made = await startClient((options) => new Host(poisoned, options));
  clients.push(made);
  made.open(URI, 'sources:\n  a: \n');
  await expect(
    made.request('textDocument/completion', { textDocument, position: { line: 1, character: 5 } }),
  ).rejects.toThrow(/poison/);
  expect(await made.request('textDocument/documentSymbol', { textDocument })).toHaveLength(1);
});
