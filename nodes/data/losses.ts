import { nodeFault } from '../faults';
import { asTexts, type Column } from './column';
import { type Content, readContent } from './content';
import { readCsv } from './csv';
import { arrayOf, type NdArray } from './npy';

/** A number for each sample: how badly a detector could explain it. */
export interface Losses {
  values: Float32Array;
  ids?: string[];
}

/** Reads losses: CSV with a column `loss` (and `id`), Parquet, or an array. @throws SF7113 where there is no such column. */
export function readLosses(file: string, where: string): Losses {
  const content = readContent(file, where);
  if (content.kind === 'text') {
    const { names, columns } = readCsv(content.text, where);
    const [loss, id] = [names.indexOf('loss'), names.indexOf('id')];
    if (loss < 0) throw nodeFault('SF7113', `${where} has no column "loss" (found: ${names.join(', ')}).`);
    return { values: Float32Array.from(columns[loss]!, toNumber), ids: id < 0 ? undefined : columns[id]! };
  }
  const arrays = arraysOf(content, 'loss');
  const losses = arrays.get('loss');
  if (!losses)
    throw nodeFault('SF7113', `${where} has no array or column "loss" (found: ${[...arrays.keys()].join(', ')}).`);
  const ids = arrays.get('id');
  return { values: Float32Array.from(single(losses, where), toNumber), ids: ids && single(ids, where) };
}

const toNumber = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

/** What a file holds by name; a single array has none, and is given this one. */
export function arraysOf(content: Exclude<Content, { kind: 'text' }>, name: string): Map<string, NdArray> {
  if (content.kind === 'array') return new Map([[name, content.array]]);
  if (content.kind === 'arrays') return content.arrays;
  const { columns, count } = content.table;
  return new Map(Array.from(columns, ([each, column]) => [each, arrayOf(column, count)]));
}

/** An array with one value a sample, as text. @throws SF7113 for any other shape. */
export function single(array: NdArray, where: string): string[] {
  const sides = array.shape.filter((side, i) => i === 0 || side !== 1);
  if (sides.length === 1) return asTexts({ type: array.type, shape: [], values: array.values } as Column);
  throw nodeFault('SF7113', `${where} has shape (${array.shape.join(', ')}), not one value a sample.`);
}
