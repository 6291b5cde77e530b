import type { Session } from './session';

/** A pause longer than this was not spent on a label (milliseconds). */
const LONGEST = 60_000;

export interface Progress {
  answered: number;
  skipped: number;
  total: number;
  /** Answers a class, in the order of the classes. */
  counts: number[];
  /** Seconds a label lately; null before the third. */
  pace: number | null;
}

export function progressOf({ items, classes, times }: Session): Progress {
  const given = new Map<string, number>();
  let [answered, skipped] = [0, 0];
  for (const item of items) {
    if (item.answer !== null) {
      answered++;
      given.set(item.answer, (given.get(item.answer) ?? 0) + 1);
    } else if (item.skipped) skipped++;
  }
  const gaps = times
    .slice(1)
    .map((time, at) => time - times[at]!)
    .filter((gap) => gap < LONGEST);
  return {
    answered,
    skipped,
    total: items.length,
    counts: classes.map((name) => given.get(name) ?? 0),
    pace: gaps.length < 2 ? null : gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length / 1000,
  };
}
