/** Functions over sorted values: what is counted, binned and smoothed in a plot. */
type Sorted = ArrayLike<number>;

/** How many of the sorted values lie below a limit (`equal`: or at it). */
export function countBelow(sorted: Sorted, limit: number, equal = false): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < limit || (equal && sorted[middle] === limit)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many lie outside the thresholds, as Algorithm 7 counts them: a value at a threshold is inside. */
export const countOutside = (sorted: Sorted, low: number, high: number): number =>
  countBelow(sorted, low) + sorted.length - countBelow(sorted, high, true);

/** How many values lie in each of equal bins. */
export function counts(sorted: Sorted, [from, to]: [number, number], bins: number): number[] {
  const width = (to - from) / bins;
  let before = countBelow(sorted, from);
  return Array.from({ length: bins }, (_, at) => {
    const until = countBelow(sorted, from + (at + 1) * width, at === bins - 1);
    const count = until - before;
    before = until;
    return count;
  });
}

/** Share of the values in each of equal bins, divided by the width: densities that can be compared. */
export function histogram(sorted: Sorted, range: [number, number], bins: number): number[] {
  const width = (range[1] - range[0]) / bins;
  const total = Math.max(1, sorted.length);
  return counts(sorted, range, bins).map((count) => count / total / (width || 1));
}

/** Bins of the density estimate: finer than a pixel. */
const FINE = 512;

/**
 * A Gaussian kernel density estimate with Scott's width on a grid, by binning: linear in the number of values.
 *
 * @returns Density at `points` places from one end of the range to the other.
 */
export function density(sorted: Sorted, range: [number, number], points: number): number[] {
  const spread = deviation(sorted);
  const width = spread * Math.max(1, sorted.length) ** -0.2;
  const [from, to] = range;
  const fine = histogram(sorted, range, FINE);
  const step = (to - from) / FINE;
  if (!(width > step / 2)) return resampled(fine, points);
  const reach = Math.min(FINE, Math.ceil((4 * width) / step));
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-0.5 * (((at - reach) * step) / width) ** 2),
  );
  const total = kernel.reduce((sum, one) => sum + one, 0);
  const smooth = fine.map((_, at) => {
    let sum = 0;
    for (let k = -reach; k <= reach; k++) sum += (fine[at + k] ?? 0) * kernel[k + reach]!;
    return sum / total;
  });
  return resampled(smooth, points);
}

function resampled(values: readonly number[], points: number): number[] {
  return Array.from(
    { length: points },
    (_, at) => values[Math.min(values.length - 1, Math.floor((at * values.length) / points))]!,
  );
}

function deviation(values: Sorted): number {
  const n = values.length;
  if (n < 2) return 0;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i]! / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i]! - mean) ** 2;
  return Math.sqrt(squares / (n - 1));
}

/** A range that shows all but the farthest hundredth of each, and the limits. */
export function rangeOf(all: readonly Sorted[], limits: readonly number[]): [number, number] {
  const known = all.filter(({ length }) => length > 0);
  const from = Math.min(...known.map((sorted) => sorted[0]!), ...limits);
  const to = Math.max(...known.map((sorted) => sorted[Math.floor(0.99 * (sorted.length - 1))]!), ...limits);
  if (!Number.isFinite(from) || !Number.isFinite(to)) return [0, 1];
  const margin = 0.03 * (to - from || 1);
  return [from - margin, to + margin];
}
