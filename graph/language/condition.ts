import { compileExpression } from 'filtrex';
import { bracketNots } from './not';

/** A condition over metrics, ready to be evaluated. */
export interface Condition {
  text: string;
  /** The metrics that it reads, each once. */
  metrics: MetricName[];
  evaluate(metric: (name: MetricName) => number): unknown;
}

export interface MetricName {
  node: string;
  name: string;
  /** Where it is first read: the offset in the text, quotes included. */
  start: number;
  end: number;
}

export type ParsedCondition = Condition | ConditionProblem;

export interface ConditionProblem {
  /** What is wrong, without a full stop. */
  problem: string;
  remedy: string;
}

const MAX_LENGTH = 1000;
const FUNCTIONS = ['abs', 'ceil', 'floor', 'log', 'log2', 'log10', 'max', 'min', 'round', 'sqrt'];
const WORDS = new Set(['and', 'or', 'not', 'in', 'if', 'then', 'else', 'mod']);
const TOKEN = /\s+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z$_][A-Za-z0-9$_.]*|[0-9.]+|[=!<>]=|[-+*/^(),<>]|./gsu;
const EXAMPLE = 'Write a comparison, for instance "metrics.drift.p_value < 0.05".';

/**
 * Reads the text of a `when:`: comparisons of metrics (`metrics.<node>.<name>`) and numbers with `and`, `or`, `not`,
 * `if..then..else`, arithmetic and a few functions. It can reach nothing but metrics.
 */
export function parseCondition(text: string): ParsedCondition {
  if (text.trim() === '') return { problem: 'The condition is empty', remedy: EXAMPLE };
  if (text.length > MAX_LENGTH) {
    return { problem: `The condition is longer than ${MAX_LENGTH} letters`, remedy: 'Log one metric that sums it up.' };
  }
  const scanned = scan(text);
  if ('problem' in scanned) return scanned;
  const { metrics, tokens } = scanned;
  const byText = new Map(metrics.map((metric) => [`metrics.${metric.node}.${metric.name}`, metric]));
  let read: (name: MetricName) => number = () => 1;
  let compiled: (data: object) => unknown;
  try {
    compiled = compileExpression(bracketNots(tokens).join(' '), { customProp: (symbol) => read(byText.get(symbol)!) });
  } catch {
    return { problem: `"${text}" can't be read as a condition`, remedy: EXAMPLE };
  }
  const condition: Condition = {
    text,
    metrics,
    evaluate: (metric) => {
      read = metric;
      return compiled({});
    },
  };
  // One trial shows a text that is a number, or that compares what can't be compared.
  if (typeof condition.evaluate(() => 1) !== 'boolean') {
    return { problem: `"${text}" is neither true nor false`, remedy: EXAMPLE };
  }
  return condition;
}

/**
 * Does a condition hold?
 *
 * @param metrics the newest value of a metric of a node; undefined where there is none yet. Without a value that the
 * condition reads, it does not hold, whatever it says.
 */
export function evaluateCondition(
  condition: Condition,
  metrics: (node: string, name: string) => number | undefined,
): boolean {
  const values = new Map(condition.metrics.map((metric) => [metric, metrics(metric.node, metric.name)]));
  if ([...values.values()].includes(undefined)) return false;
  return condition.evaluate((metric) => values.get(metric)!) === true;
}

/** Finds the metrics, and what the expression library would understand but the language does not have. */
function scan(text: string): { metrics: MetricName[]; tokens: string[] } | ConditionProblem {
  const metrics = new Map<string, MetricName>();
  const tokens = [...text.matchAll(TOKEN)].filter(([token]) => token.trim() !== '');
  for (const [position, match] of tokens.entries()) {
    const [token] = match;
    if (/^[?:%~]|^of$/.test(token) || /^[&|]$/.test(token)) {
      return {
        problem: `"${token}" has no place in a condition`,
        remedy: 'Use "and", "or", "not", "if .. then .. else".',
      };
    }
    if (token === '=') return { problem: '"=" has no place in a condition', remedy: 'Write "==" to compare.' };
    if (!/^['A-Za-z$_]/.test(token) || WORDS.has(token)) continue;
    if (tokens[position + 1]?.[0] === '(' && !token.startsWith("'")) {
      if (FUNCTIONS.includes(token)) continue;
      return { problem: `There is no function ${token}`, remedy: `There are ${FUNCTIONS.join(', ')}.` };
    }
    const symbol = token.startsWith("'") ? token.slice(1, -1) : token;
    const [prefix, node, ...name] = symbol.split('.');
    if (prefix !== 'metrics' || !node || name.join('.') === '') {
      const quote = symbol.startsWith('metrics')
        ? ` A name with "-" is written in quotes: 'metrics.my-node.loss'.`
        : '';
      return {
        problem: `"${symbol}" is not a metric`,
        remedy: `Write "metrics.<node>.<metric>".${quote}`,
      };
    }
    if (!metrics.has(symbol)) {
      metrics.set(symbol, { node, name: name.join('.'), start: match.index, end: match.index + token.length });
    }
  }
  return { metrics: [...metrics.values()], tokens: tokens.map(([token]) => token) };
}
