import { beforeEach, expect, test, vi } from 'vitest';
import type { NumberColumn } from '../data/column';
import { writeNpz } from '../data/npz';
import { featuresOf } from '../data/samples';
import { tableOfArrays, textColumn } from '../data/table';
import { imageStatistics } from '../drift/image-statistics';
import { attempt } from '../run.fixture';
import { compareSchema } from './compare';
import { learnSchema } from './schema';

vi.mock('../drift/image-statistics', async (original) => {
  const real = await original<typeof import('../drift/image-statistics')>();
  return { ...real, imageStatistics: vi.fn(real.imageStatistics) };
});
beforeEach(() => void vi.mocked(imageStatistics).mockClear());

/** As above 2^27 numbers, where a list of them has no room. */
class Unlistable extends Int16Array {
  override [Symbol.iterator](): never {
    throw new Error('listed');
  }
}

const images = (type: NumberColumn['type'], values: NumberColumn['values']) =>
  tableOfArrays(new Map([['x', { type, shape: [values.length / 4, 2, 2], values }]]), 'it');
const numbers = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255];

test('arrays are read without a list of their numbers', () => {
  const table = images('int16', new Unlistable(numbers));
  const schema = learnSchema(table);
  expect(schema.columns.x).toMatchObject({ minimum: 0, maximum: 255, missing: 0 });
  expect(compareSchema(schema, table, { falseAlarms: 0.01, margin: 0 }).findings).toEqual([]);
  expect(featuresOf(table).x).toEqual(Uint8Array.from(numbers));
});

test.each(['', 'Unnamed: 0'])(
  'the index of a DataFrame (%j) is in no schema: it goes on, or is not written',
  (index) => {
    const table = (from: number, name = index) => {
      const numbers = textColumn(Array.from({ length: 40 }, (_, row) => `${from + row}`));
      const values = textColumn(Array.from({ length: 40 }, (_, row) => `${row % 7}`));
      const columns = new Map([['t', values], ...(name === 'none' ? [] : [[name, numbers] as const])]);
      return { format: 'csv' as const, count: 40, columns, extras: new Map(), where: 'it' };
    };
    const options = { falseAlarms: 0.01, margin: 0 };
    for (const [one, other] of [
      [table(0), table(5000)],
      [table(0), table(0, 'none')],
      [table(0, 'none'), table(0)],
    ] as const) {
      const { findings, broken } = compareSchema(learnSchema(one), other, options);
      expect([findings, broken.some((count) => count > 0)]).toEqual([[], false]);
    }
  },
);

test('long integers have the same schema as short ones', () => {
  const long = images('int64', BigInt64Array.from(numbers, BigInt));
  expect(learnSchema(long)).toEqual(learnSchema(images('int16', Int16Array.from(numbers))));
});

const places = (cells: string[]) => ({
  format: 'csv' as const,
  count: cells.length,
  columns: new Map([['place', textColumn(cells)]]),
  extras: new Map(),
  where: 'it',
});

test.each<[string, string[], string[] | undefined]>([
  ['names, each once', Array.from({ length: 40 }, (_, i) => `name ${i}`), undefined],
  ['names, some of them twice', Array.from({ length: 40 }, (_, i) => `name ${i % 30}`), undefined],
  ['names among missing cells', ['a', 'b', 'c', '', '', ''], undefined],
  ['each twice', ['a', 'b', 'b', 'a', ''], ['a', 'b']],
  ['more than are counted', Array.from({ length: 300 }, (_, i) => `name ${i % 51}`), undefined],
  [
    'as many as are counted',
    Array.from({ length: 100 }, (_, i) => `name ${10 + (i % 50)}`),
    Array.from({ length: 50 }, (_, i) => `name ${10 + i}`),
  ],
])('texts are categories where they come again: %s', (_, cells, categories) => {
  expect(learnSchema(places(cells)).columns.place!.categories).toEqual(categories);
});

test('of many images, the statistics of 500 are computed: of the reference and of the data, once each', async () => {
  const x = { type: 'uint8' as const, shape: [600, 2, 2], values: Uint8Array.from({ length: 2400 }, (_, i) => i) };
  const data = writeNpz(new Map([['x', x]]));
  const options = { edge: 'a -> b', false_alarms: 0.01, margin: 0.1, fail: false };
  const made = await attempt('schema-checker', options, { data, reference: data });
  expect(JSON.parse(made.read('schema')).columns.x.statistics.mean).toHaveLength(500);
  expect(vi.mocked(imageStatistics).mock.calls.map(([{ count }]) => count)).toEqual([500, 500]);
});
