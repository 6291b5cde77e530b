import { createRandom, type Random, type Samples } from '../../learning';
import { kMeans, squared } from './k-means';

/** Dimensions that distances are computed in; more are projected at random, which keeps distances (Johnson, Lindenstrauss). */
const MOST_DIMENSIONS = 64;

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
  const { home, centres } = kMeans(points, size, count, random);
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
