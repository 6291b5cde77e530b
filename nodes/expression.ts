import { compileExpression } from 'filtrex';
import { asTexts, type Column, isText } from './data/column';
import { featuresOf, spelling } from './data/samples';
import type { Table } from './data/table';
import { IMAGE_STATISTICS, imageStatistics } from './drift/image-statistics';

/** An expression over the columns of a table. It can reach nothing but their values. */
export interface Expression {
  text: string;
  /** Names that it reads. */
  columns: string[];
  /** Whether it holds for a sample; undefined where a value that it reads is missing. */
  holds(values: Row): boolean | undefined;
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
export function parseExpression(text: string): Expression | { problem: string } {
  if (text.trim() === '') return { problem: 'the expression is empty' };
  if (text.length > MAX_LENGTH) return { problem: `the expression is longer than ${MAX_LENGTH} letters` };
  const bare = text.replaceAll(QUOTED, (quoted) => (quoted.startsWith('"') ? '""' : 'quoted'));
  if (/[<>]=?\s*(?:""|\(\s*""\s*\))|""\s*[<>]/.test(bare))
    return { problem: `"${text}" compares text by its size, and text has no order` };
  if (/(?<![\w$.])in(?![\w$.]|\s*\()/.test(bare))
    return { problem: `"${text}" has an \`in\` without a list in brackets` };
  let row: Row = () => undefined;
  let missed = false;
  const read = new Set<string>();
  let compiled: (data: object) => unknown;
  try {
    compiled = compileExpression(withLists(text), {
      operators: { '==': isSame, '!=': (one: unknown, other: unknown) => !isSame(one, other) },
      extraFunctions: { [LIST]: listOf },
      customProp: (name) => {
        read.add(name);
        const value = row(name);
        if (value === undefined || (typeof value === 'number' && Number.isNaN(value))) missed = true;
        return typeof value === 'string' && !Number.isNaN(Number(value)) ? new NumberCell(value) : (value ?? 0);
      },
    });
  } catch {
    return { problem: `"${text}" cannot be read as an expression` };
  }
  return {
    text,
    columns: namesIn(text),
    holds(values) {
      row = values;
      missed = false;
      const result = compiled({});
      // What fails where a value is missing (text compared with the 0 in its place) has not been decided.
      if (missed) return undefined;
      return result instanceof Error ? undefined : Boolean(plain(result));
    },
  };
}

const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gsu;

/** A number that remembers how it was written. */
class NumberCell extends Number {
  constructor(readonly text: string) {
    super(text);
  }
}

const plain = (value: unknown) => (value instanceof NumberCell ? value.valueOf() : value);

function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'string' && typeof other !== 'string') return plain(one) === plain(other);
  const [left, right] = [one, other].map((value) => spelling(value instanceof NumberCell ? value.text : String(value)));
  return left === right;
}

/** `in` cannot be defined anew as an operator can, but what it looks into can. */
const LIST = '$list';

const withLists = (text: string) =>
  text.replaceAll(new RegExp(`${QUOTED.source}|(?<![\\w$.])in\\s*\\(`, 'gsu'), (found) =>
    found.startsWith('in') ? `in ${LIST}(` : found,
  );

function listOf(...values: unknown[]): unknown[] {
  const list = values.flat();
  return Object.assign([...list], { includes: (value: unknown) => list.some((each) => isSame(each, value)) });
}

const WORDS = new Set(['and', 'or', 'not', 'in', 'if', 'then', 'else', 'mod', 'of']);

/** The names in an expression: words that no bracket follows, and what stands in single quotes. */
function namesIn(text: string): string[] {
  const tokens = text.matchAll(/"(?:[^"\\]|\\.)*"|'((?:[^'\\]|\\.)*)'|([A-Za-z$_][A-Za-z0-9$_.]*)(\s*\()?/gsu);
  const names = Array.from(tokens, ([, quoted, word, bracket]) => quoted ?? (bracket ? undefined : word));
  return [...new Set(names.filter((name) => name !== undefined && !WORDS.has(name)))] as string[];
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
