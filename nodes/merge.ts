import type { NodeContext } from './contract';
import { asTexts } from './data/column';
import { idsOf } from './data/identity';
import { readTable } from './data/read';
import { appendRows, isIndex, labelName, pickSamples, type Table, textColumn, withColumn } from './data/table';
import { writeTable } from './data/write';
import { nodeFault } from './faults';
import { number } from './parameters';

/** X_train + X_feedback of Algorithm 11, in the format and the types of X_train. */
export default async function merge(node: NodeContext): Promise<void> {
  const base = readTable(node.input('base'), 'Input base');
  const feedback = readTable(node.input('feedback'), 'Input feedback');
  const { table, replaced } = mergeTables(base, feedback, number(node, 'weight', 0));
  writeTable(node.output('data'), table);
  const added = table.count - base.count;
  node.tracking.metrics({ base: base.count, added, replaced });
  node.log(`${base.count} samples, ${added} added, ${replaced} replaced`);
}

/**
 * Joins feedback to a dataset: the same id replaces, a new one is appended. A weight is written only where one is not 1;
 * weights of earlier cycles stay.
 *
 * @throws SF7115 where a side has no labels, SF7140 where the feedback does not fit the types of the base.
 */
export function mergeTables(base: Table, feedback: Table, weight: number): { table: Table; replaced: number } {
  if (base.format !== feedback.format) {
    throw nodeFault('SF7140', `${base.where} is ${base.format}, ${feedback.where} is ${feedback.format}.`);
  }
  if (!(weight > 0)) throw nodeFault('SF7103', `Parameter weight is ${weight}, not above 0.`);
  const [baseLabel, label] = [labelName(base), labelName(feedback)];
  if (baseLabel === undefined) throw nodeFault('SF7115', `${base.where} has no labels.`);
  if (label === undefined) throw nodeFault('SF7115', `${feedback.where} has no labels.`);
  const ids = { base: idsOf(base), feedback: idsOf(feedback) };
  // A table without ids has them from its content, and keeps its columns; an array file can hold one more.
  const named = base.format === 'csv' || base.columns.has('id') ? base : withColumn(base, 'id', textColumn(ids.base));
  const weighted = withWeights(named, weight);
  const renamed = withColumn(feedback, baseLabel, feedback.columns.get(label)!);
  const aligned = withIndexOf(base, withColumn(renamed, 'id', textColumn(ids.feedback)));
  const counting = withColumn(aligned, 'weight', textColumn(new Array<string>(feedback.count).fill(String(weight))));
  const joined = appendRows(weighted, [counting]);
  const last = new Map(ids.feedback.map((id, row) => [id, base.count + row]));
  const kept = ids.base.map((id, row) => last.get(id) ?? row);
  const known = new Set(ids.base);
  const added = Array.from(last).flatMap(([id, row]) => (known.has(id) ? [] : [row]));
  const replaced = kept.filter((from, row) => from !== row).length;
  return { table: pickSamples(joined, [...kept, ...added]), replaced };
}

/** The index of a DataFrame goes on where what is appended has none: it says nothing of a sample. */
function withIndexOf(base: Table, feedback: Table): Table {
  const missing = [...base.columns.keys()].filter((name) => isIndex(name) && !feedback.columns.has(name));
  const numbers = textColumn(Array.from({ length: feedback.count }, (_, row) => String(base.count + row)));
  return missing.reduce((table, name) => withColumn(table, name, numbers), feedback);
}

function withWeights(base: Table, weight: number): Table {
  const column = base.columns.get('weight');
  if (column) return withColumn(base, 'weight', filled(column));
  if (weight === 1) return base;
  const ones = new Float32Array(base.count).fill(1);
  const text = textColumn(new Array<string>(base.count).fill('1'));
  return withColumn(base, 'weight', base.format === 'csv' ? text : { type: 'float32', shape: [], values: ones });
}

/** Integers cannot hold a weight of 2.5. */
function filled(column: NonNullable<ReturnType<Table['columns']['get']>>) {
  if (column.type === 'text' || column.type.startsWith('float')) return column;
  return { type: 'float32' as const, shape: [], values: Float32Array.from(asTexts(column), Number) };
}
