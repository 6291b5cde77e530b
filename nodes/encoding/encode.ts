import { type Column, isText } from '../data/column';
import { idsOf } from '../data/identity';
import { isAbout, isIndex, sampleName, type Table, textColumn } from '../data/table';
import { nodeFault } from '../faults';
import { isGap, points } from './cells';
import { type CategoryEncoding, cellsOf, checkTable, type Encoding, type NumberEncoding } from './learn';

export interface Encoded {
  table: Table;
  /** How many missing numbers were filled in. */
  filled: number;
  /** Column -> value that was not fit -> in how many samples. */
  unknown: Map<string, Map<string, number>>;
  /** How many samples have such a value. */
  strange: number;
}

/**
 * The samples with their columns encoded: ids first, then features in the order of what was fit, then labels and weights as they
 * are. Without ids they get those of the data as it was, so that they are the same samples in both.
 *
 * @throws SF7117 for arrays, SF7190 for another set of columns, or text where numbers were fit.
 */
export function encode(data: Table, encoding: Encoding, drop: readonly string[]): Encoded {
  checkTable(data);
  checkColumns(data, encoding, drop);
  const columns = new Map<string, Column>();
  const add = (name: string, column: Column) => {
    if (columns.has(name)) {
      throw nodeFault('SF7190', `Two columns would be named "${name}".`, 'Rename one, or name it in `drop`.');
    }
    columns.set(name, column);
  };
  add('id', data.columns.get('id') ?? textColumn(idsOf(data)));
  const unknown: Encoded['unknown'] = new Map();
  const strange = new Uint8Array(data.count);
  let filled = 0;
  for (const [name, each] of encoding) {
    if (each.kind === 'left-out') continue;
    if (each.kind === 'category') {
      const found = categoriesOf(name, each, data, strange);
      for (const [value, values] of found.columns) add(`${name}=${value}`, flags(values));
      if (found.unknown.size > 0) unknown.set(name, found.unknown);
    } else {
      const { values, gaps } = numbersOf(name, each, data);
      add(name, { type: 'float64', shape: [], values });
      if (each.gaps) add(`${name} is missing`, flags(gaps));
      filled += sum(gaps);
    }
  }
  for (const [name, column] of data.columns) if (isAbout(name) && name !== 'id') add(name, column);
  return { table: { ...data, columns, lines: undefined }, filled, unknown, strange: sum(strange) };
}

const flags = (values: Uint8Array): Column => ({ type: 'uint8', shape: [], values });

const sum = (flags: Uint8Array): number => flags.reduce((total, flag) => total + flag, 0);

/** What is left out need not be there. @throws SF7190 */
function checkColumns({ columns, where }: Table, encoding: Encoding, drop: readonly string[]): void {
  const lost = [...encoding].filter(([name, { kind }]) => kind !== 'left-out' && !columns.has(name));
  if (lost.length > 0) {
    const names = lost.map(([name]) => name);
    // As where people labelled samples that were encoded.
    const twice = [...columns.keys()].some((column) => names.some((name) => column.startsWith(`${name}=`)));
    throw nodeFault(
      'SF7190',
      `${where} has no column ${quoted(names)}, which input fit has.`,
      twice ? 'It is encoded already: give the samples as they were before.' : undefined,
    );
  }
  const fresh = [...columns.keys()].filter(
    (name) => !isAbout(name) && !isIndex(name) && !encoding.has(name) && !drop.includes(name),
  );
  if (fresh.length > 0) throw nodeFault('SF7190', `${where} has a column ${quoted(fresh)}, which input fit lacks.`);
}

function quoted(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  return names.length > 5 ? `${shown.join(', ')} and ${names.length - 5} more` : shown.join(', ');
}

function numbersOf(name: string, { kind, reader, origin, median }: NumberEncoding, data: Table) {
  const gaps = new Uint8Array(data.count);
  const column = data.columns.get(name)!;
  // What Parquet has as numbers has no commas, whatever the text of the other table has.
  const { read } = isText(column) || kind === 'date' ? reader : points;
  const values = Float64Array.from(cellsOf(column), (cell, row) => {
    if (isGap(cell)) {
      gaps[row] = 1;
      return median;
    }
    const number = read(cell);
    if (!Number.isNaN(number)) return number - origin;
    throw nodeFault(
      'SF7190',
      `${sampleName(data, row)} of ${data.where.replace(/^I/, 'i')} holds "${cell.slice(0, 60)}" in column "${name}", which has ${reader.what} in input fit.`,
      'Correct the cell, or leave it empty.',
    );
  });
  return { values, gaps };
}

/** Category -> 1 where a sample is of it. */
function categoriesOf(name: string, encoding: CategoryEncoding, data: Table, strange: Uint8Array) {
  const { values, rare, gaps } = encoding;
  const names = [...values, ...(gaps ? [''] : []), ...(rare.size > 0 ? ['other'] : [])];
  const columns = new Map(names.map((value) => [value, new Uint8Array(data.count)]));
  const known = new Set(values);
  const other = rare.size > 0 ? columns.get('other') : undefined;
  const unknown = new Map<string, number>();
  for (const [row, cell] of cellsOf(data.columns.get(name)!).entries()) {
    const value = isGap(cell) ? '' : cell;
    if (known.has(value) || (value === '' && gaps)) {
      columns.get(value)![row] = 1;
      continue;
    }
    // A rare value is more like the other rare ones than like none.
    if (other && value !== '') other[row] = 1;
    if (rare.has(value)) continue;
    strange[row] = 1;
    unknown.set(value, (unknown.get(value) ?? 0) + 1);
  }
  return { columns, unknown };
}
