import type { Json } from '../engine/protocol';
import type { NodeContext } from './contract';
import { asTexts, isText } from './data/column';
import { idsOf } from './data/identity';
import { readTable } from './data/read';
import { spelling } from './data/samples';
import { pickSamples, type Table } from './data/table';
import { writeJson, writeTable } from './data/write';
import { nodeFault } from './faults';
import { list } from './parameters';
import { writeTags } from './tags';

/** What is known of one column. */
export interface Rule {
  name: string;
  column: string;
  /** Limits are allowed themselves. */
  minimum?: number;
  maximum?: number;
  in?: string[];
  /** Whether a missing value breaks it. */
  missing: 'flag' | 'allow';
}

/** The symbolic Checker of section 2.2.5: sensor values against what is physically possible. */
export default async function rules(node: NodeContext): Promise<void> {
  const data = readTable(node.input('data'), 'Input data');
  const known = list(node, 'rules').map(parseRule);
  if (known.length === 0) throw nodeFault('SF7150', 'There are no rules to check.');
  const broken = known.map((rule) => checkRule(data, rule));
  const ids = idsOf(data);
  const severity = Float64Array.from(ids, (_, row) => Math.max(...broken.map((each) => each[row]!)));
  const anomalous = Array.from(severity, (value) => (value > 0 ? 1 : 0));
  const clean = anomalous.flatMap((flag, row) => (flag ? [] : [row]));
  writeTags(node.output('tags'), { ids, anomalous, severity });
  if (clean.length > 0) writeTable(node.output('clean'), pickSamples(data, clean));
  const report = known.map((rule, i) => ({ ...rule, broken: ids.filter((_, row) => broken[i]![row]! > 0) }));
  writeJson(node.output('report'), { count: data.count, anomalous: data.count - clean.length, rules: report });
  for (const { name, broken: by } of report) node.log(`${name}: broken by ${by.length} of ${data.count} samples`);
  node.tracking.metrics({
    count: data.count,
    anomalous: data.count - clean.length,
    anomalous_share: data.count === 0 ? 0 : (data.count - clean.length) / data.count,
    ...Object.fromEntries(
      report.map((rule) => [`broken_${rule.name.replaceAll(/[^\w.-]/g, '_')}`, rule.broken.length]),
    ),
  });
}

const KEYS = ['name', 'column', 'minimum', 'maximum', 'in', 'missing'];

/** One entry of the parameter `rules`. @throws SF7150 saying which key of which rule is wrong. */
export function parseRule(written: Json, index: number): Rule {
  const wrong = (why: string) => nodeFault('SF7150', `Rule ${index + 1}: ${why}.`);
  if (typeof written !== 'object' || written === null || Array.isArray(written)) throw wrong('it is no map');
  const keys = new Map(Object.entries(written));
  const unknown = [...keys.keys()].find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw wrong(`"${unknown}" is not known; known are ${KEYS.join(', ')}`);
  const column = keys.get('column');
  if (typeof column !== 'string' || column === '') throw wrong('it names no column');
  const limit = (key: string) => {
    const value = keys.get(key);
    if (value === undefined || typeof value === 'number') return value;
    throw wrong(`${key} is ${JSON.stringify(value)}, not a number`);
  };
  const allowed = keys.get('in');
  if (allowed !== undefined && !Array.isArray(allowed)) throw wrong('`in` is no list of values');
  const missing = keys.get('missing') ?? 'flag';
  if (missing !== 'flag' && missing !== 'allow') throw wrong('`missing` is neither flag nor allow');
  const rule: Rule = {
    name: String(keys.get('name') ?? column),
    column,
    minimum: limit('minimum'),
    maximum: limit('maximum'),
    in: allowed?.map((value) => spelling(String(value))),
    missing,
  };
  const { minimum, maximum } = rule;
  if (minimum === undefined && maximum === undefined && !rule.in) throw wrong('it has neither minimum, maximum nor in');
  if (minimum !== undefined && maximum !== undefined && minimum > maximum)
    throw wrong('its minimum is above its maximum');
  return rule;
}

/**
 * How far each sample is from obeying the rule: 0 where it does, else above 0.
 *
 * @throws SF7150 where the data has no such column, or text is compared with a limit.
 */
export function checkRule(data: Table, rule: Rule): Float64Array {
  const column = data.columns.get(rule.column);
  if (!column || (!isText(column) && column.shape.length > 0)) {
    const found = [...data.columns.keys()].join(', ');
    throw nodeFault('SF7150', `Rule ${rule.name}: ${data.where} has no column "${rule.column}" (found: ${found}).`);
  }
  return Float64Array.from(asTexts(column), (text) => severityOf(text.trim(), rule));
}

function severityOf(text: string, rule: Rule): number {
  if (text === '' || text.toLowerCase() === 'nan') return rule.missing === 'flag' ? 1 : 0;
  if (rule.in && !rule.in.includes(spelling(text))) return 1;
  const { minimum, maximum } = rule;
  if (minimum === undefined && maximum === undefined) return 0;
  const value = Number(text);
  // Text where a number must be is as wrong as a value can be.
  if (Number.isNaN(value)) return 1;
  const beyond = Math.max(minimum === undefined ? 0 : minimum - value, maximum === undefined ? 0 : value - maximum);
  if (beyond <= 0) return 0;
  const width = minimum !== undefined && maximum !== undefined ? maximum - minimum : 0;
  return width > 0 ? beyond / width : 1;
}
