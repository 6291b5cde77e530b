import { nodeFault } from '../faults';

/** A CSV file: its header and its cells by column, as they are written. */
export interface CsvTable {
  names: string[];
  columns: string[][];
  count: number;
  /** In which line each row ends, counted from 1. */
  lines: number[];
}

/**
 * Reads CSV (RFC 4180: commas, quotes doubled within quotes, any line end; a byte order mark is skipped). Empty lines are
 * skipped; every row has as many cells as the first.
 *
 * @param lines Takes the line in which each row ends.
 * @param most So many rows are read; what is behind them is not looked at.
 * @throws SF7111 for a row of another width or an open quote, with its line, and for other signs than commas between cells.
 */
export function readRows(
  text: string,
  where: string,
  lines: number[] = [],
  most = Number.POSITIVE_INFINITY,
): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  // A line with nothing in it is no row; one with an empty cell in quotes is.
  let quoted = false;
  let line = 1;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const endRow = () => {
    if (row.length > 1 || row[0] !== '' || quoted) {
      if (rows[0] && rows[0].length !== row.length) {
        const cells = `${row.length} cells, the first row has ${rows[0].length}`;
        checkSeparator(rows[0], where);
        throw nodeFault('SF7111', `Line ${line} of ${where} has ${cells}.`);
      }
      rows.push(row);
      lines.push(line);
    }
    row = [];
    quoted = false;
  };
  while (at < text.length && rows.length < most) {
    if (text[at] === '"') {
      const opened = line;
      let cell = '';
      for (at++; ; at++) {
        const close = text.indexOf('"', at);
        if (close < 0) throw nodeFault('SF7111', `The quote in line ${opened} of ${where} is never closed.`);
        cell += text.slice(at, close);
        at = close + 1;
        if (text[at] !== '"') break;
        cell += '"';
      }
      for (const sign of cell) if (sign === '\n') line++;
      row.push(cell);
      quoted = true;
    } else {
      const start = at;
      while (at < text.length && !isBreak(text.charCodeAt(at))) at++;
      row.push(text.slice(start, at));
    }
    if (at >= text.length) break;
    const sign = text[at];
    if (sign === ',') {
      at++;
      // A comma at the very end of the text opens one more, empty cell.
      if (at === text.length) row.push('');
      continue;
    }
    if (sign !== '\n' && sign !== '\r') {
      checkSeparator([sign!], where);
      throw nodeFault('SF7111', `Line ${line} of ${where} has text behind a closing quote.`);
    }
    endRow();
    at += sign === '\r' && text[at + 1] === '\n' ? 2 : 1;
    line++;
  }
  if (row.length > 0) endRow();
  return rows;
}

/** Reads CSV with a header of distinct names. */
export function readCsv(text: string, where: string): CsvTable {
  const ends: number[] = [];
  const [first, ...rows] = readRows(text, where, ends);
  const names = namesIn(first, where);
  if (rows.length > 0 && rows.every(([cell]) => separatorIn(cell!))) checkSeparator(names, where);
  const columns = names.map((_, column) => rows.map((row) => row[column]!));
  return { names, columns, count: rows.length, lines: ends.slice(1) };
}

/** The names of the columns, from a text that begins with all of the header. */
export function readNames(text: string, where: string): string[] {
  const names = namesIn(readRows(text, where, [], 1)[0], where);
  checkSeparator(names, where);
  return names;
}

/** @throws SF7113 for a header that is none, or has a name twice, SF7116 without one. */
function namesIn(names: string[] | undefined, where: string): string[] {
  if (!names) throw nodeFault('SF7116', `${where} is empty.`);
  if (names.every((name) => name.trim() !== '' && Number.isFinite(Number(name)))) {
    throw nodeFault(
      'SF7113',
      `${where} has no header: its first line is all numbers.`,
      'Add a line with the names of the columns.',
    );
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw nodeFault('SF7113', `${where} has two columns named "${twice}".`, 'Give each its own name.');
  return names;
}

/** Signs that other programs put between cells. */
const separatorIn = (text: string): string | undefined => /[;\t]/.exec(text)?.[0];

/** @throws SF7111 for a row that is one cell and would be several by another sign. */
export function checkSeparator(row: readonly string[], where: string): void {
  const sign = row.length === 1 ? separatorIn(row[0]!) : undefined;
  if (sign === undefined) return;
  throw nodeFault(
    'SF7111',
    `${where} has ${sign === ';' ? 'semicolons' : 'tabs'} between its cells; CSV is read with commas.`,
    "Save it with commas between cells and points in numbers: in pandas with `sep=','` and `decimal='.'`.",
  );
}

/** Writes CSV with a line feed after each row; cells are quoted only where they must be. */
export function writeCsv(names: readonly string[], columns: readonly (readonly string[])[], count: number): string {
  const lines = [names.map(written).join(',')];
  for (let row = 0; row < count; row++) lines.push(columns.map((column) => written(column[row]!)).join(','));
  // A row of one empty cell would be an empty line.
  return `${lines.map((line) => (line === '' ? '""' : line)).join('\n')}\n`;
}

const isBreak = (code: number): boolean => code === 0x2c || code === 0x0a || code === 0x0d;

const written = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
