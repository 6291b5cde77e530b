/** A metric of two models. What is no number comes as null, for JSON has no other word for it, or as NaN. */
export interface Pair {
  champion: number | null;
  candidate: number | null;
}

/** How much more the candidate has; NaN where either is no number. */
export const differenceOf = ({ champion, candidate }: Pair): number =>
  (candidate ?? Number.NaN) - (champion ?? Number.NaN);

/** The same as a gain: more than 0 is better, whatever the goal. */
export const gainOf = (pair: Pair, goal: 'maximize' | 'minimize'): number =>
  differenceOf(pair) * (goal === 'maximize' ? 1 : -1);

/** What a candidate gains, as it stands beside its version everywhere: `+0.018`, `−0.2`, `–` for what is no number. */
export const gainFigure = (gain: number | null): string =>
  gain === null || Number.isNaN(gain) ? '–' : `${gain < 0 ? '−' : '+'}${Number(Math.abs(gain).toPrecision(3))}`;
