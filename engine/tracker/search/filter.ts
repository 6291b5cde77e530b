import { refuse } from '../refusal';
import { invalid, type Token, tokensOf } from './lexer';

/** What stands left of an operator: `metrics.loss` is { entity: 'metrics', key: 'loss' }, `name` has no entity. */
export interface Name {
  entity: string | null;
  key: string;
}

export type Operator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'LIKE'
  | 'ILIKE'
  | 'IN'
  | 'NOT IN'
  | 'IS NULL'
  | 'IS NOT NULL';

export interface Clause extends Name {
  operator: Operator;
  /** A list for IN and NOT IN, null for IS NULL and IS NOT NULL. */
  value: number | string | string[] | null;
}

/**
 * MLflow's filter language: comparisons joined by AND. What a name may be and which operators it takes is for those who
 * search (runs.ts, experiments.ts, ...).
 *
 * @throws INVALID_PARAMETER_VALUE.
 */
export function parseFilter(text: string): Clause[] {
  const reader = new Reader(tokensOf(text));
  const clauses: Clause[] = [];
  while (!reader.done) {
    // MLflow's server takes a missing AND, and one too many, and so scripts have them.
    if (!reader.word('AND')) clauses.push(clause(reader, text));
  }
  return clauses;
}

/** One entry of `order_by`: a name, and ASC (also without) or DESC. */
export function parseOrder(text: string): Name & { ascending: boolean } {
  const reader = new Reader(tokensOf(text));
  const found = name(reader, text);
  const ascending = reader.word('ASC') || !reader.word('DESC');
  if (!reader.done) throw refuse('INVALID_PARAMETER_VALUE', `Invalid order_by clause '${text.slice(0, 100)}'.`);
  return { ...found, ascending };
}

function clause(reader: Reader, text: string): Clause {
  const left = name(reader, text);
  if (reader.word('IS')) {
    const operator = reader.word('NOT') ? 'IS NOT NULL' : 'IS NULL';
    if (!reader.word('NULL')) throw invalid(text);
    return { ...left, operator, value: null };
  }
  if (reader.word('NOT')) {
    if (!reader.word('IN')) throw invalid(text);
    return { ...left, operator: 'NOT IN', value: list(reader, text) };
  }
  if (reader.word('IN')) return { ...left, operator: 'IN', value: list(reader, text) };
  const operator = reader.word('LIKE') ? 'LIKE' : reader.word('ILIKE') ? 'ILIKE' : reader.operator();
  if (!operator) throw invalid(text);
  return { ...left, operator, value: literal(reader, text) };
}

function name(reader: Reader, text: string): Name {
  const parts = [part(reader, text)];
  while (reader.mark('.')) parts.push(part(reader, text));
  if (parts.length === 1) return { entity: null, key: parts[0]! };
  return { entity: parts[0]!, key: parts.slice(1).join('.') };
}

function part(reader: Reader, text: string): string {
  const token = reader.take();
  if (token?.type === 'word' || token?.type === 'quoted') return token.text;
  // `metrics. 2`: without the space it is a word.
  if (token?.type === 'number') return String(token.value);
  throw invalid(text);
}

function literal(reader: Reader, text: string): string | number {
  const token = reader.take();
  if (token?.type === 'number') return token.value;
  if (token?.type === 'string' || (token?.type === 'quoted' && token.by === '"')) return token.text;
  throw refuse(
    'INVALID_PARAMETER_VALUE',
    `Expected a number or a quoted string value in ${JSON.stringify(text.slice(0, 200))}`,
  );
}

function list(reader: Reader, text: string): string[] {
  const values: string[] = [];
  if (!reader.mark('(')) throw invalid(text);
  do {
    // A trailing comma is fine: ('a',).
    if (values.length > 0 && reader.mark(')')) return values;
    const value = literal(reader, text);
    if (typeof value !== 'string') {
      throw refuse('INVALID_PARAMETER_VALUE', 'While parsing a list in the query, expected string values.');
    }
    values.push(value);
  } while (reader.mark(','));
  if (!reader.mark(')')) throw invalid(text);
  return values;
}

class Reader {
  readonly #tokens: Token[];
  #at = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  take(): Token | undefined {
    return this.#tokens[this.#at++];
  }

  word(keyword: string): boolean {
    const token = this.#tokens[this.#at];
    return this.#accept(token?.type === 'word' && token.text.toUpperCase() === keyword);
  }

  mark(text: string): boolean {
    const token = this.#tokens[this.#at];
    return this.#accept(token?.type === 'mark' && token.text === text);
  }

  operator(): Operator | null {
    const token = this.#tokens[this.#at];
    if (!this.#accept(token?.type === 'operator' && token.text !== '<>')) return null;
    return (token as { text: string }).text as Operator;
  }

  #accept(matches: boolean): boolean {
    if (matches) this.#at++;
    return matches;
  }
}
