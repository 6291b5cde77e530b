import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('./runs/fake-vscode'));

import type { EndedWatch } from '../engine/protocol';
import { disarm, tellEndedWatches } from './ended-watches';
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
/** What the engine has by now, which the notice may be behind of. */
let now: { watches: object[]; endedWatches: object[] };
const mirror = {
  key: 'k',
  endedWatches: [] as EndedWatch[],
  watches: [] as object[],
  refresh: async () => Object.assign(mirror, now),
  link: {
    ask: async (name: string, parameters: unknown) => {
      if (name === 'watches' || name === 'endedWatches') return now[name];
      asked.push([name, parameters]);
      return { watch: null };
    },
  },
};
const links = { all: () => [mirror], onDidChange: changed.event } as unknown as Links;
editor.window.showWarningMessage = async (message: string) => {
  said.push(message);
  return chosen;
};
editor.window.showInformationMessage = async (message: string) => void said.push(message);

beforeEach(() => {
  said.length = 0;
  asked.length = 0;
  mirror.endedWatches = [];
  now = { watches: [], endedWatches: [watch] };
});

const look = async () => {
  changed.fire();
  await new Promise(setImmediate);
};

const lost = /^stream \(w.scanflow\) is not watched any more/;

test.each([
  ['Watch Again', { file: 'w.scanflow', parameters: { rate: 1 }, runtime: 'process', jobs: undefined }, /is watched/],
  ["Don't Watch", { file: 'w.scanflow', off: true }, /no more/],
  [undefined, null, null],
])('what an engine watched to its end is told once: %s', async (button, request, says) => {
  chosen = button;
  const telling = tellEndedWatches(links, silent);
  await look();
  expect(said).toEqual([]);
  mirror.endedWatches = [watch];
  await look();
  await look();
  expect(said).toEqual([lost, ...(says ? [says] : [])].map((one) => expect.stringMatching(one)));
  expect(asked).toEqual(request === null ? [] : [['watch', request]]);
  telling.dispose();
});

test.each([
  ['Watch Again', 'armed'],
  ["Don't Watch", 'armed'],
  ["Don't Watch", 'forgotten'],
])('a notice does nothing to what others made of the watch since: %s, %s', async (button, since) => {
  chosen = button;
  now = { watches: since === 'armed' ? [{ ...watch, since: '2026-01-02T05:04:05.000Z' }] : [], endedWatches: [] };
  mirror.endedWatches = [watch];
  const telling = tellEndedWatches(links, silent);
  await look();
  expect(asked).toEqual([]);
  expect(said.at(-1)).toMatch(since === 'armed' ? /was watched again since/ : /not watched any more: nothing/);
  telling.dispose();
});

test('an engine of before, which cannot tell what ended, ends what is armed', async () => {
  now = { watches: [watch], endedWatches: [] };
  const { ask } = mirror.link;
  mirror.link.ask = async (name, parameters) => {
    if (name === 'endedWatches') throw new Error('No such request.');
    return ask(name, parameters);
  };
  await disarm(mirror as never, watch);
  mirror.link.ask = ask;
  expect(asked).toEqual([['watch', { file: 'w.scanflow', off: true }]]);
});
