import { afterEach, beforeEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('../runs/fake-vscode'));
const shown = vi.fn();
interface Kind {
  title(topic: object): string;
  read(page: object, tell: (message: object) => void): Promise<void>;
}
const pages = vi.hoisted(() => ({ open: [] as object[], kind: null as Kind | null }));
vi.mock('./pages', () => ({
  Pages: class {
    show = shown;
    pages = () => pages.open;
    dispose() {}
    constructor(_extension: unknown, kind: Kind) {
      pages.kind = kind;
    }
  },
}));

import { EventEmitter, silent, Uri, window } from '../runs/fake-vscode';
import { CurvePages } from './curve-pages';

const curve = (node: string) => ({ node, phase: 'training', metric: 'loss', points: [] });
let row: { run: string; workflow: string; state: string; startedAt: string };
let health: string;
let curves: CurvePages;
const changed = new EventEmitter<void>();

beforeEach(() => {
  vi.useFakeTimers();
  row = { run: 'r', workflow: 'digits', state: 'running', startedAt: '' };
  health = 'ready';
  pages.open = [];
  shown.mockReset();
  const link = {
    get health() {
      return { state: health };
    },
    ask: async () => [curve('model[mail=a@b]'), curve('i/candidate/model'), curve('trial')],
  };
  const mirror = { key: 'k', rows: [row], link, summary: async () => row };
  const links = { all: () => [mirror], asked: async () => [mirror], byKey: () => mirror, onDidChange: changed.event };
  curves = new CurvePages(Uri.file('/x') as never, links as never, silent);
});
afterEach(() => {
  curves.dispose();
  vi.useRealTimers();
});

/** An open page that has been read once. */
async function opened(seen = true) {
  const page = {
    topic: { key: 'k', run: 'r', node: null },
    isSeen: () => seen,
    read: vi.fn(() => pages.kind!.read(page, () => {})),
  };
  pages.open = [page];
  await pages.kind!.read(page, () => {});
  return page.read;
}

test('while a run goes on, what a person sees of it is read again and again; when it ends, once more', async () => {
  const read = await opened();
  await vi.advanceTimersByTimeAsync(6000);
  expect(read).toHaveBeenCalledTimes(3);
  // Progress of the run tells nothing of what was logged.
  for (let event = 0; event < 20; event++) changed.fire();
  expect(read).toHaveBeenCalledTimes(3);
  row.state = 'succeeded';
  changed.fire();
  expect(read).toHaveBeenCalledTimes(4);
});

test('a reading that takes long is waited for, and given up only for another state', async () => {
  const read = await opened();
  read.mockImplementation(() => new Promise(() => {}));
  await vi.advanceTimersByTimeAsync(20_000);
  expect(read).toHaveBeenCalledTimes(1);
  row.state = 'succeeded';
  changed.fire();
  expect(read).toHaveBeenCalledTimes(2);
});

test('a run that has ended, and one behind another tab, are left alone', async () => {
  const hidden = await opened(false);
  await vi.advanceTimersByTimeAsync(6000);
  expect(hidden).not.toHaveBeenCalled();
  row.state = 'failed';
  const read = await opened();
  await vi.advanceTimersByTimeAsync(6000);
  expect(read).not.toHaveBeenCalled();
});

test('what an engine did that was away is read when one is there again', async () => {
  const read = await opened();
  health = 'lost';
  await vi.advanceTimersByTimeAsync(6000);
  const before = read.mock.calls.length;
  expect(before).toBe(1);
  health = 'ready';
  changed.fire();
  expect(read.mock.calls.length).toBe(before + 1);
});

test.each([
  [null, ['model[mail=a@b]', 'i/candidate/model', 'trial']],
  ['model', ['model[mail=a@b]']],
  ['i/candidate/model', ['i/candidate/model']],
])('of node %s', async (node, told) => {
  const tell = vi.fn();
  await pages.kind!.read({ topic: { key: 'k', run: 'r', node } }, tell);
  const { curves: all, ...rest } = tell.mock.calls[0]![0] as { curves: { node: string }[] };
  expect(all.map((one) => one.node)).toEqual(told);
  expect(rest).toEqual({ type: 'curves', key: 'k', node, ...row });
});

test('a run, a step and a place are shown at once; of several runs a person chooses', async () => {
  const mirror = { key: 'k' };
  await curves.show({ type: 'run', mirror, row } as never);
  await curves.show({ type: 'step', mirror, run: 'r', step: { name: 'model[lr=1]@training' } } as never);
  await curves.show({ key: 'k', run: 'r', node: 'trial' });
  await curves.show();
  expect(shown.mock.calls.map(([topic]) => topic.node)).toEqual([null, 'model', 'trial', null]);
  window.showQuickPick = vi.fn(async () => undefined);
  const mirrors = [{ key: 'k', rows: [row, { ...row, run: 's' }] }];
  Object.assign((curves as unknown as { links: object }).links, { asked: async () => mirrors });
  await curves.show();
  expect(window.showQuickPick).toHaveBeenCalledOnce();
  expect(shown).toHaveBeenCalledTimes(4);
});

test('pages are called by their node, or by the workflow of their run', () => {
  expect(pages.kind!.title({ run: 'r', node: null })).toBe('Curves: digits');
  expect(pages.kind!.title({ run: 'r', node: 'model' })).toBe('Curves: model');
});
