import type { Json } from '../../engine/protocol';
import { spelling } from '../data/samples';
import { type Expression, parseExpression } from '../expression';
import { nodeFault } from '../faults';

/** What is known of one column, or of several together. */
export interface Rule {
  name: string;
  column?: string;
  /** Limits are allowed themselves. */
  minimum?: number;
  maximum?: number;
  in?: string[];
  /** Must hold. */
  expression?: Expression;
  /** The rule applies to samples for which this holds. */
  when?: Expression;
  /** Whether a missing value breaks it. */
  missing: 'flag' | 'allow';
  /** What becomes of the prediction of a sample that breaks it. */
  action: 'flag' | 'veto' | { override: string };
}

const KEYS = ['name', 'column', 'minimum', 'maximum', 'in', 'expression', 'when', 'missing', 'action', 'label'];

/**
 * The parameter `rules`. Names are distinct, as metrics, too: counts are logged and looked up by them. A rule without one has
 * that of its column or expression, with a number behind it where that is taken.
 *
 * @throws SF7150 saying which key of which rule is wrong.
 */
export function parseRules(written: readonly Json[]): Rule[] {
  const rules = written.map(parseRule);
  const given = written.map((each) => (each as { name?: Json }).name ?? undefined);
  const taken = new Set<string>();
  for (const [at, { name }] of rules.entries()) {
    if (given[at] === undefined) continue;
    if (taken.has(metricName(name)))
      throw nodeFault(
        'SF7150',
        `Rule ${at + 1}: its name "${name}" is that of another rule, or makes the same metric.`,
      );
    taken.add(metricName(name));
  }
  return rules.map((rule, at) => (given[at] === undefined ? { ...rule, name: freeName(rule.name, taken) } : rule));
}

/** The name, or the first of `name_2`, `name_3`, ... that is not taken, which it then is. */
function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(metricName(free)); number++) free = `${name}_${number}`;
  taken.add(metricName(free));
  return free;
}

/** What MLflow allows in the name of a metric. */
export const metricName = (name: string): string => name.replaceAll(/[^\w.-]/g, '_');

/** One entry of the parameter `rules`. @throws SF7150 saying which key of which rule is wrong. */
export function parseRule(written: Json, index: number): Rule {
  const wrong = (why: string) => nodeFault('SF7150', `Rule ${index + 1}: ${why}.`);
  if (typeof written !== 'object' || written === null || Array.isArray(written)) throw wrong('it is no map');
  const keys = new Map(Object.entries(written));
  const unknown = [...keys.keys()].find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw wrong(`"${unknown}" is not known; known are ${KEYS.join(', ')}`);
  const column = keys.get('column');
  const limit = (key: string) => {
    const value = keys.get(key);
    if (value === undefined || typeof value === 'number') return value;
    throw wrong(`${key} is ${JSON.stringify(value)}, not a number`);
  };
  const expression = (key: string) => {
    const value = keys.get(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw wrong(`${key} is ${JSON.stringify(value)}, not text`);
    const parsed = parseExpression(value);
    if ('problem' in parsed) throw wrong(parsed.problem);
    return parsed;
  };
  const allowed = keys.get('in');
  if (allowed !== undefined && !Array.isArray(allowed)) throw wrong('`in` is no list of values');
  const missing = keys.get('missing') ?? 'flag';
  if (missing !== 'flag' && missing !== 'allow') throw wrong('`missing` is neither flag nor allow');
  const holds = expression('expression');
  if (column === undefined && !holds) throw wrong('it names no column and has no expression');
  if (column !== undefined && (typeof column !== 'string' || column === '')) throw wrong('its column is no name');
  const rule: Rule = {
    name: String(keys.get('name') ?? column ?? holds!.text),
    ...(column === undefined ? {} : { column }),
    minimum: limit('minimum'),
    maximum: limit('maximum'),
    in: allowed?.map((value) => spelling(String(value))),
    expression: holds,
    when: expression('when'),
    missing,
    action: actionOf(keys, wrong),
  };
  const { minimum, maximum } = rule;
  if (column !== undefined && minimum === undefined && maximum === undefined && !rule.in && !holds) {
    throw wrong('it has neither minimum, maximum, in nor expression');
  }
  if (column === undefined && (minimum !== undefined || maximum !== undefined || rule.in)) {
    throw wrong('it has limits and names no column');
  }
  if (minimum !== undefined && maximum !== undefined && minimum > maximum)
    throw wrong('its minimum is above its maximum');
  return rule;
}

function actionOf(keys: ReadonlyMap<string, Json>, wrong: (why: string) => Error): Rule['action'] {
  const [action, label] = [keys.get('action') ?? 'flag', keys.get('label')];
  if (action === 'override') {
    if (typeof label === 'string' || typeof label === 'number') return { override: spelling(String(label)) };
    throw wrong('it overrides and names no `label`');
  }
  if (label !== undefined) throw wrong('it has a `label` and does not override');
  if (action === 'flag' || action === 'veto') return action;
  throw wrong('`action` is neither flag, veto nor override');
}
