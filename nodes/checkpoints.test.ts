import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkpointsOf } from './checkpoints';
import type { NodeContext } from './contract';

const cache = mkdtempSync(path.join(os.tmpdir(), 'scanflow-checkpoints-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

const log: string[] = [];
const node = { cache, log: (line: string) => void log.push(line) } as unknown as NodeContext;
const data = { x: Float32Array.of(1, 2), shape: [1], count: 2 };
const state = {
  done: 7,
  total: 1.5,
  weights: Float32Array.of(1, 2, 3),
  moments: [Float32Array.of(4, 5, 6), Float32Array.of(7, 8, 9)] as [Float32Array, Float32Array],
};

test('a checkpoint is of the same data and options only, and dropped when the training is done', () => {
  const open = (x: number[], options: object) => checkpointsOf(node, [{ ...data, x: Float32Array.from(x) }], options);
  const first = open([1, 2], { seed: 1 });
  expect(first.resume).toBeUndefined();
  first.onCheckpoint!(state);
  expect(open([1, 2], { seed: 1 }).resume).toEqual(state);
  expect(log).toEqual(['goes on from a checkpoint after 7 batches']);
  expect(open([1, 3], { seed: 1 }).resume).toBeUndefined();
  expect(open([1, 2], { seed: 2 }).resume).toBeUndefined();
  open([1, 2], { seed: 1 }).drop();
  expect(open([1, 2], { seed: 1 }).resume).toBeUndefined();
  expect(readdirSync(path.join(cache, 'checkpoints'))).toEqual([]);
});

test('what a killed attempt wrote aside an hour ago is removed, and nothing else', () => {
  const folder = path.join(cache, 'checkpoints');
  const first = checkpointsOf(node, [data], { seed: 3 });
  first.onCheckpoint!(state);
  const [kept] = readdirSync(folder);
  const unique = '0190b8c5-11aa-4bbb-8ccc-0123456789ab';
  const [old, fresh] = [`${kept}.${unique}`, `other.${unique}`];
  for (const name of [old, fresh]) writeFileSync(path.join(folder, name), '');
  const then = new Date(Date.now() - 2 * 3_600_000);
  for (const name of [old, kept!]) utimesSync(path.join(folder, name), then, then);
  checkpointsOf(node, [data], { seed: 4 }).onCheckpoint!(state);
  expect(readdirSync(folder)).toHaveLength(3);
  expect(readdirSync(folder)).toEqual(expect.arrayContaining([kept, fresh]));
});
