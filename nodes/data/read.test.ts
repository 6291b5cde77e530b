import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../engine/protocol';
import { asTexts, type Column } from './column';
import { idsOf } from './identity';
import { writeNpy } from './npy';
import { readTable } from './read';
import { featuresOf, labelsOf, labelTextsOf, soundFeatures } from './samples';
import { pickSamples, type Table, tableOfArrays, textColumn } from './table';
import { writeTable } from './write';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'scanflow-read-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const pixels = Uint8Array.from({ length: 3 * 2 * 2 }, (_, i) => i * 20);
const images = { type: 'uint8' as const, shape: [3, 2, 2], values: pixels };
const labels = { type: 'uint8' as const, shape: [3], values: Uint8Array.of(7, 0, 7) };
const idx = (array: typeof images | typeof labels) => {
  const header = Buffer.alloc(4 + 4 * array.shape.length);
  header.set([0, 0, 8, array.shape.length]);
  for (const [i, side] of array.shape.entries()) header.writeUInt32BE(side, 4 + 4 * i);
  return Buffer.concat([header, array.values]);
};

/** Writes files below a new folder and returns its path. */
function place(name: string, files: Record<string, Uint8Array | string>): string {
  const there = path.join(folder, name);
  mkdirSync(there);
  for (const [file, content] of Object.entries(files)) writeFileSync(path.join(there, file), content);
  return there;
}

describe('the same images in every format', () => {
  const formats: [string, () => string][] = [
    [
      'npz without a name',
      () => {
        const file = path.join(folder, 'artifact');
        writeTable(
          file,
          tableOfArrays(new Map<string, never>().set('x', images as never).set('y', labels as never), 'it'),
        );
        return file;
      },
    ],
    ['idx', () => place('idx', { 'train-images-idx3-ubyte': idx(images), 'train-labels-idx1-ubyte': idx(labels) })],
    ['idx, gzipped', () => place('gz', { 'images.gz': gzipSync(idx(images)), 'labels.gz': gzipSync(idx(labels)) })],
    ['npy', () => place('npy', { 'a-images': writeNpy(images), 'a-labels': writeNpy(labels) })],
  ];

  test.each(formats)('%s', (_, make) => {
    const table = readTable(make(), 'Input data');
    expect(featuresOf(table)).toEqual({ x: pixels, shape: [2, 2, 1], count: 3 });
    expect(labelsOf(table)).toEqual(['7', '0', '7']);
    expect(idsOf(table)).toEqual(['cef3b96cd8e0d6b9', 'x', 'y'].map(() => expect.stringMatching(/^[0-9a-f]{16}$/)));
  });

  test('samples without ids have the same ones in every format', () => {
    const ids = formats.map(([name, make], i) => {
      if (i > 0) rmSync(path.join(folder, ['', 'idx', 'gz', 'npy'][i]!), { recursive: true, force: true });
      return [name, idsOf(readTable(make(), 'Input data'))] as const;
    });
    for (const [, each] of ids) expect(each).toEqual(ids[0]![1]);
    expect(new Set(ids[0]![1]).size).toBe(3);
  });
});

test('a folder is all its files, in the order of their names; hidden files are not data', () => {
  const row = (id: string) => `id,temperature\n${id},20\n`;
  const table = readTable(place('many', { b: row('2'), a: row('1'), c: row('3'), '.part': 'half' }), 'Input data');
  expect(asTexts(table.columns.get('id')!)).toEqual(['1', '2', '3']);
});

describe('a bad sample in a folder is told with its file', () => {
  const told = (files: Record<string, string>, read: (table: Table) => unknown, only = (table: Table) => table) => {
    const there = place(`bad ${Object.keys(files)}`, files);
    try {
      read(only(readTable(there, 'Input data')));
      return undefined;
    } catch (error) {
      return (error as { fault: Fault }).fault.message;
    } finally {
      rmSync(there, { recursive: true });
    }
  };

  test('among several', () => {
    const files = { 'day-1.csv': 'a,y\n1,u\n\n2,v\n', 'day-2.csv': 'a,y\n3,u\n\n4,\n5,u\n' };
    const message = 'Sample 3 (day-2.csv, line 4) of Input data has no label.';
    expect(told(files, labelsOf)).toBe(message);
    expect(told(files, labelsOf, (table) => pickSamples(table, [0, 3]))).toBe(message.replace('3', '1'));
  });

  test('alone in it', () => {
    expect(told({ 'day-1.csv': 'id,y\nn-1,u\nn-2,\n' }, labelsOf)).toBe(
      'Sample 1 (day-1.csv, line 3, id n-2) of Input data has no label.',
    );
  });

  test('by a cell that is no number', () => {
    const rows = '1\n'.repeat(20);
    expect(told({ 'day-1.csv': `a\n${rows}`, 'day-2.csv': `a\n${rows}two\n` }, featuresOf)).toBe(
      'Column "a" of Input data holds "two" in sample 40 (day-2.csv, line 22), and numbers in others.',
    );
  });

  test('by a number that is none', () => {
    expect(
      told({ 'day-1.csv': 'a\n1\n', 'day-2.csv': 'a\n2\nInfinity\n' }, (table) => soundFeatures(table, 'any')),
    ).toMatch(/ample 2 \(day-2\.csv, line 3\)/);
  });
});

describe('labels that belong to no samples are named, where they were left out', () => {
  const more = { type: 'uint8' as const, shape: [3], values: Uint8Array.of(1, 2, 3) };
  test.each<[string, Record<string, Uint8Array | string>, string]>([
    [
      'of two parts',
      {
        'test_x.npy': writeNpy(images),
        'test_y.npy': writeNpy(labels),
        'train_x.npy': writeNpy(images),
        'train_y.npy': writeNpy(labels),
      },
      'test_y.npy',
    ],
    [
      'two for one',
      { 'images.npy': writeNpy(images), 'labels.npy': writeNpy(labels), 'more.npy': writeNpy(more) },
      'more.npy',
    ],
    ['of a table', { 'a.csv': 'a,b\n1,2\n', 'labels.npy': writeNpy(labels) }, 'labels.npy'],
  ])('%s', (name, files, first) => {
    const message = expect.stringMatching(`^${first} of Input data `);
    const fault = expect.objectContaining({ code: 'SF7113', message });
    expect(() => readTable(place(`unpaired ${name}`, files), 'Input data')).toThrow(expect.objectContaining({ fault }));
  });
});

test('a table of text knows its features, its labels and what is about a sample', () => {
  const file = path.join(folder, 'sensors.csv');
  writeFileSync(file, 'id,temperature,place,humidity,y,weight\n1,20.5,roof,,warm,1\n2,-3,cellar,40,cold,2\n');
  const table = readTable(file, 'Input data');
  expect(featuresOf(table)).toEqual({
    x: Float32Array.of(20.5, Number.NaN, -3, 40),
    shape: [2],
    count: 2,
    names: ['temperature', 'humidity'],
    left: ['place'],
  });
  expect(labelsOf(table)).toEqual(['warm', 'cold']);
});

describe('the columns of a table', () => {
  const csv = (text: string) => {
    const file = path.join(folder, 'columns.csv');
    writeFileSync(file, text);
    return readTable(file, 'Input data');
  };

  test('true and false are numbers in any spelling; text is left out, and named', () => {
    const table = csv('a,good,kind,none,y\n1,True,x,,u\n2,false,1,,v\n3,,y,,u\n');
    expect(featuresOf(table)).toEqual({
      x: Float32Array.of(1, 1, 2, 0, 3, Number.NaN),
      shape: [2],
      count: 3,
      names: ['a', 'good'],
      left: ['kind', 'none'],
    });
  });

  test('with more text in it than mistakes make is text', () => {
    const numbers = featuresOf(csv(`a,b\n1,1\n2,two\n3,3\n4,four\n${'5,5\n'.repeat(15)}`));
    expect(numbers).toMatchObject({ names: ['a'], left: ['b'] });
  });

  test.each([
    ['a question mark', '?', 'a,b,y\n1,1,u\n2,?,v\n3,3,u\n'],
    ['a tenth of it text', 'two', `b\n1\ntwo\n3\nfour\n${'5\n'.repeat(16)}`],
    ['a name for what is missing', 'NA', 'b\n1\nNA\n\n3\n'],
    ['true among numbers', 'true', 'b\n1\ntrue\n3\n'],
  ])('of numbers and something else is no feature and no text: %s', (_, cell, text) => {
    const message = `Column "b" of Input data holds "${cell}" in sample 1 (line 3), and numbers in others.`;
    const fault = expect.objectContaining({ code: 'SF7117', message });
    expect(() => featuresOf(csv(text))).toThrow(expect.objectContaining({ fault }));
    expect(() => featuresOf(csv(text), ['b'])).toThrow(expect.objectContaining({ fault }));
  });

  test('what nobody asks for may hold anything', () => {
    expect(featuresOf(csv('a,b\n1,1\n2,?\n'), ['a'])).toMatchObject({ names: ['a'] });
    expect(() => featuresOf(csv('a,b\n1,u\n2,v\n'), ['b'])).toThrow(/no column "b" of numbers/);
  });
});

describe('images with their channels first', () => {
  const images = (shape: number[]) => {
    const values = new Uint8Array(2 * shape.reduce((size, side) => size * side, 1));
    return tableOfArrays(new Map([['x', { type: 'uint8' as const, shape: [2, ...shape], values }]]), 'Input data');
  };

  test.each([[[3, 32, 32]], [[1, 28, 28]], [[4, 5, 6]]])('are not learned from: %j', (shape) => {
    const message = `Input data has samples of shape (${shape.join(', ')}): the channels come first.`;
    const fault = expect.objectContaining({ code: 'SF7117', message });
    expect(() => soundFeatures(images(shape), 'any')).toThrow(expect.objectContaining({ fault }));
    // A model of another library may want them so.
    expect(featuresOf(images(shape)).shape).toEqual(shape);
  });

  test.each([[[32, 32, 3]], [[4, 4, 1]], [[4, 4, 512]], [[3, 32]], [[5, 32, 32]], [[3, 3, 3]], [[2, 9, 4]]])(
    'are not these: %j',
    (shape) => expect(soundFeatures(images(shape), 'any').count).toBe(2),
  );
});

test.each([
  ['a,b,c\n1,x,u\n2,y,v\n', [2]],
  ['a\n1\n', [0]],
])('how many columns of a table are left out is a metric, too: %j', (text, expected) => {
  const file = path.join(folder, 'left.csv');
  writeFileSync(file, text);
  const [counted, log]: [number[], string[]] = [[], []];
  const metrics = (values: Readonly<Record<string, number>>) => counted.push(values.columns_left_out!);
  const node = { log: (line: string) => log.push(line), tracking: { metrics, tags() {}, async flush() {} } };
  const table = readTable(file, 'Input data');
  const { names } = soundFeatures(table, 'any', { node });
  expect(counted).toEqual(expected);
  expect(log.length).toBe(expected[0]! > 0 ? 1 : 0);
  // Who names the features leaves nothing out.
  soundFeatures(table, 'any', { names, node });
  soundFeatures(tableOfArrays(new Map([['x', images]]), 'Input data'), 'any', { node });
  expect(counted).toEqual(expected);
});

describe('labels that are measured are no classes', () => {
  const table = (labels: string[]) => ({
    format: 'csv' as const,
    count: labels.length,
    columns: new Map([['y', textColumn(labels)]]),
    extras: new Map(),
    where: 'Input data',
  });
  const labelled = (count: number, make: (row: number) => string | number) =>
    table(Array.from({ length: count }, (_, row) => String(make(row))));

  test.each<[string, ReturnType<typeof table>]>([
    ['prices', labelled(300, (row) => (row * 0.37 + 0.123).toFixed(3))],
    ['some of them whole', labelled(300, (row) => row / 3)],
    ['some of them twice', labelled(300, (row) => Math.floor(row * 0.7) + 0.5)],
  ])('%s', (_, each) => {
    const fault = expect.objectContaining({ code: 'SF7117' });
    expect(() => labelsOf(each)).toThrow(expect.objectContaining({ fault }));
    expect(labelTextsOf(each)).toHaveLength(300);
  });

  test.each<[string, ReturnType<typeof table>]>([
    ['half stars, few of them', labelled(9, (row) => row / 2 + 0.25)],
    ['half stars, many of them', labelled(300, (row) => (row % 20) / 2)],
    ['numbers of persons', labelled(300, (row) => row)],
    ['names with numbers', labelled(300, (row) => `v${row}.5`)],
    ['some names', labelled(300, (row) => (row % 10 ? row + 0.5 : 'none'))],
  ])('but these are: %s', (_, each) => {
    expect(labelsOf(each)).toHaveLength(each.count);
  });
});

test('labels do not change who a sample is', () => {
  const ids = ['a,b\n1,2\n', 'a,b,y\n1,2,warm\n', 'b,y,a\n2,cold,1\n'].map((text, i) => {
    const file = path.join(folder, `labels-${i}.csv`);
    writeFileSync(file, text);
    return idsOf(readTable(file, 'Input data'))[0];
  });
  expect(new Set(ids).size).toBe(1);
});

test('a table of numbers has the ids of the CSV that it is written as', () => {
  const columns = new Map<string, Column>([
    ['a', { type: 'float64', shape: [], values: Float64Array.of(0.1, -0, Number.NaN, 1e300, 7) }],
    ['b', { type: 'int64', shape: [], values: BigInt64Array.of(1n, -2n, 9007199254740993n, 4n, 4n) }],
    ['c', { type: 'bool', shape: [], values: Uint8Array.of(0, 1, 1, 0, 0) }],
    ['d', { type: 'text', shape: [], values: ['x', '', 'a,"b"', 'y\nz', ' '] }],
    ['y', { type: 'float64', shape: [], values: Float64Array.of(1, 2, 3, 4, 5) }],
  ]);
  const table: Table = { format: 'csv', count: 5, columns, extras: new Map(), where: 'Input data' };
  const file = path.join(folder, 'of-numbers.csv');
  writeTable(file, table);
  expect(idsOf(readTable(file, 'Input data'))).toEqual(idsOf(table));
  expect(new Set(idsOf(table)).size).toBe(5);
});

/** `np.array([b'M\xe4dchen', b'M\xf6dchen'])`. */
function latin1Strings(): Uint8Array {
  const file = writeNpy({ type: 'bytes', shape: [2], values: ['M?dchen', 'M?dchen'] });
  for (const [at, letter] of [0xe4, 0xf6].entries()) file[file.length - 13 + 7 * at] = letter;
  return file;
}

describe('refused', () => {
  test.each<[string, Uint8Array | string, string]>([
    ['nothing', '', 'SF7116'],
    ['Parquet', 'PAR1\0\0\0', 'SF7110'],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3), 'SF7110'],
    ['text in another encoding', Uint8Array.of(0x61, 0xe9, 0x0a), 'SF7110'],
    ['byte strings in another encoding', latin1Strings(), 'SF7110'],
    ['a cut gzip', gzipSync(idx(images)).subarray(0, 20), 'SF7111'],
    ['a cut idx', idx(images).subarray(0, 20), 'SF7111'],
    ['idx with sides beyond all memory', Uint8Array.of(0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255), 'SF7111'],
    ['a zip that ends early', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), 'SF7111'],
  ])('%s', (name, content, code) => {
    const file = path.join(folder, `refused ${name}`);
    writeFileSync(file, content);
    expect(() => readTable(file, 'Input data')).toThrow(
      expect.objectContaining({
        fault: expect.objectContaining({ code, message: expect.stringContaining('Input data') }),
      }),
    );
  });

  test('a file that is not there', () => {
    expect(() => readTable(path.join(folder, 'absent'), 'Input data')).toThrow(/Input data cannot be read: ENOENT/);
  });

  test('arrays that are no dataset', () => {
    const array = (count: number) => ({ type: 'uint8' as const, shape: [count], values: new Uint8Array(count) });
    expect(() => tableOfArrays(new Map([['x_train', array(2)]]), 'it')).toThrow(/no array "x".*found: x_train/);
    expect(() => tableOfArrays(new Map([['x', array(2)]]).set('y', array(3)), 'it')).toThrow(/must be \(2,\)/);
  });

  test.each(['', ' ', 'nan', 'NaN', 'NAN'])('labels that are missing: "%s"', (label) => {
    const file = path.join(folder, 'unlabelled.csv');
    writeFileSync(file, `a,y\n1,x\n2,${label}\n`);
    expect(() => labelsOf(readTable(file, 'Input data'))).toThrow(/Sample 1 \(line 3\) of Input data has no label/);
  });
});

test('a bad row of a CSV is named by its line and its id, whatever was read of it', () => {
  const file = path.join(folder, 'named.csv');
  writeFileSync(file, 'id,a,y\n\n"x\n1",1,p\nx2,2,q\nx3,NaN,q\n');
  const table = readTable(file, 'Input data');
  const message = 'Sample 2 (line 6, id x3) of the samples of input data holds NaN in column "a".';
  expect(() => soundFeatures(table, 'any')).toThrow(message);
  expect(() => soundFeatures(pickSamples(table, [2, 0]), 'any')).toThrow(message.replace('Sample 2', 'Sample 0'));
});
