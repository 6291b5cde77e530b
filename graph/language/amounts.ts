const SECONDS = new Map([
  ['ms', 0.001],
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
]);

const BYTES = new Map([
  ['k', 2 ** 10],
  ['m', 2 ** 20],
  ['g', 2 ** 30],
  ['t', 2 ** 40],
]);

export const DURATION = '^[0-9]{1,9}(\\.[0-9]{1,6})?(ms|s|m|h|d)$';
export const MEMORY = '^[0-9]{1,9}(\\.[0-9]{1,6})?[kmgt]$';

/** Seconds of `90s`, `5m`, `1.5h`. @param written matches DURATION. */
export function seconds(written: string): number {
  return amount(written, SECONDS);
}

/** Bytes of `512m`, `2g`; a `k` is 1024. @param written matches MEMORY. */
export function bytes(written: string): number {
  return Math.round(amount(written, BYTES));
}

function amount(written: string, units: ReadonlyMap<string, number>): number {
  const unit = written.replace(/^[0-9.]+/, '');
  return Number(written.slice(0, written.length - unit.length)) * (units.get(unit) ?? Number.NaN);
}

/** What was probably meant by a duration that is none: `90` -> `90s`, `2 hours` -> `2h`. */
export function mendDuration(written: string): string | undefined {
  const [, number, unit = ''] = /^([0-9]{1,9}(?:\.[0-9]{1,6})?) ?([a-z]{0,12})$/i.exec(written) ?? [];
  if (number === undefined) return undefined;
  const letter = unit === '' ? 's' : /^(ms|milli)/i.test(unit) ? 'ms' : unit[0]!.toLowerCase();
  return SECONDS.has(letter) ? number + letter : undefined;
}

/** What was probably meant by a size that is none: `2GB` -> `2g`. */
export function mendMemory(written: string): string | undefined {
  const [, number, unit] = /^([0-9]{1,9}(?:\.[0-9]{1,6})?) ?([kmgt])(?:i?b)?$/i.exec(written) ?? [];
  return number === undefined ? undefined : number + unit!.toLowerCase();
}
