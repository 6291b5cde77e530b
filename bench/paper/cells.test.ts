import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Cell, Cells } from './cells';
import { readOptions } from './options';
import { noteTestbed, testbedsOf } from './testbed';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'scanflow-cells-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cell: Cell = {
  ...{ recipe: 'improved', scenario: 'MDWI+HFC', seed: 1, kind: 'fog', n: 100 },
  ...{ clean: 99, drifted: 95.12345, seconds: 1 },
};

it('what was measured by a recipe of before counts no more, in this folder or another', () => {
  new Cells(folder).add(cell);
  const [line] = readFileSync(path.join(folder, 'cells.jsonl'), 'utf8').split('\n');
  expect(JSON.parse(line!)).toEqual({ ...cell, drifted: 95.123, version: 3 });
  expect(new Cells(folder).has(cell)).toBe(true);
  const old = new Cells(path.join(folder, 'old'));
  const { version: _, ...unversioned } = JSON.parse(line!) as Cell;
  const ddc = { ...unversioned, scenario: 'DDC+HLC' as const };
  const file = path.join(folder, 'old.jsonl');
  writeFileSync(file, [unversioned, ddc].map((each) => `${JSON.stringify(each)}\n`).join(''));
  old.read(file);
  expect([...old.all.values()]).toEqual([ddc]);
});

it('a report has only what is asked for', () => {
  const cells = new Cells(folder);
  for (const seed of [1, 2]) for (const n of [10, 100]) cells.add({ ...cell, scenario: 'DDC+HLC', seed, n });
  cells.add({ ...cell, scenario: 'RND+HLC' });
  const asked = cells.of(readOptions(['--seeds', '2', '--scenarios', 'DDC+HLC,RND+HLC', '--kinds', 'fog']));
  expect(asked.map(({ scenario, seed, n }) => `${scenario} ${seed} ${n}`)).toEqual(['DDC+HLC 2 10', 'DDC+HLC 2 100']);
});

it('a testbed is noted once', () => {
  const testbed = { machine: 'a', system: 'b', software: 'c', date: 'd', command: 'e' };
  for (const each of [testbed, testbed, { ...testbed, date: 'f' }]) noteTestbed(folder, each);
  expect(testbedsOf(folder)).toEqual([testbed, { ...testbed, date: 'f' }]);
});
