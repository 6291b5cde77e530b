import { quote } from '../names';
import { refuse } from '../refusal';
import type { Clause, Operator } from './filter';

export const NUMERIC: ReadonlySet<Operator> = new Set<Operator>(['=', '!=', '<', '<=', '>', '>=']);
export const TEXT: ReadonlySet<Operator> = new Set<Operator>(['=', '!=', 'LIKE', 'ILIKE']);
export const TEXT_OR_NULL: ReadonlySet<Operator> = new Set<Operator>([...TEXT, 'IS NULL', 'IS NOT NULL']);
export const TEXT_OR_LIST: ReadonlySet<Operator> = new Set<Operator>([...TEXT, 'IN', 'NOT IN']);

/** @throws where the operator is not one of those, or the value of the wrong type for it. */
export function assertClause(clause: Clause, operators: ReadonlySet<Operator>): void {
  const { operator, value, key } = clause;
  if (!operators.has(operator)) {
    throw refuse(
      'INVALID_PARAMETER_VALUE',
      `Invalid comparator '${operator}' for ${quote(key)}, not one of ${[...operators]}`,
    );
  }
  const numeric = operators === NUMERIC;
  if (numeric ? typeof value !== 'number' : typeof value === 'number') {
    throw refuse(
      'INVALID_PARAMETER_VALUE',
      `Expected a ${numeric ? 'numeric' : 'quoted string'} value for ${quote(key)}.`,
    );
  }
}

/** Whether a value stands the comparison. What is absent only does as NULL. */
export function holds(actual: number | string | null | undefined, { operator, value }: Clause): boolean {
  const absent = actual === null || actual === undefined;
  if (operator === 'IS NULL') return absent;
  if (operator === 'IS NOT NULL') return !absent;
  if (absent || value === null) return false;
  if (operator === 'IN') return (value as string[]).includes(String(actual));
  if (operator === 'NOT IN') return !(value as string[]).includes(String(actual));
  if (operator === 'LIKE') return like(String(actual), String(value));
  if (operator === 'ILIKE') return like(String(actual).toLowerCase(), String(value).toLowerCase());
  if (operator === '=') return actual === value;
  if (operator === '!=') return actual !== value;
  if (operator === '<') return actual < value;
  if (operator === '<=') return actual <= value;
  return operator === '>' ? actual > value : actual >= value;
}

/** SQL's LIKE: `%` any text, `_` one character. Greedy with one place to go back to: time is at most length by length. */
export function like(text: string, pattern: string): boolean {
  let t = 0;
  let p = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    if (pattern[p] === '%') {
      star = p++;
      mark = t;
    } else if (p < pattern.length && (pattern[p] === '_' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (pattern[p] === '%') p++;
  return p === pattern.length;
}
