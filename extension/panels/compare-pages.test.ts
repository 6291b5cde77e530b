import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('../runs/fake-vscode'));
const shown = vi.fn();
const open = vi.hoisted(() => [] as { topic: { key: string; runs: string[] }; read: () => Promise<void> }[]);
vi.mock('./pages', () => ({
  Pages: class {
    show = shown;
    pages = () => open;
  },
}));

import { EventEmitter, silent, Uri, window } from '../runs/fake-vscode';
import { ComparePages } from './compare-pages';

const mirrorOf = (key: string, ...runs: string[]) => ({
  key,
  rows: runs.map((run) => ({ run, workflow: 'w', state: 'succeeded', startedAt: '' })),
});
const mirrors = [mirrorOf('one', 'c', 'b', 'a'), mirrorOf('two', 'z')];
const changed = new EventEmitter<void>();
const links = {
  all: () => mirrors,
  asked: async () => mirrors,
  byKey: (key: string) => mirrors.find((one) => one.key === key),
  onDidChange: changed.event,
};
const pages = new ComparePages(Uri.file('/x') as never, links as never, null as never, silent);

beforeEach(() => {
  shown.mockReset();
  window.showQuickPick = vi.fn(async () => undefined);
});

test('two runs or more that are given are shown at once, the oldest first', async () => {
  await pages.show(['c', 'a']);
  expect(shown).toHaveBeenCalledExactlyOnceWith({ key: 'one', runs: ['a', 'c'] });
  expect(window.showQuickPick).not.toHaveBeenCalled();
});

test.each([[[]], [['a']], [['a', 'z']]])('where fewer of one folder are given, a person chooses: %j', async (given) => {
  await pages.show(given);
  expect(shown).not.toHaveBeenCalled();
  expect(window.showQuickPick).toHaveBeenCalledOnce();
});

test('a run that goes on or ends is compared anew, and nothing else is', () => {
  const read = vi.fn(async () => {});
  open.push({ topic: { key: 'one', runs: ['a', 'b'] }, read });
  const turn = (run: string, state: string) => {
    const row = mirrors.flatMap(({ rows }) => rows).find((one) => one.run === run)!;
    row.state = state;
    changed.fire();
  };
  turn('a', 'running');
  expect(read).not.toHaveBeenCalled();
  for (const run of ['c', 'z']) turn(run, 'failed');
  expect(read).not.toHaveBeenCalled();
  turn('a', 'failed');
  turn('a', 'failed');
  expect(read).toHaveBeenCalledOnce();
});

test.each([
  ['one', ['a'], 0],
  ['two of two folders', ['a', 'z'], 0],
  ['two of one folder', ['a', 'b'], 1],
  ['two of one folder and one of another', ['a', 'b', 'z'], 0],
])('%s chosen: %j are compared, or it is said what can be', async (_, chosen, compared) => {
  const said = vi.fn();
  window.showInformationMessage = said;
  window.showQuickPick = async (rows: { detail: string }[]) => rows.filter(({ detail }) => chosen.includes(detail));
  await pages.show();
  expect([shown.mock.calls.length, said.mock.calls.length]).toEqual([compared, 1 - compared]);
});
