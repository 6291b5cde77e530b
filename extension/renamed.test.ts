import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('./runs/fake-vscode'));

import type { Links } from './engine/links';
import { tellRenamed } from './renamed';
import * as editor from './runs/fake-vscode';

const { EventEmitter, folderAt, silent, Uri } = editor;
const renamed = new EventEmitter<{ files: { oldUri: object; newUri: object }[] }>();
const said: string[] = [];
const back: string[] = [];
let chosen: string | undefined;

Object.assign(editor.workspace, {
  onDidRenameFiles: renamed.event,
  asRelativePath: ({ path }: { path: string }) => path.slice('/w/'.length),
  applyEdit: async () => true,
});
editor.window.showWarningMessage = async (message: string) => {
  said.push(message);
  return chosen;
};
Object.assign(editor.WorkspaceEdit.prototype, {
  renameFile: (from: { path: string }, to: { path: string }) => back.push(`${from.path} ${to.path}`),
});
const mirror = {
  link: { folder: folderAt('/w') },
  revisions: [{ file: 'a/one.scanflow' }, { file: 'a/one.scanflow' }],
};
tellRenamed({ all: () => [mirror] } as unknown as Links, silent);

beforeEach(() => {
  said.length = 0;
  back.length = 0;
  chosen = undefined;
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

test('it can be named back', async () => {
  chosen = 'Rename Back';
  await rename('/w/a/one.scanflow', '/w/a/two.scanflow');
  expect(back).toEqual(['/w/a/two.scanflow /w/a/one.scanflow']);
});

test('a file in which nothing is promoted is renamed without a word', async () => {
  await rename('/w/a/other.scanflow', '/w/a/two.scanflow');
  expect(said).toEqual([]);
});
