import type { NodeContext } from './contract';
import { readTable } from './data/read';
import { isAbout, isIndex, type Table } from './data/table';
import { writeJson, writeTable } from './data/write';
import { type Encoded, encode } from './encoding/encode';
import { type Encoding, learnEncoding } from './encoding/learn';
import { integer, texts } from './parameters';

/** Makes numbers of a table: categories as columns of 0 and 1, dates as days, medians for what is missing. */
export default async function encoder(node: NodeContext): Promise<void> {
  const options = {
    most: integer(node, 'categories', 1),
    drop: texts(node, 'drop'),
    categorical: texts(node, 'categorical'),
  };
  const fit = readTable(node.input('fit'), 'Input fit');
  const encoding = learnEncoding(fit, options);
  const encoded = encode(readTable(node.input('data'), 'Input data'), encoding, options.drop);
  const { table, filled, unknown, strange } = encoded;
  writeTable(node.output('data'), table);
  const left = [...encoding].flatMap(([name, each]) => (each.kind === 'left-out' ? [[name, each.why] as const] : []));
  const metrics = {
    columns_in: featuresIn(fit),
    columns_out: featuresIn(table),
    columns_left_out: left.length,
    filled,
    // Not a number where there is nothing to take a share of.
    ...(table.count > 0 && { unknown_share: strange / table.count }),
  };
  node.tracking.metrics(metrics);
  writeJson(node.output('report'), { count: table.count, ...metrics, columns: columnsOf(encoding, encoded) });
  node.log(`${metrics.columns_in} columns become ${metrics.columns_out}; ${filled} missing numbers filled in`);
  for (const [name, why] of left) node.log(`column ${name} is left out: ${why}`);
  for (const [name, values] of unknown) node.log(`column ${name} has values that input fit lacks: ${listOf(values)}`);
}

const featuresIn = ({ columns }: Table): number =>
  [...columns.keys()].filter((name) => !isAbout(name) && !isIndex(name)).length;

/** What became of each column, for people. */
function columnsOf(encoding: Encoding, { unknown }: Encoded): Record<string, unknown> {
  const told = Array.from(encoding, ([name, each]) => {
    if (each.kind === 'left-out') return [name, each] as const;
    if (each.kind === 'category') {
      const { kind, values, rare, gaps } = each;
      const strange = Object.fromEntries([...(unknown.get(name) ?? [])].sort(([, a], [, b]) => b - a).slice(0, MOST));
      return [name, { kind, values, rare: rare.size, missing: gaps, unknown: strange }] as const;
    }
    const { kind, reader, origin, median, gaps } = each;
    const earliest = kind === 'date' ? { earliest: new Date(origin * 86_400_000).toISOString() } : {};
    return [name, { kind, holds: reader.what, ...earliest, median, missing: gaps }] as const;
  });
  return Object.fromEntries(told);
}

/** So many values of a column are told. */
const MOST = 20;

function listOf(values: ReadonlyMap<string, number>): string {
  const sorted = [...values].sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, 5).map(([value, count]) => `"${value.slice(0, 60)}" (${count})`);
  return sorted.length > 5 ? `${shown.join(', ')} and ${sorted.length - 5} more` : shown.join(', ');
}
