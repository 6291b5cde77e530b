import { createRandom, type Random, type Samples } from '../../learning';

/** Dimensions that distances are computed in; more are projected at random, which keeps distances (Johnson, Lindenstrauss). */
const MOST_DIMENSIONS = 64;
const ROUNDS = 12;

/**
 * The samples nearest to the middles of `count` clusters (k-means, started by k-means++): few samples that stand for all.
 *
 * @param data Of shape [features].
 * @returns Rows, those of the largest clusters first; all rows where there are no more than `count`.
 */
export function clusterMedoids(data: Samples, count: number, seed: number): number[] {
  if (count >= data.count) return Array.from({ length: data.count }, (_, row) => row);
  const random = createRandom(seed).fork('medoids');
  const points = projected(data, random);
  const size = points.length / data.count;
  let centres = spreadOut(points, size, count, random);
  let home = new Int32Array(data.count);
  for (let round = 0; round < ROUNDS; round++) {
    const next = assign(points, size, centres);
    const settled = next.every((cluster, row) => cluster === home[row]);
    home = next;
    if (settled && round > 0) break;
    centres = middles(points, size, home, centres);
  }
  return medoidsOf(points, size, home, centres);
}

function projected({ x, count }: Samples, random: Random): Float64Array {
  const size = x.length / count;
  if (size <= MOST_DIMENSIONS) return Float64Array.from(x);
  const matrix = Float64Array.from(
    { length: size * MOST_DIMENSIONS },
    () => random.normal() / Math.sqrt(MOST_DIMENSIONS),
  );
  const made = new Float64Array(count * MOST_DIMENSIONS);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < size; i++) {
      const value = x[row * size + i]!;
      if (value === 0) continue;
      for (let j = 0; j < MOST_DIMENSIONS; j++)
        made[row * MOST_DIMENSIONS + j]! += value * matrix[i * MOST_DIMENSIONS + j]!;
    }
  }
  return made;
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

function assign(points: Float64Array, size: number, centres: Float64Array): Int32Array<ArrayBuffer> {
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

function medoidsOf(points: Float64Array, size: number, home: Int32Array, centres: Float64Array): number[] {
  const count = centres.length / size;
  const members = new Int32Array(count);
  const best = new Int32Array(count).fill(-1);
  const least = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  for (const [row, cluster] of home.entries()) {
    members[cluster]!++;
    const distance = squared(points, row * size, centres, cluster * size, size);
    if (distance < least[cluster]!) [best[cluster], least[cluster]] = [row, distance];
  }
  const clusters = Array.from(best.keys()).filter((cluster) => best[cluster]! >= 0);
  const chosen = clusters.sort((a, b) => members[b]! - members[a]! || a - b).map((cluster) => best[cluster]!);
  // Clusters without a point of their own leave places for the points that are farthest from what is chosen.
  const rest = Array.from(home.keys()).filter((row) => !chosen.includes(row));
  const far = (row: number) => squared(points, row * size, centres, home[row]! * size, size);
  rest.sort((a, b) => far(b) - far(a) || a - b);
  return [...chosen, ...rest.slice(0, count - chosen.length)];
}

function squared(a: Float64Array, from: number, b: Float64Array, to: number, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += (a[from + i]! - b[to + i]!) ** 2;
  return sum;
}
