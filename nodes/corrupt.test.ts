import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../learning';
import { augmented } from './augment';
import { corruptImages } from './corrupt';
import { cannyEdges } from './corruption/edges';
import { gaussian } from './corruption/filter';
import type { Image } from './corruption/image';
import { cifarKinds, kinds } from './corruption/kinds';
import { enlarge } from './corruption/lens';
import { poisson } from './corruption/noise';
import { rotate, scale, shear, translate } from './corruption/warp';
import { ARRAYS, type NumberType } from './data/column';
import { pickSamples, type Table, tableOfArrays, withColumn } from './data/table';
import { imagesOf } from './denoiser';

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

test.each<[string, (table: Table) => unknown]>([
  ['corrupted', (table) => corruptImages(table, names, 0, 1).columns.get('x')],
  ['augmented', (table) => augmented(table, 1, 1).columns.get('x')],
  ['denoised', imagesOf],
])('images of true and false are %s as the fractions 0 and 1', (_, change) => {
  const clean = strokes(5);
  const images = (type: 'bool' | 'float32') => {
    const values = new ARRAYS[type](pixels(clean).map((value) => (value > 0 ? 1 : 0)) as never);
    return withColumn(clean, 'x', { type, shape: [28, 28], values });
  };
  expect(change(images('bool'))).toEqual(change(images('float32')));
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

test('images of any size, with any number of channels, of both families', () => {
  const all = [
    ...names.map((name) => ['mnist-c', name] as const),
    ...[...cifarKinds.keys()].map((name) => ['cifar-10-c', name] as const),
  ];
  fc.assert(
    fc.property(
      fc.integer({ min: 8, max: 40 }),
      fc.integer({ min: 8, max: 40 }),
      fc.constantFrom(1, 2, 3, 4),
      fc.constantFrom(...all),
      (height, width, channels, [family, name]) => {
        const values = new Uint8Array(2 * height * width * channels).map((_, i) => (i * 37) % 256);
        const table = tableOfArrays(
          new Map([['x', { type: 'uint8', shape: [2, height, width, channels], values }]]),
          'Input data',
        );
        const made = corruptImages(table, [name], 0, 1, family);
        expect(made.columns.get('x')!.shape).toEqual([height, width, channels]);
        expect(pixels(made)).toHaveLength(values.length);
      },
    ),
    { numRuns: 150 },
  );
});

/** A smooth scene in colour, one image or more. */
function scenes(count: number): Table {
  const values = new Uint8Array(count * 3072).map((_, i) => {
    const [image, place, channel] = [Math.floor(i / 3072), Math.floor((i % 3072) / 3), i % 3];
    const [row, column] = [Math.floor(place / 32), place % 32];
    return 128 + 100 * Math.sin((row + 3 * image) / 5 + channel) * Math.cos(column / (4 + channel));
  });
  return tableOfArrays(new Map([['x', { type: 'uint8', shape: [count, 32, 32, 3], values }]]), 'Input data');
}

test.each([...cifarKinds.keys()])('%s of CIFAR-10-C changes colour images, more with each severity', (name) => {
  const clean = scenes(4);
  const distance = (severity: number) => {
    const made = pixels(corruptImages(clean, [name], severity, 1, 'cifar-10-c'));
    return made.reduce((sum, value, i) => sum + Math.abs(value - pixels(clean)[i]!), 0);
  };
  expect(distance(1)).toBeGreaterThan(0);
  // The affine part of elastic_transform shrinks while its field grows; the others only get worse.
  if (name !== 'elastic_transform') expect(distance(5)).toBeGreaterThan(distance(1));
  expect(pixels(corruptImages(clean, [name], 3, 1, 'cifar-10-c'))).toEqual(
    pixels(corruptImages(clean, [name], 3, 1, 'cifar-10-c')),
  );
});

test('severity 0 of CIFAR-10-C: each sample gets one of the five', () => {
  const clean = scenes(30);
  const each = [1, 2, 3, 4, 5].map((severity) => pixels(corruptImages(clean, ['contrast'], severity, 1, 'cifar-10-c')));
  const mixed = pixels(corruptImages(clean, ['contrast'], 0, 1, 'cifar-10-c'));
  const got = Array.from({ length: 30 }, (_, i) => {
    const image = (from: Uint8Array) => `${from.subarray(i * 3072, (i + 1) * 3072)}`;
    return each.findIndex((made) => image(made) === image(mixed));
  });
  expect(new Set(got)).toEqual(new Set([0, 1, 2, 3, 4]));
});

test('what happens to a scene happens to all its channels, what happens in the sensor to each', () => {
  const grey = scenes(1);
  const values = pixels(grey).map((_, i, all) => all[i - (i % 3)]!);
  const same = tableOfArrays(new Map([['x', { type: 'uint8', shape: [1, 32, 32, 3], values }]]), 'Input data');
  const apart = (family: 'mnist-c' | 'cifar-10-c', all: Iterable<string>) =>
    [...all].filter((name) => {
      const made = pixels(corruptImages(same, [name], family === 'mnist-c' ? 0 : 3, 1, family));
      return made.some((value, i) => value !== made[i - (i % 3)]);
    });
  expect(apart('mnist-c', names)).toEqual(['shot_noise', 'impulse_noise']);
  // Ice is bluish.
  expect(apart('cifar-10-c', cifarKinds.keys())).toEqual(['gaussian_noise', 'shot_noise', 'impulse_noise', 'frost']);
});

test.each([3, 20, 40, 400])('Poisson numbers of mean %d have that mean and variance', (mean) => {
  const random = createRandom(mean);
  const numbers = Array.from({ length: 40_000 }, () => poisson(mean, random));
  const average = numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
  const variance = numbers.reduce((sum, n) => sum + (n - average) ** 2, 0) / numbers.length;
  // Five standard errors.
  expect(Math.abs(average - mean)).toBeLessThan(5 * Math.sqrt(mean / numbers.length));
  expect(Math.abs(variance / mean - 1)).toBeLessThan(5 * Math.sqrt(2.5 / numbers.length));
});

test.each([
  [
    'a row of numbers',
    new Map([['x', { type: 'uint8', shape: [3, 64], values: new Uint8Array(192) }]]),
    /shape \(64\)/,
  ],
  ['a tiny image', new Map([['x', { type: 'uint8', shape: [1, 4, 8], values: new Uint8Array(32) }]]), /side of 4/],
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
  const always = { uniform: () => 0.9, integer: () => 0, normal: () => 0, word: () => 0, fork: () => always };

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

describe('what chance does not decide is what SciPy, Pillow and OpenCV make', () => {
  const fixture = JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures/cifar-c.json'), 'utf8')) as Record<
    string,
    string
  >;
  const read = (name: string): Image[] => {
    const bytes = Buffer.from(fixture[name]!, 'base64');
    const channel = (at: number) =>
      Float64Array.from({ length: 1024 }, (_, i) => bytes.readUInt16LE(2 * (3 * i + at)) / 65535);
    return [0, 1, 2].map((at) => ({ height: 32, width: 32, values: channel(at) }));
  };
  const kind = (name: string, severity: number) => (channels: Image[]) =>
    cifarKinds.get(name)!.severities[severity - 1]!(channels, () => createRandom(1));
  const each = (change: (image: Image) => Image) => (channels: Image[]) => channels.map(change);

  test.each<[string, (channels: Image[]) => Image[], number]>([
    ['enlarged', each((image) => enlarge(image, 1.75)), 1e-4],
    ['enlarged_more', each((image) => enlarge(image, 1.25)), 1e-4],
    ['zoom_blur_1', kind('zoom_blur', 1), 1e-4],
    ['zoom_blur_5', kind('zoom_blur', 5), 1e-4],
    ['defocus_blur_3', kind('defocus_blur', 3), 1e-4],
    ['defocus_blur_5', kind('defocus_blur', 5), 1e-4],
    ['mirrored', each((image) => gaussian(image, 0.2 * 32, 'mirror', 3)), 1e-4],
    ['brightness_5', kind('brightness', 5), 1e-4],
    // In bytes: one step apart where a half is rounded the other way.
    ['pixelate_1', kind('pixelate', 1), 1.01 / 255],
    ['pixelate_5', kind('pixelate', 5), 1.01 / 255],
    // libjpeg's whole-number transforms differ from exact ones by some steps of brightness.
    ['jpeg_compression_1', kind('jpeg_compression', 1), 10 / 255],
    ['jpeg_compression_5', kind('jpeg_compression', 5), 10 / 255],
  ])('%s', (name, make, most) => {
    const [made, expected] = [make(read('scene')), read(name)];
    let furthest = 0;
    let sum = 0;
    for (const [channel, { values }] of made.entries()) {
      for (const [at, value] of values.entries()) {
        const distance = Math.abs(value - expected[channel]!.values[at]!);
        furthest = Math.max(furthest, distance);
        sum += distance / 3072;
      }
    }
    expect(furthest).toBeLessThan(most);
    expect(sum).toBeLessThan(Math.min(most, 0.6 / 255));
  });
});
