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

test('a workflow with an error is not armed: it is said what is wrong, and where', async () => {
  const ask = vi.fn();
  const mirror = { asked: true, endedWatches: [], link: { folder: editor.folderAt('/w'), ask } };
  const error = { severity: 'error', message: 'There is no node "b".', remedy: 'Declare it.' };
  const problems = [{ ...error, range: { start: { line: 3 } } }];
  const reader = { outline: async () => ({ outline: {}, problems }) };
  const starter = new RunStarter({ of: () => mirror } as never, reader as never, {} as never, {} as never);
  await expect(starter.watch(editor.Uri.file('/w/w.scanflow') as never, false)).rejects.toMatchObject({
    fault: { code: 'SF4905', message: 'w.scanflow can\'t run: There is no node "b". (line 4)', remedy: 'Declare it.' },
  });
  expect(ask).not.toHaveBeenCalled();
});
