import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../learning';
import { corruptImages } from './corrupt';
import { cannyEdges } from './corruption/edges';
import { gaussian } from './corruption/filter';
import type { Image } from './corruption/image';
import { kinds } from './corruption/kinds';
import { rotate, scale, shear, translate } from './corruption/warp';
import { ARRAYS, type NumberType } from './data/column';
import { pickSamples, type Table, tableOfArrays } from './data/table';

const names = [...kinds.keys()];

/** Crooked strokes on black, with ids. */
function strokes(count: number, type: NumberType = 'uint8'): Table {
  const random = createRandom('strokes');
  const values = new ARRAYS[type](count * 784);
  for (let i = 0; i < count; i++) {
    let [row, column] = [6 + random.integer(16), 6 + random.integer(16)];
    for (let step = 0; step < 60; step++) {
      row = Math.max(3, Math.min(24, row + random.integer(3) - 1));
      column = Math.max(3, Math.min(24, column + random.integer(3) - 1));
      for (const beside of [0, 1]) {
        const at = i * 784 + row * 28 + column + beside;
        values[at] = (type.startsWith('float') ? 0.9 : type === 'int64' ? 230n : 230) as never;
      }
    }
  }
  const ids = Array.from({ length: count }, (_, i) => `d${i}`);
  return tableOfArrays(
    new Map([['x', { type, shape: [count, 28, 28], values }]]).set('id', {
      type: 'text',
      shape: [count],
      values: ids,
    } as never) as never,
    'Input data',
  );
}

const pixels = (table: Table) => table.columns.get('x')!.values as Uint8Array;

test.each(names)('%s changes images, and the same way whoever stands beside them', (name) => {
  const clean = strokes(12);
  const all = corruptImages(clean, [name], 0, 1);
  expect(pixels(all)).not.toEqual(pixels(clean));
  const rows = [7, 3, 11];
  const some = corruptImages(pickSamples(clean, rows), [name], 0, 1);
  expect(pixels(some)).toEqual(pixels(pickSamples(all, rows)));
  expect(some.columns.get('id')).toEqual(pickSamples(clean, rows).columns.get('id'));
});

test('another seed is another chance, for all kinds that have one', () => {
  const clean = strokes(8);
  const changes = names.filter(
    (name) => `${pixels(corruptImages(clean, [name], 0, 1))}` !== `${pixels(corruptImages(clean, [name], 0, 2))}`,
  );
  expect(names.filter((name) => !changes.includes(name))).toEqual(['scale', 'brightness', 'stripe', 'canny_edges']);
});

test.each<NumberType>(['uint8', 'float32', 'float64', 'int64'])('%s stays what it is, and in its range', (type) => {
  const most = type.startsWith('float') ? 1 : 255;
  for (const name of names) {
    const { values, type: made } = corruptImages(strokes(3, type), [name], 0, 1).columns.get('x')!;
    expect(made).toBe(type);
    for (const value of values) expect(Number(value) >= 0 && Number(value) <= most).toBe(true);
  }
});

test('several kinds: each sample gets one, and all are used', () => {
  const clean = strokes(40);
  const several = ['stripe', 'brightness', 'rotate'];
  const mixed = pixels(corruptImages(clean, several, 0, 1));
  const alone = several.map((name) => pixels(corruptImages(clean, [name], 0, 1)));
  const got = Array.from({ length: 40 }, (_, i) => {
    const image = (from: Uint8Array) => `${from.subarray(i * 784, (i + 1) * 784)}`;
    return alone.findIndex((each) => image(each) === image(mixed));
  });
  expect(new Set(got)).toEqual(new Set([0, 1, 2]));
});

test('images of any size, with a channel or without', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 8, max: 40 }),
      fc.integer({ min: 8, max: 40 }),
      fc.constantFrom(...names),
      (height, width, name) => {
        const values = new Uint8Array(2 * height * width).map((_, i) => (i * 37) % 256);
        const table = tableOfArrays(
          new Map([['x', { type: 'uint8', shape: [2, height, width, 1], values }]]),
          'Input data',
        );
        expect(pixels(corruptImages(table, [name], 0, 1))).toHaveLength(values.length);
      },
    ),
    { numRuns: 60 },
  );
});

test.each([
  [
    'colour',
    new Map([['x', { type: 'uint8', shape: [1, 8, 8, 3], values: new Uint8Array(192) }]]),
    /shape \(8, 8, 3\)/,
  ],
  [
    'fractions up to 255',
    new Map([['x', { type: 'float32', shape: [1, 8, 8], values: new Float32Array(64).fill(255) }]]),
    /go from 0 to 1, and one is 255/,
  ],
  [
    'NaN',
    new Map([['x', { type: 'float32', shape: [1, 8, 8], values: new Float32Array(64).fill(Number.NaN) }]]),
    /one is NaN/,
  ],
])('%s is refused', (_, arrays, message) => {
  expect(() => corruptImages(tableOfArrays(arrays as never, 'Input data'), ['stripe'], 0, 1)).toThrow(message);
});

describe('what chance does not decide is what scikit-image makes', () => {
  const fixture = JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures/skimage.json'), 'utf8')) as Record<
    string,
    string
  >;
  const read = (name: string): Image => {
    const bytes = Buffer.from(fixture[name]!, 'base64');
    const values = Float64Array.from({ length: 784 }, (_, i) => bytes.readUInt16LE(2 * i) / 65535);
    return { height: 28, width: 28, values };
  };
  /** Chance that always turns the same way as the fixture. */
  const always = { uniform: () => 0.9, integer: () => 0, normal: () => 0, fork: () => always };

  test.each<[string, (image: Image) => Image]>([
    ['shear', (image) => shear(0.4)(image, always)],
    ['rotate', (image) => rotate(0.4)(image, always)],
    ['scale', (image) => scale(0.7)(image, always)],
    ['translate', (image) => translate(3)(image, always)],
    ['canny_edges', (image) => cannyEdges(image, always)],
    ['gaussian', (image) => gaussian(image, 1.5)],
  ])('%s', (name, make) => {
    const [made, expected] = [make(read('image')).values, read(name).values];
    const furthest = made.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
    expect(furthest).toBeLessThan(1e-4);
  });
});
