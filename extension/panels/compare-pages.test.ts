import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('../runs/fake-vscode'));
const shown = vi.fn();
vi.mock('./pages', () => ({
  Pages: class {
    show = shown;
  },
}));

import { silent, Uri, window } from '../runs/fake-vscode';
import { ComparePages } from './compare-pages';

const mirrorOf = (key: string, ...runs: string[]) => ({
  key,
  rows: runs.map((run) => ({ run, workflow: 'w', state: 'succeeded', startedAt: '' })),
});
const mirrors = [mirrorOf('one', 'c', 'b', 'a'), mirrorOf('two', 'z')];
const links = { all: () => mirrors, asked: async () => mirrors };
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
