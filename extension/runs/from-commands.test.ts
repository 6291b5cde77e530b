import { expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('./fake-vscode'));

import { runsOf } from './from-commands';

const row = (run: string) => ({ type: 'run', row: { run } });

test.each([
  ['nothing', [undefined], []],
  ['a list of ids', [['a', 'b']], ['a', 'b']],
  ['one row of a view', [row('a')], ['a']],
  ['a row, and nothing selected', [row('a'), undefined], ['a']],
  ['a row and all that are selected', [row('b'), [row('a'), row('b')]], ['a', 'b']],
  ['rows that are no runs', [row('a'), [row('a'), { type: 'step', run: 'c' }]], ['a']],
])('runs that a command is given: %s', (_what, given, runs) => {
  expect(runsOf(given[0], given[1])).toEqual(runs);
});
