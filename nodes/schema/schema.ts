import { createRandom, shuffle } from '../../learning';
import { asTexts, type Column, isMissing, isText } from '../data/column';
import { featuresOf } from '../data/samples';
import type { Table } from '../data/table';
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
  /** All that occurs, where that is little. */
  categories?: string[];
  /** Statistics of images, each with its sample. */
  statistics?: Record<string, number[]>;
}

const MOST_SAMPLE = 500;
/** With more different texts than that, they are names and no categories. */
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
  const missing = cells.filter((cell) => isMissing(cell)).length / table.count;
  if (values) {
    const finite = values.filter(Number.isFinite);
    return { kind: 'number', shape: [], missing, ...extremes(finite), sample: sampleOf(finite) };
  }
  const different = [...new Set(cells.filter((cell) => !isMissing(cell)))].sort();
  return { kind: 'text', shape: [], missing, ...(different.length <= MOST_CATEGORIES && { categories: different }) };
}

function arraySchema(name: string, column: Exclude<Column, { values: string[] }>, table: Table): ColumnSchema {
  const values = Float64Array.from(column.values as ArrayLike<number | bigint>, Number);
  const finite = values.filter(Number.isFinite);
  const schema: ColumnSchema = { kind: 'array', shape: column.shape, missing: 0, ...extremes(finite) };
  schema.missing = 1 - finite.length / values.length;
  const statistics = name === 'x' && schema.missing === 0 ? statisticsOf(table) : undefined;
  return statistics ? { ...schema, statistics } : schema;
}

/** Of images, the statistics of each, by name. */
export function statisticsOf(table: Table): Record<string, number[]> | undefined {
  const features = featuresOf({ ...table, columns: new Map([['x', table.columns.get('x')!]]) });
  if (features.shape.length !== 3) return undefined;
  const { x, shape } = imageStatistics(features);
  const values = (at: number) => Float64Array.from({ length: features.count }, (_, row) => x[row * shape[0]! + at]!);
  return Object.fromEntries(IMAGE_STATISTICS.map((name, at) => [name, sampleOf(values(at))]));
}

/** A column's numbers, NaN where there is none; undefined where a cell is text. */
export function numbersOf(column: Column): Float64Array | undefined {
  const values = Float64Array.from(asTexts(column), (cell) => (isMissing(cell) ? Number.NaN : Number(cell)));
  const cells = asTexts(column);
  const text = cells.some((cell, row) => Number.isNaN(values[row]) && !isMissing(cell));
  return text || cells.every(isMissing) ? undefined : values;
}

function extremes(values: Float64Array): Pick<ColumnSchema, 'minimum' | 'maximum'> {
  if (values.length === 0) return {};
  let [minimum, maximum] = [values[0]!, values[0]!];
  for (const value of values) {
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  }
  return { minimum, maximum };
}

function sampleOf(values: Float64Array): number[] {
  const order = shuffle(
    Int32Array.from({ length: values.length }, (_, row) => row),
    createRandom('schema'),
  );
  return Array.from(order.subarray(0, MOST_SAMPLE), (row) => values[row]!).sort((a, b) => a - b);
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
