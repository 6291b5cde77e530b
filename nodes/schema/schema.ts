import { createRandom, shuffle } from '../../learning';
import { asTexts, type Column, isMissing, isText, type Numbers } from '../data/column';
import { featuresOf } from '../data/samples';
import { pickSamples, type Table } from '../data/table';
import { IMAGE_STATISTICS, imageStatistics } from '../drift/image-statistics';
import { nodeFault } from '../faults';

/** What data on an edge looks like. JSON. */
export interface Schema {
  version: 1;
  count: number;
  columns: Record<string, ColumnSchema>;
}

export interface ColumnSchema {
  kind: 'number' | 'text' | 'array';
  /** Of one sample; empty for single values. */
  shape: number[];
  /** Share of samples without a value. */
  missing: number;
  /** Of numbers, and of what arrays hold. */
  minimum?: number;
  maximum?: number;
  /** Up to 500 values in their order of size, to compare distributions with. */
  sample?: number[];
  /** All that occurs, where that is little and comes again. */
  categories?: string[];
  /** Statistics of images, each with its sample. */
  statistics?: Record<string, number[]>;
}

const MOST_SAMPLE = 500;
/** With more different texts than that, or than half of all, they are names and no categories. */
const MOST_CATEGORIES = 50;

/** @throws SF7116 where there is nothing to learn from. */
export function learnSchema(table: Table): Schema {
  if (table.count === 0) throw nodeFault('SF7116', `${table.where} holds no sample.`);
  const columns = Array.from(table.columns, ([name, column]) => [name, schemaOf(name, column, table)] as const);
  return { version: 1, count: table.count, columns: Object.fromEntries(columns) };
}

function schemaOf(name: string, column: Column, table: Table): ColumnSchema {
  if (!isText(column) && column.shape.length > 0) return arraySchema(name, column, table);
  const values = numbersOf(column);
  const cells = asTexts(column);
  const present = cells.filter((cell) => !isMissing(cell));
  const missing = (table.count - present.length) / table.count;
  if (values) {
    const finite = values.filter(Number.isFinite);
    const { count, ...range } = extremes(finite);
    const sample = Array.from(drawn(count), (row) => finite[row]!).sort((a, b) => a - b);
    return { kind: 'number', shape: [], missing, ...range, sample };
  }
  const different = [...new Set(present)].sort();
  const few = different.length <= Math.min(MOST_CATEGORIES, present.length / 2);
  return { kind: 'text', shape: [], missing, ...(few && { categories: different }) };
}

function arraySchema(name: string, column: Exclude<Column, { values: string[] }>, table: Table): ColumnSchema {
  const { count, ...range } = extremes(column.values);
  const missing = 1 - count / column.values.length;
  const schema: ColumnSchema = { kind: 'array', shape: column.shape, missing, ...range };
  const statistics = name === 'x' && missing === 0 ? statisticsOf(table) : undefined;
  return statistics ? { ...schema, statistics } : schema;
}

/** Of images, statistics by name, of as many images as samples hold values. */
export function statisticsOf(table: Table): Record<string, number[]> | undefined {
  const images = { ...table, columns: new Map([['x', table.columns.get('x')!]]) };
  const features = featuresOf(pickSamples(images, drawn(table.count)));
  if (features.shape.length !== 3) return undefined;
  const { x, shape } = imageStatistics(features);
  const values = (at: number) => Float64Array.from({ length: features.count }, (_, row) => x[row * shape[0]! + at]!);
  return Object.fromEntries(IMAGE_STATISTICS.map((name, at) => [name, [...values(at).sort()]]));
}

/** A column's numbers, NaN where there is none; undefined where a cell is text. */
export function numbersOf(column: Column): Float64Array | undefined {
  const values = Float64Array.from(asTexts(column), (cell) => (isMissing(cell) ? Number.NaN : Number(cell)));
  const cells = asTexts(column);
  const text = cells.some((cell, row) => Number.isNaN(values[row]) && !isMissing(cell));
  return text || cells.every(isMissing) ? undefined : values;
}

/** How many numbers are finite, and the first and last of these. */
function extremes(values: Numbers): { count: number } & Pick<ColumnSchema, 'minimum' | 'maximum'> {
  let [count, minimum, maximum] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (!Number.isFinite(value)) continue;
    count++;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  return count === 0 ? { count } : { count, minimum, maximum };
}

/** Up to as many rows as a sample holds, the same for each number of rows. */
function drawn(count: number): Int32Array {
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  return shuffle(rows, createRandom('schema')).subarray(0, MOST_SAMPLE);
}

/** @throws SF7180 where the text is no schema. */
export function readSchema(text: string): Schema {
  try {
    const read = JSON.parse(text) as Schema;
    const columns = Object.values(read.columns);
    const right = (column: ColumnSchema) =>
      ['number', 'text', 'array'].includes(column.kind) &&
      Array.isArray(column.shape) &&
      Number.isFinite(column.missing);
    if (read.version === 1 && columns.length > 0 && columns.every(right)) return read;
  } catch {
    // Said below.
  }
  throw nodeFault('SF7180', 'Input schema is none that scanflow/schema-checker wrote.');
}
