import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('./fake-vscode'));

import type { Links } from '../engine/links';
import * as editor from './fake-vscode';
import { showWatches } from './watch-list';

interface Item {
  label: string;
  detail: string;
}
let items: Item[] = [];
let act: (pick: { accept(at: number): void; press(at: number): void }) => void = () => {};
editor.window.createQuickPick = () => {
  const accepted = new editor.EventEmitter<void>();
  const pressed = new editor.EventEmitter<{ item: Item }>();
  const hidden = new editor.EventEmitter<void>();
  const pick = {
    items: [] as Item[],
    selectedItems: [] as Item[],
    onDidAccept: accepted.event,
    onDidTriggerItemButton: pressed.event,
    onDidHide: hidden.event,
    hide: () => hidden.fire(),
    dispose() {},
    show() {
      items = this.items;
      const accept = (at: number) => {
        this.selectedItems = [items[at]!];
        accepted.fire();
      };
      queueMicrotask(() => act({ accept, press: (at) => pressed.fire({ item: items[at]! }) }));
    },
  };
  return pick;
};
const said: string[] = [];
const opened: unknown[] = [];
const asked: unknown[] = [];
let there = true;
let chosen: string | undefined;
editor.window.showWarningMessage = async (message: string) => {
  said.push(message);
  return chosen;
};
editor.window.showInformationMessage = async (message: string) => void said.push(message);
editor.commands.executeCommand = async (name: unknown, uri: unknown) => void opened.push([name, `${uri}`]);
Object.assign(editor.workspace, {
  fs: {
    stat: async () => {
      if (!there) throw new Error('ENOENT');
    },
  },
});

const fault = { message: 'Source incoming cannot be read.', remedy: 'Create it.' };
const armed = (file: string, broken: object | null) => ({
  file,
  workflow: file,
  since: 's',
  fault: null,
  sources: [{ name: 'incoming', waiting: 2, fault: broken }],
  clocks: [],
});
const mirror = {
  link: {
    folder: editor.folderAt('/w'),
    ask: async (name: string, parameters: unknown) => {
      if (name === 'watches') return mirror.watches;
      if (name === 'endedWatches') return mirror.endedWatches;
      asked.push([name, parameters]);
      return { watch: null };
    },
  },
  watches: [] as object[],
  endedWatches: [] as object[],
  refresh: async () => {},
};
const show = () => showWatches({ asked: async () => [mirror] } as unknown as Links);

beforeEach(() => {
  for (const list of [said, opened, asked]) list.length = 0;
  items = [];
  there = true;
  chosen = undefined;
  act = ({ accept }) => accept(0);
  mirror.watches = [armed('a', null), armed('b', fault)];
  mirror.endedWatches = [];
});

test('each watch is listed with what it waits for, or with what hinders it', async () => {
  mirror.endedWatches = [{ file: 'c', workflow: 'c', since: 's', ended: new Date().toISOString() }];
  await show();
  expect(items.map(({ label, detail }) => `${label}: ${detail}`)).toEqual([
    expect.stringMatching(/^\$\(warning\) c: Not watched any more/),
    '$(eye) a: incoming: 2 new files',
    '$(warning) b: Source incoming cannot be read. Create it.',
  ]);
});

test('one that is well is opened; of one that is hindered the reasons are told, too', async () => {
  await show();
  expect([opened, said]).toEqual([[['vscode.open', 'file:///w/a']], []]);
  act = ({ accept }) => accept(1);
  await show();
  expect(opened.at(-1)).toEqual(['vscode.open', 'file:///w/b']);
  expect(said).toEqual(['Source incoming cannot be read. Create it.']);
});

test('one whose file is gone is said to be so, and can be ended', async () => {
  there = false;
  chosen = "Don't Watch";
  await show();
  expect(opened).toEqual([]);
  expect(said).toEqual([expect.stringMatching(/^a is gone/), 'a runs by itself no more.']);
  expect(asked).toEqual([['watch', { file: 'a', off: true }]]);
});

test('the button of a row ends its watch', async () => {
  act = ({ press }) => press(1);
  await show();
  expect(asked).toEqual([['watch', { file: 'b', off: true }]]);
});

test('where nothing is watched, that is said', async () => {
  mirror.watches = [];
  await show();
  expect(said).toEqual([expect.stringMatching(/^Nothing is watched/)]);
});
