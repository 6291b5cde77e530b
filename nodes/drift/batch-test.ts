import { kolmogorovSmirnov } from './kolmogorov-smirnov';

/** One comparison of a batch with the reference. */
export interface BatchTest {
  /** What was compared: a score, or a column of a table. */
  of: string;
  test: 'kolmogorov-smirnov' | 'tail' | 'chi-squared' | 'unseen' | 'missing';
  /** Of `tail`, `unseen` and `missing`: the share of the batch. */
  statistic: number;
  pValue: number;
}

/** Whether a batch as a whole has drifted. */
export interface BatchDecision {
  drifted: boolean;
  /** The least p-value times the number of tests (Bonferroni), at most 1: below the rate of false alarms is drift. */
  pValue: number;
  tests: BatchTest[];
}

/** The share of both samples together that counts as their tail. */
const TAIL = 0.05;

/**
 * Compares a batch with a reference, several ways at once. Of clean batches at most the share `falseAlarms` is called
 * drifted, whatever is compared: each test keeps to its part of it.
 *
 * @param measures By name: what was measured of each reference sample and of each sample of the batch. Neither may have been
 * learned from.
 * @param tails Measures of which only a few high values may matter, such as a tenth of a batch that has drifted.
 * @param others Tests that were made already, of what is no number.
 */
export function decideBatch(
  measures: ReadonlyMap<string, { reference: Float32Array; batch: Float32Array }>,
  tails: readonly string[],
  falseAlarms: number,
  others: readonly BatchTest[] = [],
): BatchDecision {
  const tests = [
    ...Array.from(measures, ([of, { reference, batch }]): BatchTest => {
      return { of, test: 'kolmogorov-smirnov', ...kolmogorovSmirnov(reference, batch) };
    }),
    ...tails.map((of): BatchTest => {
      const { reference, batch } = measures.get(of)!;
      return { of, test: 'tail', ...tailTest(reference, batch) };
    }),
    ...others,
  ];
  const pValue = Math.min(1, tests.length * Math.min(...tests.map((test) => test.pValue)));
  return { drifted: pValue < falseAlarms, pValue, tests };
}

/**
 * Fisher's exact test, one-sided: of the highest twentieth of both samples together, how many belong to the batch? Equal values
 * at the boundary all count to the tail.
 */
export function tailTest(reference: Float32Array, batch: Float32Array): { statistic: number; pValue: number } {
  const all = new Float32Array(reference.length + batch.length);
  all.set(reference);
  all.set(batch, reference.length);
  const threshold = all.sort()[all.length - Math.max(1, Math.round(TAIL * all.length))]!;
  const above = (values: Float32Array) => values.reduce((count, value) => count + (value >= threshold ? 1 : 0), 0);
  const inBatch = above(batch);
  const marked = inBatch + above(reference);
  return { statistic: inBatch / batch.length, pValue: hypergeometricTail(inBatch, all.length, marked, batch.length) };
}

/**
 * Fisher's exact test, one-sided: how likely so many of the batch would be marked if batch and reference were alike.
 *
 * @returns 1 where there is nothing to compare.
 */
export function exactTest(inBatch: number, batch: number, inReference: number, reference: number): number {
  return hypergeometricTail(inBatch, batch + reference, inBatch + inReference, batch);
}

/** The same, two-sided: so many, or so few. */
export function exactTestOfBoth(inBatch: number, batch: number, inReference: number, reference: number): number {
  const more = exactTest(inBatch, batch, inReference, reference);
  const fewer = exactTest(batch - inBatch, batch, reference - inReference, reference);
  return Math.min(1, 2 * Math.min(more, fewer));
}

/** P(X >= x) where `drawn` of `all` are drawn and `marked` of them are marked. */
function hypergeometricTail(x: number, all: number, marked: number, drawn: number): number {
  const factorials = new Float64Array(all + 1);
  for (let i = 2; i <= all; i++) factorials[i] = factorials[i - 1]! + Math.log(i);
  const choose = (n: number, k: number) => factorials[n]! - factorials[k]! - factorials[n - k]!;
  let sum = 0;
  for (let k = Math.max(x, drawn + marked - all); k <= Math.min(marked, drawn); k++) {
    sum += Math.exp(choose(marked, k) + choose(all - marked, drawn - k) - choose(all, drawn));
  }
  return Math.min(1, sum);
}
