import { createRandom, shuffle } from '../learning';
import type { NodeContext } from './contract';
import { readCollection } from './data/collections';
import { asTexts, type Column, isMissing, isText, type NumberColumn, sizeOf } from './data/column';
import { labelTextsOf, spelling } from './data/samples';
import { labelName, pickSamples, type Table, withColumn, withoutColumns } from './data/table';
import { writeJson, writeTable } from './data/write';
import { nodeFault } from './faults';
import { choice, integer, list, text, texts } from './parameters';
import { numbersOf } from './schema/schema';

/** Reads samples from wherever they are, checks them, and passes on as many as are asked for. */
export default async function dataset(node: NodeContext): Promise<void> {
  const read = readCollection(node.input('data'), choice(node, 'part', ['all', 'train', 'test']), 'Input data');
  const named = renamed(renamed(read, text(node, 'label'), 'y'), text(node, 'id'), 'id');
  const shaped = inShape(named, list(node, 'shape'));
  const table = draw(shaped, integer(node, 'count', 0), integer(node, 'skip', 0), integer(node, 'seed', 0));
  const classes = countsOf(table);
  checkClasses(classes, texts(node, 'classes').map(spelling), table);
  const missing = missingIn(table);
  writeTable(node.output('data'), table);
  const metrics = { samples: table.count, classes: classes.size, missing };
  writeJson(node.output('report'), {
    ...metrics,
    available: shaped.count,
    columns: Object.fromEntries(
      Array.from(table.columns, ([name, column]) => [name, { type: typeOf(column), shape: column.shape }]),
    ),
    labels: Object.fromEntries(classes),
  });
  node.tracking.metrics(metrics);
  node.log(`${table.count} of ${shaped.count} samples, ${classes.size} classes`);
  if (missing > 0) node.log(`${missing} samples have missing or infinite numbers`);
}

/** The column under the name that other nodes know. @throws SF7170 where it is not there. */
function renamed(table: Table, from: string, to: string): Table {
  if (from === '' || from === to) return table;
  const column = table.columns.get(from);
  if (!column || column.shape.length > 0) {
    throw nodeFault(
      'SF7170',
      `${table.where} has no column "${from}" (found: ${[...table.columns.keys()].join(', ')}).`,
    );
  }
  // Another column of that name, or another one with labels, would be taken for it.
  const rest = withoutColumns(
    table,
    (name) => name === from || name === to || (to === 'y' && name === labelName(table)),
  );
  return withColumn(rest, to, column);
}

/** @throws SF7170 where samples have another number of values. */
function inShape(table: Table, wanted: unknown[]): Table {
  if (wanted.length === 0) return table;
  const sides = wanted.map(Number);
  const x = table.columns.get('x');
  if (sides.some((side) => !Number.isInteger(side) || side < 1)) {
    throw nodeFault('SF7103', `Parameter shape is ${JSON.stringify(wanted)}, not a list of sides.`);
  }
  const found = x ? `[${x.shape.join(', ')}]` : 'no array "x"';
  if (!x || isText(x) || sizeOf(x.shape) !== sizeOf(sides)) {
    throw nodeFault(
      'SF7170',
      `The samples of ${table.where} have ${x ? 'shape ' : ''}${found}, not [${sides.join(', ')}].`,
    );
  }
  return withColumn(table, 'x', { ...x, shape: sides } as NumberColumn);
}

/** @throws SF7116 without samples, SF7170 where there are fewer than asked for. */
function draw(table: Table, count: number, skip: number, seed: number): Table {
  if (table.count === 0) throw nodeFault('SF7116', `${table.where} holds no sample.`);
  const wanted = count === 0 ? table.count - skip : count;
  if (wanted < 1 || skip + wanted > table.count) {
    const asked = skip > 0 ? `${Math.max(wanted, 1)} samples behind the first ${skip}` : `${wanted} samples`;
    throw nodeFault('SF7170', `${table.where} has ${table.count} samples; ${asked} were asked for.`);
  }
  const order = Array.from({ length: table.count }, (_, row) => row);
  if (seed > 0) shuffle(order, createRandom(seed).fork('dataset'));
  return wanted === table.count ? pickSamples(table, order) : pickSamples(table, order.slice(skip, skip + wanted));
}

/** A CSV holds text; what its cells say is what they are learned as. */
function typeOf(column: Column): string {
  if (!isText(column)) return column.type;
  if (numbersOf(column)) return 'number';
  const known = column.values.filter((cell) => !isMissing(cell));
  return known.length > 0 && known.every((cell) => /^\s*(true|false)\s*$/i.test(cell)) ? 'bool' : 'text';
}

/** How many samples there are of each class; none where there are no labels. */
function countsOf(table: Table): Map<string, number> {
  const counts = new Map<string, number>();
  if (labelName(table) === undefined) return counts;
  for (const label of labelTextsOf(table)) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

/** @throws SF7170 for a label outside of the classes, SF7115 where classes are named and there are no labels. */
function checkClasses(found: ReadonlyMap<string, number>, classes: readonly string[], table: Table): void {
  if (classes.length === 0) return;
  if (found.size === 0) throw nodeFault('SF7115', `${table.where} has no labels.`);
  const other = [...found.keys()].find((label) => !classes.includes(label));
  if (other === undefined) return;
  const row = labelTextsOf(table).indexOf(other);
  const ids = table.columns.get('id');
  const sample = ids ? asTexts(ids)[row] : `${row}`;
  throw nodeFault('SF7170', `Sample ${sample} of ${table.where} has label "${other}", which is none of the classes.`);
}

/** What stands in a cell where a number is missing, or is none to learn from. */
const NO_NUMBER = /^\s*(nan|[+-]?inf(inity)?)?\s*$/i;

/** Samples with a number that is none: NaN, infinite, or an empty cell. */
function missingIn(table: Table): number {
  const bad = new Uint8Array(table.count);
  for (const column of table.columns.values()) {
    if (isText(column)) {
      for (const [row, cell] of column.values.entries()) if (NO_NUMBER.test(cell)) bad[row] = 1;
    } else if (column.type.startsWith('float')) {
      const size = sizeOf(column.shape);
      for (let i = 0; i < column.values.length; i++) {
        if (!Number.isFinite(column.values[i])) bad[Math.floor(i / size)] = 1;
      }
    }
  }
  return bad.reduce((sum, flag) => sum + flag, 0);
}
