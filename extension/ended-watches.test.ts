import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('./runs/fake-vscode'));

import type { EndedWatch } from '../engine/protocol';
import { tellEndedWatches } from './ended-watches';
import type { Links } from './engine/links';
import * as editor from './runs/fake-vscode';

const { EventEmitter, silent } = editor;
const changed = new EventEmitter<void>();
const said: string[] = [];
const asked: unknown[] = [];
let chosen: string | undefined;

const watch: EndedWatch = {
  file: 'w.scanflow',
  workflow: 'stream',
  since: '2026-01-02T03:04:05.000Z',
  ended: '2026-01-02T04:04:05.000Z',
  parameters: { rate: 1 },
  runtime: 'process',
};
const link = {
  health: { state: 'off' },
  losses: 0,
  ask: async (name: string, parameters: unknown) => {
    asked.push([name, parameters]);
    return name === 'endedWatches' ? [watch] : { watch: null };
  },
};
editor.window.showWarningMessage = async (message: string) => {
  said.push(message);
  return chosen;
};
editor.window.showInformationMessage = async () => undefined;

beforeEach(() => {
  said.length = 0;
  asked.length = 0;
  link.health.state = 'off';
});

const look = async () => {
  changed.fire();
  await new Promise(setImmediate);
};

test.each([
  ['Watch Again', { file: 'w.scanflow', parameters: { rate: 1 }, runtime: 'process', jobs: undefined }],
  ["Don't Watch", { file: 'w.scanflow', off: true }],
  [undefined, null],
])('what an engine watched to its end is told once, when one is there: %s', async (button, request) => {
  chosen = button;
  const links = { all: () => [{ link, key: 'k' }], onDidChange: changed.event } as unknown as Links;
  const telling = tellEndedWatches(links, silent);
  await look();
  expect(asked).toEqual([]);
  link.health.state = 'ready';
  await look();
  await look();
  expect(said).toEqual([expect.stringMatching(/^stream \(w.scanflow\) is not watched any more/)]);
  expect(asked).toEqual([['endedWatches', {}], ...(request === null ? [] : [['watch', request]])]);
  link.losses++;
  await look();
  expect(said).toHaveLength(1);
  telling.dispose();
});
