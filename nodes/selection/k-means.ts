import type { Random } from '../../learning';

const ROUNDS = 12;

/** Clusters of points, rows of `size` numbers. */
export interface Clusters {
  /** Which cluster each point is in: of its nearest centre. */
  home: Int32Array;
  /** A row a cluster. */
  centres: Float64Array;
}

/** k-means (Lloyd), started by k-means++: `count` clusters, some of them empty where points are copies of each other. */
export function kMeans(points: Float64Array, size: number, count: number, random: Random): Clusters {
  let centres = spreadOut(points, size, count, random);
  let home = new Int32Array(points.length / size);
  for (let round = 0; round < ROUNDS; round++) {
    const next = assign(points, size, centres);
    const settled = next.every((cluster, row) => cluster === home[row]);
    home = next;
    if (settled && round > 0) break;
    centres = middles(points, size, home, centres);
  }
  return { home, centres };
}

/** k-means++: each next centre is drawn by its squared distance from those that there are. */
function spreadOut(points: Float64Array, size: number, count: number, random: Random): Float64Array {
  const rows = points.length / size;
  const centres = new Float64Array(count * size);
  const nearest = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  let chosen = random.integer(rows);
  for (let centre = 0; centre < count; centre++) {
    centres.set(points.subarray(chosen * size, (chosen + 1) * size), centre * size);
    let total = 0;
    for (let row = 0; row < rows; row++) {
      nearest[row] = Math.min(nearest[row]!, squared(points, row * size, centres, centre * size, size));
      total += nearest[row]!;
    }
    // Where all points are taken up to copies of them, any will do.
    let left = random.uniform() * total;
    chosen = total > 0 ? 0 : random.integer(rows);
    while (total > 0 && chosen < rows - 1 && left >= nearest[chosen]!) left -= nearest[chosen++]!;
  }
  return centres;
}

/** The nearest centre of each point. */
export function assign(points: Float64Array, size: number, centres: Float64Array): Int32Array<ArrayBuffer> {
  const count = centres.length / size;
  return Int32Array.from({ length: points.length / size }, (_, row) => {
    let [best, least] = [0, Number.POSITIVE_INFINITY];
    for (let centre = 0; centre < count; centre++) {
      const distance = squared(points, row * size, centres, centre * size, size);
      if (distance < least) [best, least] = [centre, distance];
    }
    return best;
  });
}

/** Middles of clusters; one that lost all its points stays where it was. */
function middles(points: Float64Array, size: number, home: Int32Array, before: Float64Array): Float64Array {
  const sums = new Float64Array(before.length);
  const counts = new Float64Array(before.length / size);
  for (const [row, cluster] of home.entries()) {
    counts[cluster]!++;
    for (let i = 0; i < size; i++) sums[cluster * size + i]! += points[row * size + i]!;
  }
  return sums.map((sum, at) => {
    const count = counts[Math.floor(at / size)]!;
    return count > 0 ? sum / count : before[at]!;
  });
}

/** The squared distance of two rows. */
export function squared(a: Float64Array, from: number, b: Float64Array, to: number, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += (a[from + i]! - b[to + i]!) ** 2;
  return sum;
}
