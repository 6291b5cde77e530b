import { createRandom, selectCriticalPoints } from '../../learning';
import { quantile } from '../../learning/critical-points';
import { type Bandwidth, gaussianDensity, sampleByWeight } from '../../learning/density';
import { type Score, type Scores, scoreOf } from './scores';

export interface SelectionOptions {
  score: Score;
  nCritical: number;
  seed: number;
  bandwidth: Bandwidth;
  /** The share of clean samples that may be called anomalous; the paper's band has its own. */
  falseAlarms: number;
  /** Of the band: losses that take the place of the trials. */
  thresholds?: { low: number; high: number };
}

/** Which samples are strange, and which of them are worth a person's time. */
export interface Selection {
  /** In the order of the draw. */
  indices: number[];
  anomalous: Uint8Array;
  /** About 1 at the threshold. */
  severity: Float32Array;
  thresholdHigh: number;
  /** Only the band has one. */
  thresholdLow?: number;
  /** Passes of Algorithm 7's auto-threshold; one where the threshold is calibrated. */
  trials: object[];
}

/**
 * Of the band: Algorithm 7 as the paper has it, thresholds by quantiles of the training loss. Of any other score: what is higher
 * than all but `falseAlarms` of the held-out reference is anomalous, and the density draws among that.
 */
export function selectSamples(scores: Scores, options: SelectionOptions): Selection {
  const { score, nCritical, seed, bandwidth, falseAlarms, thresholds } = options;
  if (score === 'band') {
    const points = selectCriticalPoints(scores.trainLoss, scores.loss.test, { nCritical, seed, bandwidth, thresholds });
    const { thresholdHigh, thresholdLow } = points.trials.at(-1)!;
    return { ...points, thresholdHigh, thresholdLow };
  }
  const { reference, test } = scoreOf(scores, score);
  const sorted = reference.toSorted();
  const thresholdHigh = quantile(sorted, 1 - falseAlarms);
  const anomalous = Uint8Array.from(test, (value) => (value > thresholdHigh ? 1 : 0));
  const rows = Array.from(anomalous.keys()).filter((row) => anomalous[row] === 1);
  const density = gaussianDensity(
    Float32Array.from(rows, (row) => test[row]!),
    bandwidth,
  );
  const drawn = sampleByWeight(density, nCritical, createRandom(seed).fork('critical-points'));
  const middle = quantile(sorted, 0.5);
  const unit = thresholdHigh - middle > 0 ? thresholdHigh - middle : 1;
  return {
    indices: drawn.map((at) => rows[at]!),
    anomalous,
    severity: test.map((value) => Math.max(0, value - middle) / unit),
    thresholdHigh,
    trials: [{ high: 1 - falseAlarms, thresholdHigh, count: rows.length }],
  };
}
