import { quote } from '../names';
import { refuse } from '../refusal';

export type Token =
  | { type: 'word'; text: string }
  /** In backticks or double quotes: a key with odd characters, or (double quotes) a value. */
  | { type: 'quoted'; text: string; by: '"' | '`' }
  | { type: 'string'; text: string }
  | { type: 'number'; value: number }
  | { type: 'operator'; text: string }
  | { type: 'mark'; text: '(' | ')' | ',' | '.' };

const LONGEST = 20_000;
/** A word that follows a dot may begin with a digit: `metrics.2nd`. */
const PATTERN =
  /\s*(?:((?:[\p{L}_@]|(?<=\.)\p{N})[\p{L}\p{N}_@]*)|(-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?![\w.])|(!=|<>|>=|<=|=|>|<)|'((?:[^']|'')*)'|"([^"]*)"|`([^`]*)`|([(),.]))/uy;

/** The tokens of a filter or an order, in one linear pass. */
export function tokensOf(text: string): Token[] {
  if (text.length > LONGEST)
    throw refuse('INVALID_PARAMETER_VALUE', `The filter is longer than ${LONGEST} characters.`);
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < trimmed.length) {
    const at = PATTERN.lastIndex;
    const match = PATTERN.exec(trimmed);
    if (!match) throw invalid(trimmed.slice(at));
    tokens.push(tokenOf(match));
  }
  return tokens;
}

function tokenOf([, word, number, operator, single, double, backtick, mark]: RegExpExecArray): Token {
  if (word !== undefined) return { type: 'word', text: word };
  if (number !== undefined) return { type: 'number', value: Number(number) };
  if (operator !== undefined) return { type: 'operator', text: operator };
  if (single !== undefined) return { type: 'string', text: single.replaceAll("''", "'") };
  if (double !== undefined) return { type: 'quoted', text: double, by: '"' };
  if (backtick !== undefined) return { type: 'quoted', text: backtick, by: '`' };
  return { type: 'mark', text: mark as '(' };
}

export function invalid(clause: string) {
  return refuse('INVALID_PARAMETER_VALUE', `Invalid clause(s) in filter string: ${quote(clause.trim())}`);
}
