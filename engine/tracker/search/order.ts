/** What things are sorted by; null (absent) and NaN come last, ascending or descending. */
export type SortValue = number | string | null;

export interface SortKey<T> {
  ascending: boolean;
  read(thing: T): SortValue;
}

/** Sorts by the keys, then by `natural`. Each value is looked up once. */
export function sorted<T>(things: T[], keys: readonly SortKey<T>[], natural: (a: T, b: T) => number): T[] {
  const rows = things.map((thing) => ({ thing, values: keys.map((key) => key.read(thing)) }));
  rows.sort((a, b) => {
    for (const [i, key] of keys.entries()) {
      const order = compare(a.values[i]!, b.values[i]!, key.ascending);
      if (order !== 0) return order;
    }
    return natural(a.thing, b.thing);
  });
  return rows.map(({ thing }) => thing);
}

function compare(a: SortValue, b: SortValue, ascending: boolean): number {
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0 || a === null || b === null) return rank;
  const order = ascend(a, b);
  return ascending ? order : -order;
}

/** Values, then NaN, then what is absent. */
function rankOf(value: SortValue): number {
  if (value === null) return 2;
  return Number.isNaN(value) ? 1 : 0;
}

export function ascend(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
