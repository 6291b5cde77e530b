import { describe, expect, test } from 'vitest';
import { ARRAYS, asTexts } from './data/column';
import type { NdArray } from './data/npy';
import { type Table, tableOfArrays, textColumn } from './data/table';
import { mergeTables } from './merge';

const texts = (values: string[]): NdArray => ({ type: 'text', shape: [values.length], values });
const bytes = (shape: number[], values: number[]): NdArray => ({
  type: 'uint8',
  shape,
  values: Uint8Array.from(values),
});
const arrays = (entries: Record<string, NdArray>, where = 'Input base') =>
  tableOfArrays(new Map(Object.entries(entries)), where);
const csv = (columns: Record<string, string[]>, where = 'Input base'): Table => ({
  format: 'csv',
  count: Object.values(columns)[0]!.length,
  columns: new Map(Object.entries(columns).map(([name, values]) => [name, textColumn(values)])),
  extras: new Map(),
  where,
});
const shown = (table: Table) =>
  Object.fromEntries(
    [...table.columns].map(([name, column]) => [name, column.shape.length ? [...column.values] : asTexts(column)]),
  );

const base = () => arrays({ x: bytes([2, 1, 2], [1, 2, 3, 4]), y: bytes([2], [7, 8]), id: texts(['a', 'b']) });
const feedback = (y: NdArray, ids = ['c', 'b'], more: Record<string, NdArray> = {}) =>
  arrays({ x: bytes([2, 1, 2], [5, 6, 9, 9]), y, id: texts(ids), ...more }, 'Input feedback');

describe('arrays', () => {
  test('a new id is appended, a known one replaced in its place, in the types of the base', () => {
    const { table, replaced } = mergeTables(base(), feedback(texts(['1', '0'])), 1);
    expect(shown(table)).toEqual({ x: [1, 2, 9, 9, 5, 6], y: ['7', '0', '1'], id: ['a', 'b', 'c'] });
    expect(table.columns.get('y')!.type).toBe('uint8');
    expect(replaced).toBe(1);
  });

  test('black is black as a fraction and as a byte', () => {
    const x: NdArray = { type: 'float32', shape: [1, 1, 2], values: Float32Array.of(0, 0) };
    const black = arrays({ x, y: texts(['1']), id: texts(['c']) }, 'Input feedback');
    expect(shown(mergeTables(base(), black, 1).table).x).toEqual([1, 2, 3, 4, 0, 0]);
  });

  test('a weight that is not 1 is written, and those of earlier cycles stay', () => {
    const first = mergeTables(base(), feedback(texts(['1', '0'])), 20).table;
    expect(asTexts(first.columns.get('weight')!)).toEqual(['1', '20', '20']);
    const second = mergeTables(first, feedback(texts(['5', '6']), ['d', 'b']), 1).table;
    expect(shown(second)).toMatchObject({
      id: ['a', 'b', 'c', 'd'],
      y: ['7', '6', '1', '5'],
      weight: ['1', '1', '20', '1'],
    });
  });

  test('without any weight, none is written', () => {
    expect(mergeTables(base(), feedback(texts(['1', '0'])), 1).table.columns.has('weight')).toBe(false);
  });

  test('a base without ids gets those of its content, so that the next cycle knows them', () => {
    const { x, y } = Object.fromEntries(
      [...base().columns].map(([name, column]) => [name, { ...column, shape: [2, ...column.shape] } as NdArray]),
    );
    const { table } = mergeTables(arrays({ x: x!, y: y! }), feedback(texts(['1', '0'])), 1);
    expect(asTexts(table.columns.get('id')!)).toEqual([expect.any(String), expect.any(String), 'c', 'b']);
  });

  test('columns that only the feedback has are left out', () => {
    const wide = feedback(texts(['1', '0']), ['c', 'b'], { clean_id: texts(['p', 'q']) });
    expect([...mergeTables(base(), wide, 1).table.columns.keys()].sort()).toEqual(['id', 'x', 'y']);
  });

  test('the last answer about a sample counts', () => {
    const { table } = mergeTables(base(), feedback(texts(['1', '2']), ['c', 'c']), 1);
    expect(shown(table)).toMatchObject({ id: ['a', 'b', 'c'], y: ['7', '8', '2'] });
  });
});

describe('tables', () => {
  const sensors = () => csv({ temperature: ['20.50', '1e2'], label: ['ok', 'hot'] });
  const answers = (columns: Record<string, string[]>) => csv(columns, 'Input feedback');

  test('keep their columns and the spelling of their cells', () => {
    const { table } = mergeTables(sensors(), answers({ id: ['r9'], temperature: ['3.10'], y: ['cold'] }), 1);
    expect(shown(table)).toEqual({ temperature: ['20.50', '1e2', '3.10'], label: ['ok', 'hot', 'cold'] });
  });

  test('go on with the index of a DataFrame where the feedback has none', () => {
    const data = csv({ '': ['0', '1'], t: ['3', '4'], y: ['a', 'b'], id: ['p', 'q'] });
    const answered = csv({ t: ['5'], y: ['b'], id: ['r'] }, 'Input feedback');
    expect(shown(mergeTables(data, answered, 1).table)['']).toEqual(['0', '1', '2']);
  });

  test('know a row by its content', () => {
    const again = mergeTables(sensors(), csv({ temperature: ['1e2'], y: ['fine'] }, 'Input feedback'), 1);
    expect(shown(again.table)).toEqual({ temperature: ['20.50', '1e2'], label: ['ok', 'fine'] });
  });
});

describe('refused', () => {
  test.each<[string, () => void, RegExp]>([
    [
      'a label that the base cannot hold',
      () => mergeTables(base(), feedback(texts(['cat', '0'])), 1),
      /"cat", which is no uint8/,
    ],
    [
      'a label beyond the type',
      () => mergeTables(base(), feedback(texts(['300', '0'])), 1),
      /"300", which is no uint8/,
    ],
    [
      'samples of another shape',
      () =>
        mergeTables(
          base(),
          arrays({ x: bytes([1, 3], [1, 2, 3]), y: texts(['1']), id: texts(['c']) }, 'Input feedback'),
          1,
        ),
      /samples of shape \[3\], the data has \[1, 2\]/,
    ],
    [
      'fractions among integers',
      () => {
        const x: NdArray = { type: 'float32', shape: [1, 1, 2], values: Float32Array.of(0.5, 1.5) };
        return mergeTables(base(), arrays({ x, y: texts(['1']), id: texts(['c']) }, 'Input feedback'), 1);
      },
      /holds 0.5, which is no uint8/,
    ],
    [
      'bytes among fractions',
      () => {
        const x: NdArray = { type: 'float32', shape: [1, 1, 2], values: Float32Array.of(0.5, 1) };
        return mergeTables(arrays({ x, y: bytes([1], [1]) }), feedback(texts(['1', '0'])), 1);
      },
      /integers up to 9, the data fractions up to 1/,
    ],
    ...(['float32', 'float64', 'bool'] as const).map((type): [string, () => unknown, RegExp] => [
      `black and white as ${type} among bytes`,
      () => {
        const x: NdArray = { type, shape: [1, 1, 2], values: new ARRAYS[type]([0, 1] as never) };
        return mergeTables(base(), arrays({ x, y: texts(['1']), id: texts(['c']) }, 'Input feedback'), 1);
      },
      /holds fractions up to 1, the data integers up to \d/,
    ]),
    [
      'feedback without labels',
      () => mergeTables(base(), arrays({ x: bytes([1, 1, 2], [1, 2]) }, 'Input feedback'), 1),
      /Input feedback has no labels/,
    ],
    [
      'a base without labels',
      () => mergeTables(arrays({ x: bytes([1, 1, 2], [1, 2]) }), feedback(texts(['1', '0'])), 1),
      /Input base has no labels/,
    ],
    [
      'arrays for a table',
      () => mergeTables(csv({ t: ['1'], y: ['a'] }), feedback(texts(['1', '0'])), 1),
      /Input base is csv, Input feedback is npz/,
    ],
    [
      'a column that the feedback lacks',
      () => mergeTables(csv({ t: ['1'], u: ['1'], y: ['a'] }), csv({ t: ['2'], y: ['b'] }, 'Input feedback'), 1),
      /Input feedback has no column "u", which Input base has/,
    ],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(message);
  });
});
