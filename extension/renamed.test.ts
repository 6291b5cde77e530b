import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('./runs/fake-vscode'));

import type { Links } from './engine/links';
import { tellRenamed } from './renamed';
import * as editor from './runs/fake-vscode';

const { EventEmitter, FileType, folderAt, silent, Uri } = editor;
const renamed = new EventEmitter<{ files: { oldUri: object; newUri: object }[] }>();
const said: string[] = [];
const back: string[] = [];
const failed: string[] = [];
let chosen: string | undefined;
let applies = true;

Object.assign(editor.workspace, {
  onDidRenameFiles: renamed.event,
  asRelativePath: ({ path }: { path: string }) => path.slice('/w/'.length),
  applyEdit: async () => applies,
  fs: {
    stat: async ({ path }: { path: string }) => ({ type: path.includes('.') ? FileType.File : FileType.Directory }),
  },
});
editor.window.showWarningMessage = async (message: string) => {
  said.push(message);
  return chosen;
};
editor.window.showErrorMessage = async (message: string) => void failed.push(message);
Object.assign(editor.WorkspaceEdit.prototype, {
  renameFile: (from: { path: string }, to: { path: string }) => back.push(`${from.path} ${to.path}`),
});
const asked: unknown[] = [];
const told: string[] = [];
editor.window.showInformationMessage = async (message: string) => void told.push(message);
const mirror = {
  link: {
    folder: folderAt('/w'),
    ask: async (name: string, parameters: object) => {
      if (name === 'watches') return mirror.watches;
      if (name === 'endedWatches') return [];
      asked.push([name, parameters]);
      return { watch: null };
    },
  },
  watches: [] as object[],
  refresh: async () => {},
  revisions: [
    { file: 'a/one.scanflow' },
    { file: 'a/one.scanflow' },
    { file: 'c/x.scanflow' },
    { file: 'c/y.scanflow' },
  ],
};
const promoted = mirror.revisions;
let starts = true;
let looked = 0;
const links = {
  all: () => [mirror],
  of: () => mirror,
  // As in a window that has asked no engine yet: it knows of nothing before.
  asked: async () => {
    looked++;
    if (!starts) throw new Error('No engine starts.');
    mirror.revisions = promoted;
    return [mirror];
  },
};
tellRenamed(links as unknown as Links, silent);

beforeEach(() => {
  said.length = 0;
  back.length = 0;
  failed.length = 0;
  chosen = undefined;
  applies = true;
  starts = true;
  looked = 0;
  asked.length = 0;
  told.length = 0;
  mirror.watches = [];
  mirror.revisions = [];
});

const rename = async (from: string, to: string) => {
  renamed.fire({ files: [{ oldUri: Uri.file(from), newUri: Uri.file(to) }] });
  await new Promise(setImmediate);
};

test.each([
  ['/w/a/one.scanflow', '/w/a/two.scanflow', /promoted in one.scanflow.*in two.scanflow/],
  ['/w/a', '/w/b', /promoted in one.scanflow.*in b\/one.scanflow/],
])('what is promoted in a file that is renamed is told, once: %s to %s', async (from, to, says) => {
  await rename(from, to);
  expect(said).toEqual([expect.stringMatching(says)]);
  expect(back).toEqual([]);
});

test('of a folder, one warning names all that was promoted in it', async () => {
  await rename('/w/c', '/w/b');
  expect(said).toEqual([expect.stringMatching(/promoted in x.scanflow, y.scanflow.*in b:/)]);
});

test.each([
  ['/w/a/one.scanflow', '/w/a/two.scanflow'],
  ['/w/a', '/w/b'],
  ['/w/c', '/w/b'],
])('what was renamed is named back, a folder with all that is in it: %s to %s', async (from, to) => {
  chosen = 'Rename Back';
  await rename(from, to);
  expect(back).toEqual([`${to} ${from}`]);
  expect(failed).toEqual([]);
});

test('it is told where it could not be named back', async () => {
  chosen = 'Rename Back';
  applies = false;
  await rename('/w/a', '/w/b');
  expect(failed).toEqual([expect.stringMatching(/^b was not renamed to a:.*SF4915/)]);
});

test('a file in which nothing is promoted is renamed without a word', async () => {
  await rename('/w/a/other.scanflow', '/w/a/two.scanflow');
  expect(said).toEqual([]);
});

test('of a file that is no workflow, no engine is asked', async () => {
  await rename('/w/a/train.py', '/w/a/fit.py');
  expect([looked, said]).toEqual([0, []]);
});

test('where no engine starts, a workflow is renamed without a word', async () => {
  starts = false;
  await rename('/w/a/one.scanflow', '/w/a/two.scanflow');
  expect([said, failed]).toEqual([[], []]);
});

const watch = { file: 'd/w.scanflow', workflow: 'stream', since: 's', parameters: { rate: 1 }, runtime: 'process' };

test.each([
  ['/w/d/w.scanflow', '/w/d/v.scanflow', 'd/v.scanflow'],
  ['/w/d', '/w/e', 'e/w.scanflow'],
])('a watch follows its file to another name, where that is wanted: %s to %s', async (from, to, file) => {
  mirror.watches = [watch, { ...watch, file: 'w.scanflow' }];
  chosen = 'Watch Again';
  await rename(from, to);
  expect(said).toEqual([expect.stringMatching(new RegExp(`^${file} was watched under its former name d/w.scanflow`))]);
  expect(asked).toEqual([
    ['watch', { file, parameters: { rate: 1 }, runtime: 'process', jobs: undefined }],
    ['watch', { file: 'd/w.scanflow', off: true }],
  ]);
  expect(told).toEqual([expect.stringMatching(/^stream is watched/)]);
});

test('or ends, where that is', async () => {
  mirror.watches = [watch];
  chosen = "Don't Watch";
  await rename('/w/d/w.scanflow', '/w/d/v.scanflow');
  expect(asked).toEqual([['watch', { file: 'd/w.scanflow', off: true }]]);
  expect(told).toEqual(['stream runs by itself no more.']);
});

test.each<[string, object[]]>([
  ['it was ended from the list', []],
  ['the new name is watched already', [watch, { ...watch, file: 'd/v.scanflow', since: 't' }]],
  ['the old name is watched anew', [{ ...watch, since: 't' }]],
])('a notice that stood for long arms nothing over what was done since: %s', async (_what, since) => {
  mirror.watches = [watch];
  chosen = 'Watch Again';
  const warn = editor.window.showWarningMessage;
  editor.window.showWarningMessage = async (message: string) => {
    said.push(message);
    mirror.watches = since;
    return chosen;
  };
  await rename('/w/d/w.scanflow', '/w/d/v.scanflow');
  editor.window.showWarningMessage = warn;
  expect(asked).toEqual([]);
  expect(told).toEqual([expect.stringContaining('nothing was changed')]);
});
