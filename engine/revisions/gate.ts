import type { Metric } from '../../graph';

export interface GateScores {
  /** Scores on `metric.on` (or of the metric itself, without `on`). */
  test: { champion: number; candidate: number };
  /** Scores on the held-back feedback; null where the improver takes none, and without `on`, whose place it takes. */
  heldBack: { champion: number; candidate: number } | null;
  /** The candidate without its insert, on both; null where nothing is inserted. */
  bare: { test: number; heldBack: number | null } | null;
  /** The metric that is kept beside the one that decides, on `metric.on`; of the bare candidate, too. */
  kept?: { metric: string; champion: number; candidate: number; bare: number | null };
}

export interface Verdict {
  pass: boolean;
  /** It passes without what it inserts only, or better so. */
  bare: boolean;
  reason: string;
}

type Gate = Pick<Metric, 'name' | 'goal' | 'threshold' | 'guard'>;
type Pair = { champion: number; candidate: number };

/**
 * The gate (paper, Algorithms 4, 11 and 12: q' > q; R44, R46, R95) chooses among the champion, the candidate and, of a
 * compound, the candidate without its insert. What it takes must beat the champion on the held-back feedback by more than
 * `threshold`, and may lose at most `guard` on `metric.on`; an insert must gain on the bare candidate, and more on the held-back
 * feedback than it loses on `metric.on`: the mean of the two is what the paper compares (4.2). Without feedback, `metric.on` alone decides. Equal is rejected. A metric to `keep` may lose at most
 * `guard`, whatever the other gains.
 */
export function judge(gate: Gate, scores: GateScores): Verdict {
  const whole = againstChampion(gate, scores);
  if (!scores.bare) return { ...whole, bare: false };
  const { test, heldBack } = scores.bare;
  const { kept } = scores;
  const bare = againstChampion(gate, {
    test: { ...scores.test, candidate: test },
    heldBack: scores.heldBack && { ...scores.heldBack, candidate: heldBack ?? Number.NaN },
    kept: kept && { ...kept, candidate: kept.bare ?? Number.NaN },
  });
  const fault = whole.pass ? faultOfInsert(gate, scores, bare.pass) : whole.reason;
  if (fault === null) return { ...whole, bare: false };
  if (bare.pass) return { pass: true, bare: true, reason: `${bare.reason} without its insert; with it, ${fault}` };
  return { pass: false, bare: false, reason: `${fault}; without its insert, ${bare.reason}` };
}

function againstChampion(gate: Gate, { test, heldBack, kept }: Omit<GateScores, 'bare'>) {
  const { name, threshold, guard } = gate;
  const all = [test, ...(heldBack ? [heldBack] : [])];
  if (all.some((pair) => !Number.isFinite(pair.champion) || !Number.isFinite(pair.candidate))) {
    return { pass: false, reason: `${name} is not a finite number on both sides` };
  }
  const gain = gainOf(gate, heldBack ?? test);
  const where = heldBack ? 'on the held-back feedback' : 'on the test data';
  if (!(gain > threshold)) {
    return { pass: false, reason: `${name} gains ${figure(gain)} ${where}, which is not more than ${threshold}` };
  }
  const lost = -gainOf(gate, test);
  if (heldBack && lost > guard) {
    return {
      pass: false,
      reason: `${name} loses ${figure(lost)} on the test data, more than the guard of ${guard}`,
    };
  }
  if (kept && !(-gainOf(gate, kept) <= guard)) {
    return {
      pass: false,
      reason: `${kept.metric} loses ${figure(-gainOf(gate, kept))} on the test data, more than the guard of ${guard}`,
    };
  }
  return { pass: true, reason: `${name} gains ${figure(gain)} ${where}` };
}

/** What a compound that beats the champion lacks beside a bare candidate that does so, too; null for nothing. */
function faultOfInsert(gate: Gate, { test, heldBack, bare }: GateScores, barePasses: boolean): string | null {
  if (!barePasses) return null;
  const onTest = gainOf(gate, { champion: bare!.test, candidate: test.candidate });
  const gain = heldBack ? gainOf(gate, { champion: bare!.heldBack!, candidate: heldBack.candidate }) : onTest;
  if (!(gain > 0)) return `it ${gain === 0 ? 'gains nothing more' : `loses ${figure(-gain)} again`}`;
  if (gain + onTest > 0) return null;
  return `it loses ${figure(-onTest)} on the test data for ${figure(gain)} on the held-back feedback`;
}

const gainOf = ({ goal }: Gate, { champion, candidate }: Pair): number =>
  exact((goal === 'maximize' ? 1 : -1) * (candidate - champion));

/** Differences of decimal figures carry noise in their last bits: 0.81 - 0.80 must not pass a threshold of 0.01. */
const exact = (difference: number): number => Number(difference.toPrecision(12));

const figure = (value: number): string => String(Number(value.toPrecision(4)));
