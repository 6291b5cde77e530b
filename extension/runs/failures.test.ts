import { expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('./fake-vscode'));

import { showFailures } from './failures';
import * as editor from './fake-vscode';

const { EventEmitter, Uri, folderAt, silent } = editor;
const created = new EventEmitter<object>();
const deleted = new EventEmitter<object>();
const removed = new EventEmitter<{ files: object[] }>();
const renamed = new EventEmitter<{ files: { oldUri: object; newUri: object }[] }>();
const problems = new Map<string, { path: string }>();
Object.assign(editor, { Diagnostic: class {}, DiagnosticSeverity: { Error: 0 } });
editor.languages.createDiagnosticCollection = () => ({
  set: (uri: { path: string }) => problems.set(`${uri}`, uri),
  delete: (uri: object) => problems.delete(`${uri}`),
  forEach: (act: (uri: object) => void) => [...problems.values()].forEach(act),
  dispose() {},
});
Object.assign(editor.workspace, {
  createFileSystemWatcher: () => ({ onDidCreate: created.event, onDidDelete: deleted.event, dispose() {} }),
  onDidDeleteFiles: removed.event,
  onDidRenameFiles: renamed.event,
});

const failed = (file: string) => ({ run: file, file, nodes: [{ name: 'n', state: 'failed', fault: { code: 'SF1' } }] });
const runs = [failed('a/one.scanflow'), failed('a/two.scanflow'), failed('one.scanflow')];
const mirror = {
  rows: runs,
  known: (run: string) => runs.find((one) => one.run === run),
  link: { folder: folderAt('/w'), ask: async () => [] },
};
const changed = new EventEmitter<void>();
showFailures(
  { all: () => [mirror], onDidChange: changed.event } as never,
  { outline: async () => ({}) } as never,
  silent,
);
const shown = async () => {
  await new Promise(setImmediate);
  return [...problems.values()].map(({ path }) => path);
};

test('the problems of a run stay with its file: they go with its name, and come back with it', async () => {
  changed.fire();
  expect(await shown()).toEqual(['/w/a/one.scanflow', '/w/a/two.scanflow', '/w/one.scanflow']);
  const [here, there] = [Uri.file('/w/a'), Uri.file('/w/b')];
  renamed.fire({ files: [{ oldUri: here, newUri: there }] });
  changed.fire();
  expect(await shown()).toEqual(['/w/one.scanflow']);
  renamed.fire({ files: [{ oldUri: there, newUri: here }] });
  expect(await shown()).toEqual(['/w/one.scanflow', '/w/a/one.scanflow', '/w/a/two.scanflow']);
  deleted.fire(Uri.file('/w/a/two.scanflow'));
  removed.fire({ files: [Uri.file('/w/one.scanflow')] });
  expect(await shown()).toEqual(['/w/a/one.scanflow']);
  created.fire(Uri.file('/w/one.scanflow'));
  expect(await shown()).toEqual(['/w/a/one.scanflow', '/w/one.scanflow']);
});
