/** What pandas reads as missing (`read_csv`), and what it prints for a missing date. */
const GAPS = new Set(
  [
    ['', '#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '-NaN', '-nan', '1.#IND', '1.#QNAN', '<NA>', 'N/A', 'NA'],
    ['NULL', 'NaN', 'None', 'n/a', 'nan', 'null', 'NaT'],
  ].flat(),
);

/** A cell, trimmed, without a value. */
export const isGap = (cell: string): boolean => GAPS.has(cell);

/** How the cells of a column are read as numbers. */
export interface Reader {
  /** For people: what such a column holds. */
  what: string;
  /** The number in a cell that is trimmed and no gap; NaN where it holds something else. Infinity is none to learn from. */
  read(cell: string): number;
}

const POINT = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** Points between groups of three are for thousands; without a comma, nobody could tell one from a decimal point. */
const COMMA = /^[+-]?(\d+|(\d+|[1-9]\d{0,2}(\.\d{3})+),\d+)$/;
/** `1,234` may be a thousand or one and a bit: a column of such cells alone is not read. */
const EITHER = /^[+-]?[1-9]\d{0,2}(,\d{3})?$/;

const finite = (number: number): number => (Number.isFinite(number) ? number : Number.NaN);

export const points: Reader = {
  what: 'numbers',
  read: (cell) => (POINT.test(cell) ? finite(Number(cell)) : Number.NaN),
};

const commas: Reader = {
  what: 'numbers with decimal commas',
  read: (cell) => (COMMA.test(cell) ? finite(Number(cell.replaceAll('.', '').replace(',', '.'))) : Number.NaN),
};

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/;
const DAY = 86_400_000;

/** Dates and times of ISO 8601, in days since 1970; without a zone they are UTC, wherever it runs. */
const dates: Reader = {
  what: 'dates',
  read(cell) {
    const found = DATE.exec(cell);
    if (!found) return Number.NaN;
    const [, year, month, day, time = '00:00', zone = 'Z'] = found;
    // JavaScript takes the 30th of February for the 2nd of March.
    const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
    if (midnight.getUTCMonth() + 1 !== Number(month) || midnight.getUTCDate() !== Number(day)) return Number.NaN;
    return Date.parse(`${year}-${month}-${day}T${time}${zone.replace(/(\d{2})(\d{2})$/, '$1:$2')}`) / DAY;
  },
};

/** What a column holds, by the reader that understands most of it. */
export interface Reading {
  reader: Reader;
  isDate: boolean;
  /** How many cells it does not understand. */
  strange: number;
}

/** @param counts How often each text occurs, gaps apart. */
export function readingOf(counts: ReadonlyMap<string, number>): Reading {
  const certain = [...counts.keys()].some((cell) => cell.includes(',') && COMMA.test(cell) && !EITHER.test(cell));
  const readings = [points, ...(certain ? [commas] : []), dates].map((reader): Reading => {
    let strange = 0;
    for (const [cell, count] of counts) if (Number.isNaN(reader.read(cell))) strange += count;
    return { reader, isDate: reader === dates, strange };
  });
  return readings.reduce((best, each) => (each.strange < best.strange ? each : best));
}

/** Could the commas of these numbers be decimal ones as well as those of thousands? */
export const areAmbiguous = (counts: ReadonlyMap<string, number>): boolean =>
  [...counts.keys()].every((cell) => COMMA.test(cell));
