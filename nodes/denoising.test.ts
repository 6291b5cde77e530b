import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../learning';
import type { NdArray } from './data/npy';
import { readNpz, writeNpz } from './data/npz';
import { attempt } from './run.fixture';

const SIDE = 8;
const SIZE = SIDE * SIDE;

/** Bars on black, standing or lying; the negative of each is its corrupted twin. */
function bars(count: number, negative = false): Uint8Array {
  const random = createRandom('denoising');
  const images = new Uint8Array(count * SIZE);
  for (let image = 0; image < count; image++) {
    const at = 1 + random.integer(SIDE - 2);
    for (let pixel = 0; pixel < SIZE; pixel++) {
      const on = (image % 2 ? Math.floor(pixel / SIDE) : pixel % SIDE) === at;
      images[image * SIZE + pixel] = on !== negative ? 220 : 10;
    }
  }
  return images;
}

const images = (values: Uint8Array, side = SIDE): NdArray => ({
  type: 'uint8',
  shape: [values.length / (side * side), side, side],
  values,
});
const ids = (name: string, count: number): NdArray => ({
  type: 'text',
  shape: [count],
  values: Array.from({ length: count }, (_, row) => `${name}${row}`),
});
const classes = (count: number): NdArray => ({
  type: 'int64',
  shape: [count],
  values: BigInt64Array.from({ length: count }, (_, row) => BigInt(row % 2)),
});
const file = (columns: Record<string, NdArray>) => writeNpz(new Map(Object.entries(columns)));

describe('the human finder', () => {
  const clean = file({ x: images(bars(12)), y: classes(12), id: ids('clean', 12) });

  test('proposes the nearest clean samples, the worst sample first, whatever their brightness', async () => {
    const dim = bars(4).map((value) => value / 4 + 100);
    const done = await attempt(
      'human-finder',
      { candidates: 3, budget: 0 },
      { data: file({ x: images(dim), id: ids('s', 4) }), clean, tags: 'id,anomalous,severity\ns2,1,5\ns0,1,2\n' },
    );
    expect(done.errors).toEqual([]);
    const task = done.task as { items: { id: string; candidates: string[] }[] };
    expect(done.task).toMatchObject({ kind: 'find', title: 'Find clean samples', output: 'feedback' });
    expect(task.items.map(({ id }) => id)).toEqual(['s2', 's0', 's1', 's3']);
    const all = bars(12);
    const image = (row: number) => all.subarray(row * SIZE, (row + 1) * SIZE).join();
    for (const { id, candidates } of task.items) {
      expect(candidates).toHaveLength(3);
      // A dimmed image is nearest to the one that it was made of, or to another with the same bar.
      expect(image(Number(candidates[0]!.slice('clean'.length)))).toBe(image(Number(id.slice(1))));
    }
  });

  test('compares tables feature by feature, and names no candidate twice', async () => {
    const done = await attempt(
      'human-finder',
      { candidates: 50, budget: 0 },
      { data: 'id,big,small\na,1010,0.9\n', clean: 'id,small,big\nk,0.1,1000\nl,0.9,1020\nm,0.5,9000\nk,0.1,1000\n' },
    );
    expect((done.task as { items: object[] }).items).toEqual([
      {
        id: 'a',
        content: expect.any(String),
        candidates: ['l', 'k', 'm'],
        values: { big: '1010', small: '0.9' },
      },
    ]);
  });

  test('refuses samples of another size', async () => {
    const done = await attempt(
      'human-finder',
      { candidates: 3, budget: 0 },
      { data: file({ x: images(new Uint8Array(16), 4) }), clean },
    );
    expect([done.code, done.errors]).toEqual([1, [expect.stringMatching(/^SF7121 .*\[4,4.*\[8,8/)]]);
  });
});

const wrapping = {
  improves: 'model.data',
  wraps: ['trial.data', 'live.data'],
  design: 'u-net',
  practice: 0,
  epochs: 60,
  batch: 32,
  learning_rate: 0.01,
  seed: 1,
  weight: 3,
  pass: 0.95,
  strength: 1,
  denoisers: 0,
};

describe('the model denoiser wrapper', () => {
  const pairs = file({ x: images(bars(40, true)), clean_x: images(bars(40)), y: classes(40), id: ids('p', 40) });
  const clean = file({ x: images(bars(200)), y: classes(200) });

  // Standing and lying bars differ by themselves: the pairs fall into groups.
  test.each([
    ['u-net', 0, 1, 0, /by \d denoisers \(\d+, .*\)$/],
    ['u-net', 0, 0.5, 0, /by \d denoisers \(\d+, .*\)$/],
    ['u-net', 0, 1, 500, /by \d denoisers \(\d+, .*\)$/],
    ['autoencoder', 1, 1, 0, /by one denoiser$/],
  ])(
    'proposes denoisers before every port, which restore what is corrupted and leave what is clean: %s, denoisers %i, strength %d, practice %i',
    async (design, denoisers, strength, practice, by) => {
      const parameters = { ...wrapping, design, denoisers, strength, practice };
      const wrapped = await attempt('model-denoiser-wrapper', parameters, { feedback: pairs, clean });
      expect(wrapped.errors).toEqual([]);
      expect(JSON.parse(wrapped.read('revision'))).toEqual({
        changes: [
          { op: 'merge', into: 'model.data', weight: 3 },
          {
            op: 'insert',
            name: 'denoiser',
            uses: 'scanflow/denoiser',
            input: 'data',
            output: 'data',
            artifacts: { denoiser: 'denoiser' },
            before: ['trial.data', 'live.data'],
          },
        ],
      });

      const denoise = async (values: Uint8Array) => {
        const done = await attempt(
          'denoiser',
          {},
          {
            data: file({ x: images(values), id: ids('t', values.length / SIZE) }),
            denoiser: { file: wrapped.output('denoiser') },
          },
        );
        expect(done.errors).toEqual([]);
        return { x: readNpz(readFileSync(done.output('data')), 'data').get('x')!.values as Uint8Array, log: done.log };
      };
      const truth = bars(20);
      const distance = (some: Uint8Array) =>
        some.reduce((sum, value, at) => sum + Math.abs(value - truth[at]!), 0) / some.length;
      const restored = await denoise(bars(20, true));
      expect(restored.log).toEqual([expect.stringMatching(new RegExp(`^20 of 20 samples denoised, ${by.source}`))]);
      const gone = 1 - distance(restored.x) / distance(bars(20, true));
      expect(gone).toBeGreaterThan(strength / 2);
      expect(gone).toBeLessThanOrEqual(strength + 0.01);
      const left = await denoise(truth);
      const changed = Array.from({ length: 20 }, (_, row) => row).filter(
        (row) =>
          left.x.subarray(row * SIZE, (row + 1) * SIZE).join() !== truth.subarray(row * SIZE, (row + 1) * SIZE).join(),
      );
      // The router lets `pass` of the clean ones through to the last bit.
      expect(changed.length).toBeLessThanOrEqual(3);
      expect((await denoise(new Uint8Array())).x).toHaveLength(0);
    },
  );

  test('keeps what it practised on the same clean samples, for other pairs, too', async () => {
    const parameters = { ...wrapping, practice: 60, epochs: 1, seed: 7 };
    const other = file({ x: images(bars(20, true)), clean_x: images(bars(20)), y: classes(20), id: ids('p', 20) });
    const said = async (feedback: Uint8Array, samples: Uint8Array) =>
      (await attempt('model-denoiser-wrapper', parameters, { feedback, clean: samples })).log.join();
    expect(await said(pairs, clean)).not.toContain('is kept');
    expect(await said(other, clean)).toContain('practised on these clean samples is kept');
    expect(await said(other, file({ x: images(bars(100)), y: classes(100) }))).not.toContain('is kept');
  });

  test.each<[string, object, Record<string, string | Uint8Array>, RegExp]>([
    ['no port to wrap', { wraps: [] }, { feedback: pairs, clean }, /^SF7103 .*ports to wrap/],
    [
      'labels in place of pairs',
      {},
      { feedback: file({ x: images(bars(2)), y: classes(2) }), clean },
      /^SF7117 .*no clean samples/,
    ],
    ['pairs of a table', {}, { feedback: 'id,t,clean_id,clean_x,y\na,1,l,8,0\n', clean }, /^SF7117 .*no images/],
    [
      'no pair',
      {},
      { feedback: file({ x: images(new Uint8Array()), clean_x: images(new Uint8Array()), y: classes(0) }), clean },
      /^SF7116 .*no pair/,
    ],
    ['more denoisers than pairs', { denoisers: 41 }, { feedback: pairs, clean }, /^SF7103 .*40 pairs for 41 denoisers/],
    ['one clean sample', {}, { feedback: pairs, clean: file({ x: images(bars(1)) }) }, /^SF7116 .*fewer than two/],
    [
      'clean images of another size',
      {},
      { feedback: pairs, clean: file({ x: images(new Uint8Array(1600), 4) }) },
      /^SF71\d\d .*shape/,
    ],
  ])('refuses %s', async (_, more, inputs, message) => {
    const done = await attempt('model-denoiser-wrapper', { ...wrapping, epochs: 1, ...more }, inputs);
    expect([done.code, done.errors]).toEqual([1, [expect.stringMatching(message)]]);
    expect(done.wrote('revision')).toBe(false);
  });
});

const NO_STATISTICS = JSON.stringify({ thresholds: [1], mean: [], deviation: [], centres: [[]] });
const LACKS_A_GROUP = JSON.stringify({ thresholds: [1, 2], mean: [0], deviation: [1], centres: [[0]] });

describe('the denoiser refuses', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['a folder without a router', {}, /^SF7120 .*no denoiser/],
    ['a router without a threshold', { 'router.json': '{"threshold":"high"}' }, /^SF7120 .*no threshold/],
    ['a router of several that lacks a group', { 'router.json': LACKS_A_GROUP }, /^SF7120 .*no threshold/],
    ['a router of several without statistics', { 'router.json': NO_STATISTICS }, /^SF7120 .*no threshold/],
    ['a strength beyond all', { 'router.json': '{"threshold":1,"strength":1.5}' }, /^SF7120 .*no strength from 0 to 1/],
    ['a router that is no JSON', { 'router.json': '{' }, /^SF7120 .*no threshold/],
    ['a router without its model', { 'router.json': '{"threshold":1}' }, /^SF70\d\d /],
  ])('%s', async (name, files, message) => {
    const data = file({ x: images(bars(2)) });
    // Made where the fixture puts what a test leaves: beside the outputs of an attempt that wrote none.
    const place = path.join(
      path.dirname((await attempt('denoiser', {}, { data })).output('data')),
      '..',
      'given',
      name,
    );
    mkdirSync(place, { recursive: true });
    for (const [each, text] of Object.entries(files)) writeFileSync(path.join(place, each), text);
    const done = await attempt('denoiser', {}, { data, denoiser: { file: place } });
    expect([done.code, done.errors]).toEqual([1, [expect.stringMatching(message)]]);
    expect(existsSync(done.output('data'))).toBe(false);
  });
});
