import type { Metric } from '../../graph';

export interface GateScores {
  /** Scores on `metric.on` (or of the metric itself, without `on`). */
  test: { champion: number; candidate: number };
  /** Scores on the held-back feedback; null where the improver takes none. */
  heldBack: { champion: number; candidate: number } | null;
  /** The candidate on `metric.on` without its insert; null where nothing is inserted. */
  bare: number | null;
}

export interface Verdict {
  pass: boolean;
  reason: string;
}

/**
 * The gate (paper, Algorithm 4 and 11: q' > q; R44, R46, R95). On the held-back feedback the candidate must beat the
 * champion by more than `threshold`; on `metric.on` it may lose at most `guard`; a compound may not be worse there than
 * the bare model. Without feedback, `metric.on` alone decides. Equal is rejected.
 */
export function judge(metric: Pick<Metric, 'name' | 'goal' | 'threshold' | 'guard'>, scores: GateScores): Verdict {
  const sign = metric.goal === 'maximize' ? 1 : -1;
  const gain = (pair: { champion: number; candidate: number }): number =>
    exact(sign * (pair.candidate - pair.champion));
  const all = [scores.test, ...(scores.heldBack ? [scores.heldBack] : [])];
  if (all.some((pair) => !Number.isFinite(pair.champion) || !Number.isFinite(pair.candidate))) {
    return { pass: false, reason: `${metric.name} is not a finite number on both sides` };
  }
  const decisive = scores.heldBack ?? scores.test;
  const where = scores.heldBack ? 'on the held-back feedback' : 'on the test data';
  if (!(gain(decisive) > metric.threshold)) {
    return {
      pass: false,
      reason: `${metric.name} gains ${figure(gain(decisive))} ${where}, which is not more than ${metric.threshold}`,
    };
  }
  if (scores.heldBack && gain(scores.test) < -metric.guard) {
    return {
      pass: false,
      reason: `${metric.name} loses ${figure(-gain(scores.test))} on the test data, more than the guard of ${metric.guard}`,
    };
  }
  if (scores.bare !== null && gain({ champion: scores.bare, candidate: scores.test.candidate }) < 0) {
    return { pass: false, reason: `the compound is worse on the test data than the model without its insert` };
  }
  return { pass: true, reason: `${metric.name} gains ${figure(gain(decisive))} ${where}` };
}

/** Differences of decimal figures carry noise in their last bits: 0.81 - 0.80 must not pass a threshold of 0.01. */
const exact = (difference: number): number => Number(difference.toPrecision(12));

const figure = (value: number): string => String(Number(value.toPrecision(4)));
