import { compileExpression } from 'filtrex';
import { bracketNots } from '../graph/language/not';
import { asTexts, type Column, isText } from './data/column';
import { featuresOf, spelling } from './data/samples';
import type { Table } from './data/table';
import { IMAGE_STATISTICS, imageStatistics } from './drift/image-statistics';

/** An expression over the columns of a table. It can reach nothing but their values. */
export interface Expression {
  text: string;
  /** Names that it reads. */
  columns: string[];
  /**
   * Whether it holds for a sample; undefined where a value that it reads is missing, or is text where a number or a truth must
   * be. What fails though nothing is missing is a mistake in the expression: that must be told, or a check would never apply.
   */
  holds(values: Row): boolean | undefined | Problem;
}

export interface Problem {
  problem: string;
}

/** The value of a column for one sample, text as it is written; undefined where it is missing, or there is no such column. */
export type Row = (name: string) => number | string | undefined;

const MAX_LENGTH = 2000;

/**
 * Compares columns with each other and with constants: `start <= end and (state == "off" or power > 0)`. Columns whose names
 * are no words stand in single quotes, text in double ones. Text that reads as a number is one, except where it is compared
 * with text: then both count as they are spelled.
 *
 * @returns what is wrong, where it cannot be read.
 */
export function parseExpression(text: string): Expression | Problem {
  if (text.trim() === '') return { problem: 'the expression is empty' };
  if (text.length > MAX_LENGTH) return { problem: `the expression is longer than ${MAX_LENGTH} letters` };
  const bare = text.replaceAll(QUOTED, (quoted) => (quoted.startsWith('"') ? '""' : 'quoted'));
  if (/[<>]=?\s*(?:""|\(\s*""\s*\))|""\s*[<>]/.test(bare))
    return { problem: `"${text}" compares text by its size, and text has no order` };
  const tokens = text.match(TOKEN)!;
  if (tokens.some((token, at) => token === 'in' && tokens[at + 1] !== '('))
    return { problem: `"${text}" has an \`in\` without a list in brackets` };
  const unknown = tokens.find((token, at) => isCall(tokens, at) && !FUNCTIONS.includes(token));
  if (unknown !== undefined) {
    return {
      problem: `"${text}" calls ${unknown}, and there is no function of that name; there are ${FUNCTIONS.join(', ')}`,
    };
  }
  let row: Row = () => undefined;
  let [missing, wordy] = [false, false];
  let compiled: (data: object) => unknown;
  try {
    compiled = compileExpression(withCoercions(bracketNots(tokens)), {
      operators: { '==': isSame, '!=': (one: unknown, other: unknown) => !isSame(one, other) },
      extraFunctions: { ...numeric, [LIST]: listOf, [TRUTH]: asTruth },
      constants: TRUTHS,
      customProp: (name) => {
        const value = row(name);
        if (value === undefined || Number.isNaN(value)) missing = true;
        if (typeof value !== 'string') return value ?? 0;
        const cell = new NumberCell(value);
        if (!Number.isNaN(cell.valueOf())) return cell;
        wordy = true;
        return value;
      },
    });
  } catch {
    return { problem: `"${text}" cannot be read as an expression` };
  }
  return {
    text,
    columns: namesIn(tokens),
    holds(values) {
      row = values;
      [missing, wordy] = [false, false];
      const result = compiled({});
      // What fails where a value is missing (text compared with the 0 in its place) has not been decided.
      if (missing) return undefined;
      const truth = result instanceof Error ? undefined : truthOf(result);
      if (truth !== undefined || wordy) return truth;
      const why = result instanceof Error ? result.message : 'It is neither true nor false.';
      return { problem: `"${text}" cannot be worked out: ${why}` };
    },
  };
}

const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gsu;
const TOKEN = new RegExp(`${QUOTED.source}|[A-Za-z$_][A-Za-z0-9$_.]*|[0-9]+(?:\\.[0-9]+)?|[<>=!~]=|\\S`, 'gsu');

const WORDS = new Set(['and', 'or', 'not', 'in', 'if', 'then', 'else', 'mod', 'of']);
const FUNCTIONS = ['abs', 'ceil', 'floor', 'log', 'log2', 'log10', 'max', 'min', 'round', 'sqrt'];
const TRUTHS = { true: true, True: true, TRUE: true, false: false, False: false, FALSE: false };

const isName = (token: string) => /^['A-Za-z$_]/.test(token) && !WORDS.has(token);
const isCall = (tokens: readonly string[], at: number) => isName(tokens[at]!) && tokens[at + 1] === '(';

/** The names that an expression reads: words that no bracket follows, and what stands in single quotes. */
function namesIn(tokens: readonly string[]): string[] {
  const names = tokens.filter((token, at) => isName(token) && !isCall(tokens, at) && !(token in TRUTHS));
  return [...new Set(names.map((name) => (name.startsWith("'") ? name.slice(1, -1) : name)))];
}

/** A number that remembers how it was written. */
class NumberCell extends Number {
  constructor(readonly text: string) {
    super(text);
  }
}

const plain = (value: unknown) => (value instanceof NumberCell ? value.valueOf() : value);

function isSame(one: unknown, other: unknown): boolean {
  if (typeof one === 'boolean' || typeof other === 'boolean') return truthOf(one) === truthOf(other);
  if (typeof one !== 'string' && typeof other !== 'string') return plain(one) === plain(other);
  const [left, right] = [one, other].map((value) => spelling(value instanceof NumberCell ? value.text : String(value)));
  return left === right;
}

/** Numbers other than 0 are true; text is what it says, and undefined where that is neither. */
function truthOf(value: unknown): boolean | undefined {
  const known = plain(value);
  if (typeof known === 'boolean') return known;
  if (typeof known === 'number') return known !== 0;
  if (typeof known !== 'string' || !/^(true|false)$/i.test(known)) return undefined;
  return known.toLowerCase() === 'true';
}

function asTruth(value: unknown): boolean {
  const truth = truthOf(value);
  if (truth === undefined) throw new TypeError(`${value} is neither true nor false.`);
  return truth;
}

/** The library's functions make a number of anything, also NaN of text, which no comparison tells from a value. */
const numeric = Object.fromEntries(
  FUNCTIONS.map((name) => [
    name,
    (...values: unknown[]) => {
      const numbers = values.map(plain);
      const other = numbers.find((value) => typeof value !== 'number');
      if (other !== undefined) throw new TypeError(`${name} is of numbers, and ${other} is none.`);
      return (Math as unknown as Record<string, (...of: unknown[]) => number>)[name]!(...numbers);
    },
  ]),
);

/** `in` cannot be defined anew as an operator can, but what it looks into can; and what `and`, `or`, `not` and `if` take. */
const [LIST, TRUTH] = ['$list', '$truth'];

function withCoercions(tokens: readonly string[]): string {
  const written = tokens.map((token, at) => {
    if (token === 'in') return `in ${LIST}`;
    return isLogical(tokens, at) ? `${TRUTH}(${token})` : token;
  });
  return written.join(' ');
}

/** What may stand beside a name that is alone between the operators of logic, brackets and the ends. */
const BEFORE = new Set<string | undefined>([undefined, '(', ',', 'and', 'or', 'not', 'if', 'then', 'else']);
const AFTER = new Set<string | undefined>([undefined, ')', ',', 'and', 'or', 'then', 'else']);

/** Whether a name alone, in brackets or not, is what `and`, `or`, `not` or `if` decides about. */
function isLogical(tokens: readonly string[], at: number): boolean {
  if (!isName(tokens[at]!) || isCall(tokens, at)) return false;
  let [left, right] = [at - 1, at + 1];
  const isGroup = () => tokens[left] === '(' && tokens[right] === ')' && tokens[left - 1] !== 'in';
  while (isGroup() && !(left > 0 && isCall(tokens, left - 1))) [left, right] = [left - 1, right + 1];
  const [before, after] = [tokens[left], tokens[right]];
  if (!BEFORE.has(before) || !AFTER.has(after)) return false;
  return ['and', 'or', 'not', 'if'].includes(before!) || ['and', 'or', 'then'].includes(after!);
}

function listOf(...values: unknown[]): unknown[] {
  const list = values.flat();
  return Object.assign([...list], { includes: (value: unknown) => list.some((each) => isSame(each, value)) });
}

/** Values of a table's samples for expressions. Images have their statistics (mean, median, ...). */
export function rowsOf(table: Table): { names: string[]; row(at: number): Row } {
  const columns = new Map<string, (number | string | undefined)[]>();
  for (const [name, column] of table.columns) if (column.shape.length === 0) columns.set(name, valuesOf(column));
  const x = table.columns.get('x');
  if (x && !isText(x) && x.shape.length >= 2 && table.count > 0) {
    const { x: values, shape } = imageStatistics(featuresOf(table));
    for (const [place, name] of IMAGE_STATISTICS.entries()) {
      if (!columns.has(name)) {
        columns.set(
          name,
          Array.from({ length: table.count }, (_, at) => values[at * shape[0]! + place]!),
        );
      }
    }
  }
  return { names: [...columns.keys()], row: (at) => (name) => columns.get(name)?.[at] };
}

function valuesOf(column: Column): (number | string | undefined)[] {
  if (!isText(column)) return Array.from(column.values as ArrayLike<number | bigint>, Number);
  return asTexts(column).map((text) => {
    const trimmed = text.trim();
    return trimmed === '' || trimmed.toLowerCase() === 'nan' ? undefined : trimmed;
  });
}
