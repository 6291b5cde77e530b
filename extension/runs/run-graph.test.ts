import { expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('./fake-vscode'));

import * as editor from './fake-vscode';
import { RunStarter } from './run-graph';

const said: string[] = [];
editor.window.showInformationMessage = async (message: string) => void said.push(message);
editor.workspace.openTextDocument = async (uri: { path: string }) => ({ uri, fileName: uri.path, isDirty: false });

test.each([
  ['armed', { workflow: 'stream' }, [], 'stream runs by itself no more.'],
  ['watched until its engine ended', null, [{ file: 'w.scanflow' }], 'w.scanflow runs by itself no more.'],
  ['not watched under this name', null, [{ file: 'former.scanflow' }], 'w.scanflow was not watched.'],
])('who ends the watch of a workflow is told the truth: one that was %s', async (_, watch, endedWatches, says) => {
  said.length = 0;
  const mirror = {
    endedWatches,
    link: { folder: editor.folderAt('/w'), ask: async () => ({ watch }) },
    refresh: async () => {},
  };
  const reader = { outline: async () => ({ outline: null, problems: [] }) };
  const starter = new RunStarter({ of: () => mirror } as never, reader as never, {} as never, {} as never);
  await starter.watch(editor.Uri.file('/w/w.scanflow') as never, true);
  expect(said).toEqual([says]);
});
