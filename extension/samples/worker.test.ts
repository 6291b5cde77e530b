import { copyFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { NdArray } from '../../nodes/data/npy';
import { writeNpz } from '../../nodes/data/npz';
import type { SampleAnswers } from './questions';
import type { Variant } from './sample';
import { reply } from './worker';

const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scanflow-samples-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const ask = (file: string, ids: string[]) =>
  reply({ id: 1, question: { kind: 'samples', file, ids, variant: 'data' } });

test('samples of a Parquet file are shown as those of a CSV', async () => {
  const file = path.join(root, 'rows.parquet');
  copyFileSync(path.resolve('nodes/fixtures/formats/snappy.parquet'), file);
  const shown = await ask(file, ['c', 'a']);
  if ('error' in shown) throw new Error(shown.error);
  const samples = shown.answer as SampleAnswers['samples'];
  expect(samples.map(({ id }) => id)).toEqual(['c', 'a']);
  expect(samples[0]!.sample).toMatchObject({
    kind: 'row',
    cells: expect.arrayContaining([{ name: 'temperature', value: '-3.25' }]),
  });
});

test('a file that cannot be read is said', async () => {
  const torn = path.join(root, 'torn.parquet');
  writeFileSync(torn, readFileSync(path.resolve('nodes/fixtures/formats/snappy.parquet')).subarray(0, 200));
  expect(await ask(torn, ['a'])).toMatchObject({ error: expect.stringMatching(/The data of the task/) });
  expect(await ask(path.join(root, 'none.csv'), ['a'])).toMatchObject({ error: expect.stringContaining('ENOENT') });
});

test.each([
  ['measured', '1.25', '2.5'],
  ['missing in part', '', 'open'],
])('samples whose labels are %s are shown, and theirs beside what is near', async (_, first, second) => {
  const file = path.join(root, `${first}.csv`);
  writeFileSync(file, `id,v,y\na,1,${first}\nb,2,${second}\n`);
  const shown = await ask(file, ['a']);
  expect(shown).toMatchObject({ answer: [{ id: 'a', sample: { kind: 'row' } }] });
  const near = await reply({ id: 2, question: { kind: 'twins', file, clean: file, id: 'a', count: 2 } });
  expect(near).toMatchObject({ answer: [{ label: first || null }, { label: second }] });
});

describe('a sample and its reconstruction are drawn on the scale of the data', () => {
  const SIDE = 8;
  const NOTHING = [0x44, 0x01, 0x54];
  const bytes = (values: Float32Array) => Uint8Array.from(values, (value) => Math.round(255 * value));
  let files = 0;

  /** Pixels of the first sample, as a detector leaves it. */
  async function pixelsOf(x: Float32Array | Uint8Array, again: typeof x, shape: number[], variant: Variant) {
    const file = path.join(root, `inspection-${files++}.npz`);
    const count = x.length / SIDE ** 2;
    const array = (values: typeof x) => {
      const all = [count, ...shape];
      return values instanceof Uint8Array
        ? { type: 'uint8' as const, shape: all, values }
        : { type: 'float32' as const, shape: all, values };
    };
    const id = { type: 'text' as const, shape: [count], values: Array.from({ length: count }, (_, at) => `s${at}`) };
    writeFileSync(
      file,
      writeNpz(
        new Map<string, NdArray>([
          ['x', array(x)],
          ['reconstruction', array(again)],
          ['id', id],
        ]),
      ),
    );
    const shown = await reply({ id: 1, question: { kind: 'samples', file, ids: ['s0'], variant } });
    if ('error' in shown) throw new Error(shown.error);
    const { sample } = (shown.answer as SampleAnswers['samples'])[0]!;
    if (sample.kind !== 'image') throw new Error(JSON.stringify(sample));
    return Array.from({ length: SIDE ** 2 }, (_, at) => [
      ...sample.pixels.subarray(at * sample.channels, (at + 1) * sample.channels),
    ]);
  }

  test('half of a flat sample is no equal of it', async () => {
    const x = Float32Array.from({ length: 2 * SIDE ** 2 }, (_, at) => 3 * Math.sin(at));
    const again = x.map((value) => value / 2);
    const map = await pixelsOf(x, again, [SIDE ** 2], 'error');
    expect(new Set(map.map(String)).size).toBeGreaterThan(8);
    // 1.5 of a range of 6.
    expect(map[0]).toEqual(NOTHING);
    const strongest = await pixelsOf(
      x,
      x.map((value, at) => (at === 0 ? value + 6 : value)),
      [SIDE ** 2],
      'error',
    );
    expect(strongest[0]).toEqual([0xfd, 0xe7, 0x25]);
  });

  test('what is equal in both is no error, however far beyond the data the reconstruction goes elsewhere', async () => {
    const x = Float32Array.from({ length: 2 * SIDE ** 2 }, (_, at) => at % 2);
    const again = x.slice();
    again[0] = -0.4;
    again[65] = 1.4;
    const map = await pixelsOf(x, again, [SIDE ** 2], 'error');
    expect(map.slice(1).every((pixel) => String(pixel) === String(NOTHING))).toBe(true);
    expect(map[0]).not.toEqual(NOTHING);
    const overlay = await pixelsOf(x, again, [SIDE ** 2], 'overlay');
    expect(overlay.slice(1, 3)).toEqual([
      [255, 255, 255],
      [0, 0, 0],
    ]);
    expect((await pixelsOf(x, again, [SIDE ** 2], 'reconstruction'))[2]).toEqual([0]);
  });

  test.each([
    ['fractions, with bytes for a reconstruction', (x: Float32Array) => x, bytes, [SIDE, SIDE, 1]],
    [
      'numbers up to 255, with bytes for a reconstruction',
      (x: Float32Array) => Float32Array.from(bytes(x)),
      bytes,
      [SIDE ** 2],
    ],
    ['bytes, with fractions for a reconstruction', bytes, (x: Float32Array) => x, [SIDE ** 2]],
  ])('%s', async (_, one, other, shape) => {
    const x = Float32Array.from({ length: SIDE ** 2 }, (_value, at) => (at % 6) / 5);
    expect(await pixelsOf(one(x), other(x), shape, 'reconstruction')).toEqual(
      await pixelsOf(one(x), other(x), shape, 'data'),
    );
    const map = await pixelsOf(one(x), other(x), shape, 'error');
    expect(new Set(map.map(String))).toEqual(new Set([String(NOTHING)]));
  });
});

describe('what a detector left of a table', () => {
  const file = path.join(root, 'inspection-table.npz');
  const numbers = (shape: number[], values: number[]): NdArray => ({
    type: 'float32',
    shape,
    values: Float32Array.from(values),
  });
  const texts = (...values: string[]): NdArray => ({ type: 'text', shape: [values.length], values });
  // As many features and losses of all samples as there are samples that are shown: by their length they are columns.
  writeFileSync(
    file,
    writeNpz(
      new Map<string, NdArray>([
        ['x', numbers([2, 2], [46.25, 46_123, 20, 30_000])],
        ['reconstruction', numbers([2, 2], [41.98791, 46_000.4, 20, 30_000])],
        ['id', texts('a', 'b')],
        ['loss', numbers([2], [0.7, 0.1])],
        ['critical', { type: 'uint8', shape: [2], values: Uint8Array.of(1, 0) }],
        ['anomalous', { type: 'uint8', shape: [2], values: Uint8Array.of(1, 0) }],
        ['loss_test', numbers([2], [0.1, 0.7])],
        ['features', texts('age', 'income')],
      ]),
    ),
  );

  test.each<Variant>(['reconstruction', 'error', 'overlay', 'data'])(
    '%s: each feature by its name, and nothing that says how severe it is',
    async (variant) => {
      const shown = await reply({ id: 1, question: { kind: 'samples', file, ids: ['a'], variant } });
      if ('error' in shown) throw new Error(shown.error);
      expect((shown.answer as SampleAnswers['samples'])[0]!.sample).toEqual({
        kind: 'row',
        cells: [
          { name: 'age', value: '46.25', again: '41.99', apart: '4.262' },
          { name: 'income', value: '46123', again: '46000', apart: '122.6' },
        ],
      });
    },
  );

  test('errors are told by the names of the features', async () => {
    const shown = await reply({ id: 1, question: { kind: 'losses', file, report: null } });
    expect(shown).toMatchObject({ answer: { losses: { features: { names: ['age', 'income'] } } } });
  });
});
