import { asTexts, type Column, isMissing, isText, type Numbers } from '../data/column';
import { isAbout, isIndex, type Table } from '../data/table';
import { type BatchTest, decideBatch, exactTest } from '../drift/batch-test';
import { type ColumnSchema, numbersOf, type Schema, statisticsOf } from './schema';

/** One thing that is not as it was. */
export interface Finding {
  column: string;
  kind: 'gone' | 'new' | 'type' | 'shape' | 'range' | 'category' | 'missing' | 'distribution';
  /** For people. */
  what: string;
}

export interface CompareOptions {
  /** The share of unchanged data that may raise an alarm about distributions or missing values. */
  falseAlarms: number;
  /** How far beyond what was seen values may lie, in widths of the range that was seen. */
  margin: number;
}

/** What differs between data and its schema, and for each sample how many values of it are outside what is allowed. */
export function compareSchema(
  schema: Schema,
  data: Table,
  options: CompareOptions,
): { findings: Finding[]; broken: Float64Array } {
  const broken = new Float64Array(data.count);
  const findings: Finding[] = [];
  const tests: (BatchTest & { what: string })[] = [];
  for (const [name, known] of Object.entries(schema.columns)) {
    const column = data.columns.get(name);
    // Labels and weights come and go by what data is used for; the index of a DataFrame by how it was written.
    if ((!column && isAbout(name)) || isIndex(name)) continue;
    if (!column) findings.push({ column: name, kind: 'gone', what: `column ${name} is gone` });
    else if (name !== 'id') compareColumn({ name, known, column, data, schema, options, findings, tests, broken });
  }
  for (const name of data.columns.keys()) {
    if (!(name in schema.columns) && !isAbout(name) && !isIndex(name))
      findings.push({ column: name, kind: 'new', what: `column ${name} is new` });
  }
  for (const test of tests) {
    if (test.pValue * tests.length >= options.falseAlarms) continue;
    const kind = test.of.startsWith('missing ') ? 'missing' : 'distribution';
    findings.push({ column: test.of.replace(/^missing /, ''), kind, what: test.what });
  }
  return { findings, broken };
}

interface Comparison {
  name: string;
  known: ColumnSchema;
  column: Column;
  data: Table;
  schema: Schema;
  options: CompareOptions;
  findings: Finding[];
  tests: (BatchTest & { what: string })[];
  broken: Float64Array;
}

function compareColumn(comparison: Comparison): void {
  const { name, known, column, findings } = comparison;
  const isArray = !isText(column) && column.shape.length > 0;
  const numbers = isArray ? undefined : numbersOf(column);
  const empty = !isArray && asTexts(column).every(isMissing);
  const kind = isArray ? 'array' : numbers ? 'number' : 'text';
  if (kind !== known.kind && !empty) {
    findings.push({ column: name, kind: 'type', what: `column ${name} was ${known.kind} and is ${kind}` });
    return;
  }
  if (isArray) compareArray(comparison, column);
  else compareMissing(comparison, asTexts(column).filter(isMissing).length);
  if (numbers) {
    compareRange(comparison, numbers, 1);
    compareDistribution(comparison, name, known.sample, numbers.filter(Number.isFinite));
  } else if (!isArray && known.categories) compareCategories(comparison, asTexts(column));
}

function compareArray(comparison: Comparison, column: Exclude<Column, { values: string[] }>): void {
  const { name, known, data, findings } = comparison;
  if (column.shape.join() !== known.shape.join()) {
    const [was, is] = [known.shape.join(' x '), column.shape.join(' x ')];
    findings.push({ column: name, kind: 'shape', what: `samples in ${name} were ${was} and are ${is}` });
    return;
  }
  const { values } = column;
  compareRange(comparison, values, values.length / data.count);
  const bad = firstNotFinite(values);
  if (bad >= 0 && known.missing === 0) {
    findings.push({ column: name, kind: 'missing', what: `${name} holds ${values[bad]}, which never occurred` });
  }
  if (!known.statistics || bad >= 0) return;
  const statistics = statisticsOf(data) ?? {};
  for (const [statistic, sample] of Object.entries(known.statistics)) {
    compareDistribution(comparison, `${statistic} of ${name}`, sample, Float64Array.from(statistics[statistic] ?? []));
  }
}

function firstNotFinite(values: Numbers): number {
  for (let at = 0; at < values.length; at++) if (!Number.isFinite(Number(values[at]))) return at;
  return -1;
}

/** @param size numbers in one sample */
function compareRange({ name, known, options, findings, broken }: Comparison, values: Numbers, size: number): void {
  const { minimum, maximum } = known;
  if (minimum === undefined || maximum === undefined) return;
  const room = options.margin * (maximum - minimum);
  const [low, high] = [minimum - room, maximum + room];
  let [count, worst] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    const value = Number(values[at]);
    if (!(value < low || value > high)) continue;
    broken[Math.floor(at / size)]!++;
    count++;
    if (Math.abs(value - (low + high) / 2) > Math.abs(worst - (low + high) / 2) || count === 1) worst = value;
  }
  if (count === 0) return;
  const what = `${name} goes to ${short(worst)}, it was from ${short(minimum)} to ${short(maximum)} (${count} values)`;
  findings.push({ column: name, kind: 'range', what });
}

function compareCategories({ name, known, findings, broken }: Comparison, cells: string[]): void {
  const fresh = new Set<string>();
  for (const [row, cell] of cells.entries()) {
    if (isMissing(cell) || known.categories!.includes(cell)) continue;
    fresh.add(cell);
    broken[row]!++;
  }
  if (fresh.size === 0) return;
  const some = [...fresh]
    .slice(0, 5)
    .map((each) => `"${each}"`)
    .join(', ');
  findings.push({ column: name, kind: 'category', what: `${name} has values that it never had: ${some}` });
}

function compareMissing({ name, known, data, schema, tests }: Comparison, count: number): void {
  const before = Math.round(known.missing * schema.count);
  const pValue = exactTest(count, data.count, before, schema.count);
  const share = (of: number) => `${(100 * of).toFixed(1)} %`;
  tests.push({
    of: `missing ${name}`,
    test: 'tail',
    statistic: count / data.count,
    pValue,
    what: `${share(count / data.count)} of ${name} is missing, it was ${share(known.missing)}`,
  });
}

function compareDistribution(
  { tests }: Comparison,
  of: string,
  sample: number[] | undefined,
  values: Float64Array,
): void {
  if (!sample || sample.length === 0 || values.length === 0) return;
  const measure = { reference: Float32Array.from(sample), batch: Float32Array.from(values) };
  const [test] = decideBatch(new Map([[of, measure]]), [], 0.5).tests;
  const middle = (sorted: ArrayLike<number>) => sorted[sorted.length >> 1]!;
  const what = `the distribution of ${of} has changed: its median was ${short(middle(sample))} and is ${short(middle(values.toSorted()))}`;
  tests.push({ ...test!, what });
}

const short = (value: number): string => String(Number(value.toPrecision(4)));
