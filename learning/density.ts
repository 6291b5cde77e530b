import type { Random } from './random';

/** A rule for the width of the kernel, or the width itself (in the unit of the points). */
export type Bandwidth = 'scott' | 'silverman' | number;

/**
 * Width h of a Gaussian kernel for one-dimensional points, as SciPy's `gaussian_kde` has it: the sample's standard
 * deviation (n - 1) times n^(-1/5) (Scott), or times (3n/4)^(-1/5) (Silverman). 0 where all points are the same.
 */
export function kernelWidth(points: Float32Array, rule: Bandwidth): number {
  if (typeof rule === 'number') return rule;
  const n = points.length;
  if (n < 2) return 0;
  let mean = 0;
  for (const point of points) mean += point / n;
  let squares = 0;
  for (const point of points) squares += (point - mean) ** 2;
  const factor = rule === 'scott' ? n ** -0.2 : (0.75 * n) ** -0.2;
  return Math.sqrt(squares / (n - 1)) * factor;
}

/** Terms of the series below: with |v| <= 1/2 what is left out is below 1e-15 of one kernel. */
const TERMS = 20;
/** In units of the largest point; points in single precision that differ at all are wider apart. */
const LEAST_WIDTH = 1e-12;
/** Kernels further than this many widths away add less than 1e-15. */
const REACH = 9;

/**
 * The Kernel Density Estimator of Algorithm 7 at each of its own points: f(x) = 1/(nh) sum K((x - xi) / h) with a
 * Gaussian K. Exact to rounding, and linear in the number of points (a fast Gauss transform: points are gathered in
 * boxes one width wide, and exp(uv) is expanded around each box's middle).
 *
 * @returns A density per point; all ones where the points do not differ, or not beside a width that is so large that every density is
 * too small for single precision (every choice is then as good).
 */
export function gaussianDensity(points: Float32Array, bandwidth: Bandwidth): Float32Array {
  const h = kernelWidth(points, bandwidth);
  const density = new Float32Array(points.length);
  // A width that is lost in rounding beside the points: they are the same, and boxes could not be counted.
  const largest = points.reduce((most, point) => Math.max(most, Math.abs(point)), 0);
  if (!(h > LEAST_WIDTH * largest)) return density.fill(1);
  const boxes = fillBoxes(points, h);
  const scale = 1 / (points.length * h * Math.sqrt(2 * Math.PI));
  for (let i = 0; i < points.length; i++) {
    const x = points[i]! / h;
    const home = Math.floor(x);
    let sum = 0;
    for (let box = home - REACH; box <= home + REACH; box++) {
      const moments = boxes.get(box);
      if (!moments) continue;
      const u = x - box - 0.5;
      let series = 0;
      for (let k = TERMS - 1; k >= 0; k--) series = series * u + moments[k]!;
      sum += Math.exp(-0.5 * u * u) * series;
    }
    density[i] = sum * scale;
  }
  return density.some((each) => each > 0) ? density : density.fill(1);
}

/** Per box of width h: the sum over its points of exp(-v^2/2) v^k / k!, v the distance to the middle in widths. */
function fillBoxes(points: Float32Array, h: number): Map<number, Float64Array> {
  const boxes = new Map<number, Float64Array>();
  for (const point of points) {
    const x = point / h;
    const box = Math.floor(x);
    const v = x - box - 0.5;
    let moments = boxes.get(box);
    if (!moments) {
      moments = new Float64Array(TERMS);
      boxes.set(box, moments);
    }
    let term = Math.exp(-0.5 * v * v);
    for (let k = 0; k < TERMS; k++) {
      moments[k]! += term;
      term *= v / (k + 1);
    }
  }
  return boxes;
}

/**
 * Weighted sampling without replacement (Efraimidis and Spirakis): each item draws log(u) / weight, the largest win.
 *
 * @param weights Not negative; items of weight 0 are drawn last.
 * @returns Positions in `weights`, in the order of the draw: min(count, weights.length) of them.
 */
export function sampleByWeight(weights: ArrayLike<number>, count: number, random: Random): number[] {
  const keys = new Float64Array(weights.length);
  for (let i = 0; i < keys.length; i++) keys[i] = Math.log(1 - random.uniform()) / weights[i]!;
  const order = Array.from(keys.keys());
  order.sort((a, b) => keys[b]! - keys[a]! || a - b);
  return order.slice(0, count);
}
