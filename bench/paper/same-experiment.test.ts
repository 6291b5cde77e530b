import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Labelled, Sets } from './data';
import { readOptions } from './options';
import { keepTo } from './same-experiment';

it('a folder of results is that of one experiment', () => {
  const out = mkdtempSync(path.join(tmpdir(), 'scanflow-paper-'));
  onTestFinished(() => rmSync(out, { recursive: true }));
  const some = (byte: number): Labelled => ({
    data: { x: Uint8Array.of(byte), shape: [1, 1, 1], count: 1 },
    labels: Int32Array.of(0),
  });
  const sets = (byte: number): Sets => ({ train: some(byte), pool: some(1), test: some(2), classes: 1 });
  const options = readOptions(['--out', out]);
  keepTo(options, sets(0));
  keepTo({ ...options }, sets(0));
  expect(() => keepTo(options, sets(9))).toThrow(/images was/);
  expect(() => keepTo(readOptions(['--out', out, '--epochs', '9']), sets(0))).toThrow(/epochs was 6/);
  for (const name of ['model.json', 'weights.bin']) writeFileSync(path.join(out, name), '');
  expect(() => keepTo(readOptions(['--out', out, '--start', out]), sets(0))).toThrow(/start was chance/);
});
