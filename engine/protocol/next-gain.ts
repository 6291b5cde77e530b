import type { GainPoint, NextGain } from './requests';

/** Labels that a person gives in one go. */
const BATCH = 25;

/** Less than this part of the largest gain so far is too little to go on for. */
const WORTH = 0.02;

/** Those that can be compared: of labels, and of the metric that decided last. */
export function comparableGains(gains: readonly GainPoint[]): GainPoint[] {
  const known = gains.filter(({ labels, gain }) => labels > 0 && Number.isFinite(gain));
  return known.filter(({ metric }) => metric === known.at(-1)!.metric);
}

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

/** What the next labels may gain (R94); null where nothing is known. */
export function nextGain(gains: readonly GainPoint[], labels: number): NextGain | null {
  const known = comparableGains(gains);
  const [curve, last] = [gainCurve(known), known.at(-1)];
  if (!curve || !last) return null;
  const gain = curve(labels + BATCH) - curve(labels);
  const most = Math.max(...known.map((point) => point.gain));
  return { labels: BATCH, gain, metric: last.metric, from: known.length, enough: gain <= WORTH * most || gain <= 0 };
}

/**
 * What a candidate of so many labels may gain, where that is no more than the gate asks for: then more of the same labels
 * are unlikely to help.
 *
 * @returns null where it may well pass, or nothing is known.
 */
export function shortOfGate(
  gains: readonly GainPoint[],
  labels: number,
): { gain: number; threshold: number; from: number } | null {
  const known = comparableGains(gains);
  const [curve, last] = [gainCurve(known), known.at(-1)];
  if (!curve || !last) return null;
  const gain = curve(labels);
  return gain > last.threshold ? null : { gain, threshold: last.threshold, from: known.length };
}
