import { afterEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('../runs/fake-vscode'));

import { EventEmitter, env, silent, UIKind, Uri } from '../runs/fake-vscode';
import type { RunItem } from './run-items';
import { RunsTree } from './runs-tree';

afterEach(() => vi.useRealTimers());

/** A run that is open in the view with its step, as the editor asks for them at each change. */
function opened() {
  const changed = new EventEmitter<void>();
  const ask = vi.fn(async () => []);
  const step = { name: 'a@training', attempt: 2, state: 'running' };
  const summary = async () => ({ run: 'r', nodes: [step], metrics: { a: { loss: 1 } } });
  const mirror = { key: 'k', rows: [{ run: 'r', workflow: 'w', file: 'f', startedAt: '' }], summary, link: { ask } };
  const tree = new RunsTree({ all: () => [mirror], onDidChange: changed.event } as never, silent);
  const shown: RunItem[][] = [];
  const show = async () => {
    const [run] = await tree.getChildren();
    const [item] = await tree.getChildren(run);
    shown.push(await tree.getChildren(item));
  };
  tree.onDidChangeTreeData(() => void show());
  return { changed, ask, shown };
}

test('what cannot be read is said in its place, and by no notice', async () => {
  const summary = async () => {
    throw new Error('The engine is gone.');
  };
  const mirror = { key: 'k', rows: [{ run: 'r', workflow: 'w', file: 'f', startedAt: '' }], summary };
  const onDidChange = new EventEmitter<void>().event;
  const tree = new RunsTree({ all: () => [mirror], onDidChange } as never, silent);
  const [run] = await tree.getChildren();
  expect(await tree.getChildren(run)).toEqual([
    { type: 'fault', message: 'The engine is gone.', remedy: expect.stringContaining('log') },
  ]);
});

test('shows a step that is open without asking for its logs, once for a burst of events', async () => {
  vi.useFakeTimers();
  const { changed, ask, shown } = opened();
  for (let event = 0; event < 20; event++) changed.fire();
  await vi.advanceTimersByTimeAsync(1000);
  expect(shown.map((items) => items.map(({ type }) => type))).toEqual([
    ['attempt', 'attempt', 'metric', 'inputs', 'outputs'],
  ]);
  expect(ask).not.toHaveBeenCalled();
  changed.fire();
  await vi.advanceTimersByTimeAsync(1000);
  expect(shown).toHaveLength(2);
});

test('what is no longer in the store is said to be so, and opens nothing', () => {
  const mirror = { link: { folder: { uri: Uri.file('/w') } } };
  const output = { port: 'x', type: 'file', digest: 'd', kind: 'file', bytes: 1, path: 'p' };
  const tree = new RunsTree({ all: () => [], onDidChange: new EventEmitter<void>().event } as never, silent);
  const row = (rest: object) => tree.getTreeItem({ type: 'output', mirror, output: { ...output, ...rest } } as never);
  expect(row({})).toMatchObject({ description: 'file · 1 byte', command: { command: 'vscode.open' } });
  const gone = row({ kind: 'absent', bytes: null });
  expect(gone).toMatchObject({ description: 'file · no longer in the store' });
  expect(gone.command).toBeUndefined();
});

test.each([
  [UIKind.Desktop, undefined, 'revealFileInOS'],
  [UIKind.Web, undefined, 'revealInExplorer'],
  [UIKind.Desktop, 'ssh-remote', 'revealInExplorer'],
])('a folder that a step left is shown where the window can: %s, %s', (uiKind, remoteName, command) => {
  const mirror = { link: { folder: { uri: Uri.file('/w') } } };
  const output = { port: 'model', type: 'model', digest: 'd', kind: 'folder', bytes: 1, path: 'p' };
  const tree = new RunsTree({ all: () => [], onDidChange: new EventEmitter<void>().event } as never, silent);
  Object.assign(env, { uiKind, remoteName });
  const row = tree.getTreeItem({ type: 'output', mirror, output } as never);
  Object.assign(env, { uiKind: UIKind.Desktop, remoteName: undefined });
  expect(row.command!.command).toBe(command);
});

/** A folder with three runs, of which the newest two are told by themselves; the second has lost its engine. */
function cut() {
  const row = (run: string, state: string) => ({ run, workflow: 'w', file: 'f', startedAt: run, endedAt: run, state });
  const every = [row('3', 'failed'), row('2', 'running'), row('1', 'failed')];
  const ask = vi.fn(async () => [...every]);
  const mirror = {
    ...{ key: 'k', rows: every.slice(0, 2), cutAt: 2, link: { ask } },
    interrupted: (run: string) => run === '2',
  };
  const tree = new RunsTree({ all: () => [mirror], onDidChange: new EventEmitter<void>().event } as never, silent);
  const shown = async () =>
    (await tree.getChildren()).map((item) => (item.type === 'run' ? item.row.run : tree.getTreeItem(item).label));
  return { tree, mirror, every, row, ask, shown };
}

test('older runs are shown when they are asked for, and said to be there until then', async () => {
  const { tree, mirror, every, row, ask, shown } = cut();
  expect(await shown()).toEqual(['3', '2', 'Show older runs']);
  tree.showOlder();
  expect(await shown()).toEqual(['3', '2', '1']);
  await shown();
  expect(ask).toHaveBeenCalledTimes(1);
  // What was among the newest is no more.
  every.unshift(row('5', 'failed'), row('4', 'failed'));
  mirror.rows = every.slice(0, 2);
  expect(await shown()).toEqual(['5', '4', '3', '2', '1']);
  expect(ask).toHaveBeenCalledTimes(2);
});

test('a filter looks through all runs, and finds what their rows say', async () => {
  const { tree, ask, shown } = cut();
  tree.filter = 'failed';
  expect(await shown()).toEqual(['3', '1']);
  tree.filter = 'interrupted';
  expect(await shown()).toEqual(['2']);
  tree.filter = 'running';
  expect(await shown()).toEqual([]);
  tree.filter = '';
  expect(await shown()).toEqual(['3', '2', 'Show older runs']);
  expect(ask).toHaveBeenCalledTimes(1);
});

test('an older run that changed is asked for again after a while, and is called interrupted by what the engine told', async () => {
  vi.useFakeTimers();
  const { tree, every, row, shown } = cut();
  tree.showOlder();
  await shown();
  every[2] = { ...row('1', 'waiting'), interrupted: true } as never;
  await vi.advanceTimersByTimeAsync(11_000);
  const [, , older] = await tree.getChildren();
  expect(tree.getTreeItem(older!).description).toContain('interrupted');
});

test('where older runs cannot be read, that is said below the newest', async () => {
  const { tree, ask, shown } = cut();
  ask.mockRejectedValue(new Error('The engine is gone.'));
  tree.filter = 'failed';
  expect(await shown()).toEqual(['3', 'The engine is gone.']);
});
