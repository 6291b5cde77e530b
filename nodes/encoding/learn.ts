import { type Column, isText } from '../data/column';
import { isAbout, isIndex, sampleName, type Table } from '../data/table';
import { nodeFault } from '../faults';
import { areAmbiguous, isGap, type Reader, readingOf } from './cells';

/** What becomes of a column: a number, a column of 0 and 1 a category, or nothing. */
export type ColumnEncoding = NumberEncoding | CategoryEncoding | { kind: 'left-out'; why: string };

export interface NumberEncoding {
  kind: 'number' | 'date';
  reader: Reader;
  /** Subtracted from every number: the earliest date in days, else 0. */
  origin: number;
  /** In the place of a number that is missing. */
  median: number;
  /** Were any missing, so that it may matter that they are? */
  gaps: boolean;
}

export interface CategoryEncoding {
  kind: 'category';
  /** Those that have a column. */
  values: string[];
  /** Those that share one. */
  rare: Set<string>;
  gaps: boolean;
}

/** Column of the data that was fit -> what becomes of it. */
export type Encoding = Map<string, ColumnEncoding>;

export interface EncodingOptions {
  /** So many values of a column get a column of their own. */
  most: number;
  /** Columns that are no features. */
  drop: readonly string[];
  /** Columns of categories, whatever they look like: numbers that are names. */
  categorical: readonly string[];
}

/**
 * What every column becomes, by the data that a model is to learn from: all else is encoded by its categories and medians.
 *
 * @throws SF7116 without samples, SF7117 for arrays, for a slip among numbers, and where nothing is left; SF7103 for an option
 * that names no feature.
 */
export function learnEncoding(fit: Table, { most, drop, categorical }: EncodingOptions): Encoding {
  checkTable(fit);
  if (fit.count === 0) throw nodeFault('SF7116', `${fit.where} holds no sample.`);
  const features = [...fit.columns.keys()].filter((name) => !isAbout(name) && !isIndex(name));
  const names = features.filter((name) => !drop.includes(name));
  checkNames('drop', drop, features);
  checkNames('categorical', categorical, names);
  const encoding = new Map(
    names.map((name) => [name, encodingOf(name, fit, most, categorical.includes(name))] as const),
  );
  if ([...encoding.values()].every(({ kind }) => kind === 'left-out')) {
    const whys = [...encoding].map(([name, each]) => `${name}: ${each.kind === 'left-out' ? each.why : ''}`);
    const why = whys.length > 0 ? ` (${whys.slice(0, 5).join('; ')})` : '';
    const remedy = 'Give a column of numbers, or of categories.';
    throw nodeFault('SF7117', `${fit.where} has no column to learn from${why}.`, remedy);
  }
  return encoding;
}

/** @throws SF7103 */
function checkNames(parameter: string, names: readonly string[], features: readonly string[]): void {
  const unknown = names.find((name) => !features.includes(name));
  if (unknown === undefined) return;
  const found = `found: ${features.join(', ')}`;
  throw nodeFault('SF7103', `Parameter ${parameter} names "${unknown}", which is no feature of input fit (${found}).`);
}

/** @throws SF7117 */
export function checkTable(table: Table): void {
  if (table.format === 'csv') return;
  throw nodeFault('SF7117', `${table.where} holds arrays, which need no encoding.`, 'Give a table: CSV or Parquet.');
}

/** @param forced Whether it is one of categories, whatever it looks like. */
function encodingOf(name: string, fit: Table, most: number, forced: boolean): ColumnEncoding {
  const column = fit.columns.get(name)!;
  const counts = countsOf(column);
  const known = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (known === 0) return { kind: 'left-out', why: 'it has no value' };
  const { reader, isDate, strange } = readingOf(counts);
  const gaps = known < fit.count;
  if (strange === 0 && !forced) {
    const numbers = Float64Array.from([...counts.keys()], reader.read);
    const origin = isDate ? numbers.reduce((least, each) => Math.min(least, each)) : 0;
    const median = medianOf([...counts].map(([cell, count]) => [reader.read(cell) - origin, count]));
    return { kind: isDate ? 'date' : 'number', reader, origin, median, gaps };
  }
  if (isSlip(strange, known) && !forced) throw slip(name, fit, reader);
  if (counts.size > most && 2 * counts.size > known && !forced) {
    const [first] = counts.keys();
    const why = areAmbiguous(counts)
      ? `nobody can tell whether the comma in "${first}" is a decimal one`
      : `it has ${counts.size} different texts in ${known} samples, which are names or free text`;
    return { kind: 'left-out', why };
  }
  // By name where equally frequent: not by their place in the file.
  const frequent = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).map(([value]) => value);
  return { kind: 'category', values: frequent.slice(0, most).sort(), rare: new Set(frequent.slice(most)), gaps };
}

/** How often each value occurs, gaps apart. */
function countsOf(column: Column): Map<string, number> {
  const counts = new Map<string, number>();
  for (const cell of cellsOf(column)) if (!isGap(cell)) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return counts;
}

/** The cells of a column as text, trimmed. */
export function cellsOf(column: Column): string[] {
  if (isText(column)) return column.values.map((cell) => cell.trim());
  return Array.from(column.values as ArrayLike<number | bigint>, String);
}

/** As scanflow/classifier has it: one cell, or a tenth of them at most. */
const isSlip = (strange: number, known: number): boolean =>
  2 * strange <= known && (strange === 1 || 10 * strange <= known);

function slip(name: string, fit: Table, reader: Reader) {
  const cells = cellsOf(fit.columns.get(name)!);
  const row = cells.findIndex((cell) => !isGap(cell) && Number.isNaN(reader.read(cell)));
  return nodeFault(
    'SF7117',
    `${sampleName(fit, row)} of input fit holds "${cells[row]!.slice(0, 60)}" in column "${name}", and ${reader.what} in others.`,
    'Correct the cell, leave it empty, or name the column in `drop`, or in `categorical` where it holds no numbers.',
  );
}

/** The middle number, or the mean of the two that are: what scikit-learn's SimpleImputer fills in. */
function medianOf(counted: [value: number, count: number][]): number {
  const sorted = counted.sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  let [before, low] = [0, Number.NaN];
  for (const [value, count] of sorted) {
    before += count;
    if (2 * before > total) return Number.isNaN(low) ? value : (low + value) / 2;
    if (2 * before === total) low = value;
  }
  return Number.NaN;
}
