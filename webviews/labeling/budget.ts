import type { GainPoint } from '../../extension/messages/labeling';

/** Labels that a person gives in one go. */
const BATCH = 25;

/**
 * What labels gain, by what they gained in this workflow before: gains are taken to grow with the logarithm of the number
 * of labels, the curve that fits the former ones best.
 *
 * @returns null where nothing is known.
 */
export function gainCurve(gains: readonly GainPoint[]): ((labels: number) => number) | null {
  let [products, squares] = [0, 0];
  for (const { labels, gain } of gains) {
    const x = Math.log1p(Math.max(0, labels));
    products += x * gain;
    squares += x * x;
  }
  return squares === 0 ? null : (labels) => (products / squares) * Math.log1p(labels);
}

/** What the next labels may gain; null where nothing is known. */
export function nextGain(
  gains: readonly GainPoint[],
  labels: number,
): { labels: number; gain: number; from: number } | null {
  const known = gains.filter((point) => point.labels > 0);
  const curve = gainCurve(known);
  return curve && { labels: BATCH, gain: curve(labels + BATCH) - curve(labels), from: known.length };
}
