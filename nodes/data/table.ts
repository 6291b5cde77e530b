import { nodeFault } from '../faults';
import {
  ARRAYS,
  asTexts,
  type Column,
  castNumbers,
  isText,
  type NumberColumn,
  type Numbers,
  parseAs,
  pickRows,
  sizeOf,
} from './column';
import type { NdArray } from './npy';

/** Samples as they lie in a file: columns by name, a row a sample. What a node writes keeps the format that it read. */
export interface Table {
  format: 'npz' | 'csv';
  count: number;
  columns: Map<string, Column>;
  /** Arrays of the file that are not about single samples; written again as they are. */
  extras: Map<string, NdArray>;
  /** For errors. */
  where: string;
  /** For errors: the file of each row, where the data is a folder. */
  files?: string[];
  /** For errors: the line of each row in its file, where the files are CSV. */
  lines?: number[];
}

/** Names of the column with the labels; the first that is there counts. */
const LABEL_NAMES = ['y', 'label'];

export function labelName({ columns }: { columns: { has(name: string): boolean } }): string | undefined {
  return LABEL_NAMES.find((name) => columns.has(name));
}

/** Columns that say something about a sample and are no part of it. */
export function isAbout(name: string): boolean {
  return name === 'id' || name === 'weight' || LABEL_NAMES.includes(name);
}

/**
 * The index of a DataFrame, as pandas writes it unless it is told not to: in CSV without a name, which it reads back as `Unnamed: 0`.
 * It numbers the rows, so it is no feature.
 */
export const isIndex = (name: string): boolean => /^(|Unnamed: 0|__index_level_0__)$/.test(name);

/** What an error calls a sample: `Sample 3 (day-2.csv, line 5, id n-7)`, with what a person finds it by. */
export function sampleName({ columns, files, lines }: Table, row: number): string {
  const ids = columns.get('id');
  const found = [
    ...(files ? [files[row]] : []),
    ...(lines ? [`line ${lines[row]}`] : []),
    ...(ids ? [`id ${asTexts(ids)[row]!.slice(0, 60)}`] : []),
  ];
  return found.length > 0 ? `Sample ${row} (${found.join(', ')})` : `Sample ${row}`;
}

/** The samples at these rows, in this order. */
export function pickSamples(table: Table, rows: ArrayLike<number>): Table {
  const columns = new Map(Array.from(table.columns, ([name, column]) => [name, pickRows(column, rows)] as const));
  const picked = <T>(places: T[] | undefined) => places && Array.from(rows, (row) => places[row]!);
  return { ...table, count: rows.length, columns, files: picked(table.files), lines: picked(table.lines) };
}

/** The table with a column added or replaced. */
export function withColumn(table: Table, name: string, column: Column): Table {
  return { ...table, columns: new Map(table.columns).set(name, column) };
}

export function withoutColumns(table: Table, drop: (name: string) => boolean): Table {
  return { ...table, columns: new Map(Array.from(table.columns).filter(([name]) => !drop(name))) };
}

/** A column of text, in the way that the table's format has it. */
export const textColumn = (values: string[]): Column => ({ type: 'text', shape: [], values });

/**
 * Arrays of one row a sample as a table; `x` says how many samples there are.
 *
 * @throws SF7113 where there is no `x`, or labels, ids or weights have another number of rows.
 */
export function tableOfArrays(arrays: ReadonlyMap<string, NdArray>, where: string): Table {
  const x = arrays.get('x');
  if (!x || x.shape.length === 0) {
    const found = [...arrays.keys()].join(', ');
    throw nodeFault('SF7113', `${where} has no array "x" with a row a sample (found: ${found}).`);
  }
  const count = x.shape[0]!;
  const columns = new Map<string, Column>();
  const extras = new Map<string, NdArray>();
  for (const [name, array] of arrays) {
    const [rows, ...shape] = array.shape;
    if (rows === count && (shape.length === 0 || !(isAbout(name) || Array.isArray(array.values)))) {
      columns.set(name, { type: array.type, shape, values: array.values } as Column);
    } else if (isAbout(name)) {
      const found = `shape (${array.shape.join(', ')}), for ${count} samples in "x" it must be (${count},)`;
      throw nodeFault('SF7113', `Array "${name}" of ${where} has ${found}.`);
    } else {
      extras.set(name, array);
    }
  }
  return { format: 'npz', count, columns, extras, where };
}

/**
 * Joins tables of the same columns, in the first one's format and types.
 *
 * @throws SF7140 where a column is missing or a value does not fit.
 */
export function concatTables(tables: readonly Table[]): Table {
  const [first, ...rest] = tables as [Table, ...Table[]];
  for (const next of rest) {
    const extra = [...next.columns.keys()].find((name) => !first.columns.has(name));
    if (extra !== undefined)
      throw nodeFault('SF7140', `${next.where} has a column "${extra}" that ${first.where} lacks.`);
  }
  return appendRows(first, rest);
}

/**
 * Appends the rows of other tables, cast to the types of `base`; columns that `base` has not are dropped.
 *
 * @throws SF7140 naming the column that is missing, or the value that does not fit.
 */
export function appendRows(base: Table, others: readonly Table[]): Table {
  const columns = new Map<string, Column>();
  for (const [name, column] of base.columns) {
    const parts = others.map((other) => {
      const found = other.columns.get(name);
      if (!found) throw nodeFault('SF7140', `${other.where} has no column "${name}", which ${base.where} has.`);
      return castColumn(found, column, `Column "${name}" of ${other.where}`);
    });
    columns.set(name, joinColumns([column, ...parts]));
  }
  const count = others.reduce((sum, other) => sum + other.count, base.count);
  return { ...base, count, columns, ...(others.length > 0 && { files: undefined, lines: undefined }) };
}

/** A column in the type and shape of another. */
function castColumn(column: Column, like: Column, where: string): Column {
  if (isText(like)) {
    if (!isText(column) && column.shape.length > 0)
      throw nodeFault('SF7140', `${where} holds arrays, not single values.`);
    return { ...like, values: asTexts(column) };
  }
  const numbers = isText(column) ? parseColumn(column.values, like, where) : column;
  const shape = sameShape(numbers.shape, like.shape);
  if (!shape) {
    const found = `[${numbers.shape.join(', ')}]`;
    throw nodeFault('SF7140', `${where} has samples of shape ${found}, the data has [${like.shape.join(', ')}].`);
  }
  checkScale(numbers, like, where);
  const cast = castNumbers(numbers, like.type);
  if ('misfit' in cast) throw nodeFault('SF7140', `${where} holds ${cast.misfit}, which is no ${like.type}.`);
  return { ...cast, shape: like.shape };
}

function parseColumn(texts: string[], like: NumberColumn, where: string): NumberColumn {
  const values = texts.map((text) => {
    const value = parseAs(like.type, text);
    if (value === undefined) throw nodeFault('SF7140', `${where} holds "${text}", which is no ${like.type}.`);
    return value;
  });
  return typeof values[0] === 'bigint'
    ? { type: 'int64', shape: [], values: BigInt64Array.from(values as bigint[]) }
    : { type: 'float64', shape: [], values: Float64Array.from(values as number[]) };
}

/** Bytes from 0 to 255 and fractions from 0 to 1, where they are black and white, fit each other's types, and spoil the data. */
function checkScale(numbers: NumberColumn, like: NumberColumn, where: string): void {
  if (like.shape.length < 2 || areFractions(like) === areFractions(numbers)) return;
  const [given, known] = [largest(numbers.values), largest(like.values)];
  const [fractions, integers] = areFractions(like) ? [known, given] : [given, known];
  // Black is black on either scale.
  if (fractions > 1 || integers <= 1 || given <= 0) return;
  const of = (column: NumberColumn, most: number) =>
    areFractions(column) ? 'fractions up to 1' : `integers up to ${most}`;
  throw nodeFault(
    'SF7140',
    `${where} holds ${of(numbers, given)}, the data ${of(like, known)}.`,
    'Bring both to one scale.',
  );
}

/** True and false stand for black and white, as 1 and 0 do. */
const areFractions = ({ type }: NumberColumn): boolean => type.startsWith('float') || type === 'bool';

function largest(values: Numbers): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Number(values[i]));
  return most;
}

function sameShape(one: number[], other: number[]): boolean {
  const sides = (shape: number[]) => shape.filter((side) => side !== 1).join();
  return sizeOf(one) === sizeOf(other) && sides(one) === sides(other);
}

/** Columns of one type and shape, one after the other. */
function joinColumns(parts: Column[]): Column {
  const [first] = parts as [Column];
  if (isText(first)) return { ...first, values: parts.flatMap((part) => part.values as string[]) };
  const numbers = parts as NumberColumn[];
  const values = new ARRAYS[first.type](numbers.reduce((length, part) => length + part.values.length, 0));
  let at = 0;
  for (const part of numbers) {
    values.set(part.values as never, at);
    at += part.values.length;
  }
  return { ...first, values };
}
