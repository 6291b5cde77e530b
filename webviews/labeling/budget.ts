import type { GainPoint } from '../../extension/messages/labeling';

/** Labels that a person gives in one go. */
const BATCH = 25;

/**
 * What the next labels may gain, judged by what labels gained in this workflow before: gains are taken to grow with the
 * logarithm of the number of labels, the curve that fits the former ones best.
 *
 * @returns null where nothing is known.
 */
export function nextGain(
  gains: readonly GainPoint[],
  labels: number,
): { labels: number; gain: number; from: number } | null {
  const known = gains.filter((point) => point.labels > 0);
  let [products, squares] = [0, 0];
  for (const point of known) {
    const x = Math.log1p(point.labels);
    products += x * point.gain;
    squares += x * x;
  }
  if (squares === 0) return null;
  const slope = products / squares;
  return { labels: BATCH, gain: slope * (Math.log1p(labels + BATCH) - Math.log1p(labels)), from: known.length };
}
