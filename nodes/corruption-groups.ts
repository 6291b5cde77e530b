import { createRandom, type Samples, shuffle } from '../learning';
import { imageStatistics } from './drift/image-statistics';
import { nodeFault } from './faults';
import { assign, kMeans, squared } from './selection/k-means';

/** Which images are corrupted alike: by their statistics, against those of clean images. */
export interface CorruptionGroups {
  /** Of the statistics of clean images. */
  mean: number[];
  deviation: number[];
  /** A row a group, of what `described` makes. */
  centres: number[][];
}

/** The most groups that are looked for. */
const MOST_GROUPS = 6;
/** A denoiser learns little from fewer pairs. */
const LEAST_PAIRS = 10;
/** From this mean silhouette on, clusters have a structure of their own (Kaufman and Rousseeuw, 1990). */
const STRUCTURE = 0.5;
/** Of numbers of groups that are nearly as good as the best the largest is taken: two kinds in one group cost more than one in two. */
const NEARLY = 0.8;
/** Distances of each to each are computed for a silhouette. */
const MOST_JUDGED = 400;
const STARTS = 5;

/**
 * Groups images that are corrupted in different ways: as many groups as stand apart from each other, or one. Their kinds need
 * not be known: noise, blur, stripes or another brightness show in an image's statistics, whatever it is of.
 *
 * @param count How many, fewer where images are copies of each other; 0: as many as stand apart, up to six, each of at least
 * ten images.
 */
export function learnGroups(clean: Samples, corrupted: Samples, count: number, seed: number): CorruptionGroups {
  const scale = scaleOf(imageStatistics(clean));
  const points = described(scale, corrupted);
  const size = scale.mean.length;
  const random = createRandom(seed).fork('corruption groups');
  const tried = (clusters: number) =>
    Array.from({ length: STARTS }, () => kMeans(points, size, clusters, random)).reduce((best, next) =>
      spread(points, size, next) < spread(points, size, best) ? next : best,
    );
  const rows = (centres: Float64Array) => {
    const home = assign(points, size, centres);
    return Array.from({ length: centres.length / size }, (_, row) => row)
      .filter((row) => home.includes(row))
      .map((row) => [...centres.subarray(row * size, (row + 1) * size)]);
  };
  if (count > 0) return { ...scale, centres: rows(tried(count).centres) };
  const most = Math.min(MOST_GROUPS, Math.floor(corrupted.count / LEAST_PAIRS));
  const found = Array.from({ length: Math.max(0, most - 1) }, (_, at) => tried(at + 2))
    .filter(({ home, centres }) => leastOf(home, centres.length / size) >= LEAST_PAIRS)
    .map(({ home, centres }) => ({ centres, structure: silhouette(points, size, home) }));
  const enough = Math.max(STRUCTURE, NEARLY * Math.max(...found.map(({ structure }) => structure)));
  const best = found.findLast(({ structure }) => structure >= enough);
  return { ...scale, centres: rows((best ?? tried(1)).centres) };
}

/** The group that each image is nearest to. @throws SF7121 for images with more or fewer channels than those it was learned from. */
export function groupsOfImages({ mean, deviation, centres }: CorruptionGroups, images: Samples): Int32Array {
  return assign(described({ mean, deviation }, images), mean.length, Float64Array.from(centres.flat()));
}

type Scale = Pick<CorruptionGroups, 'mean' | 'deviation'>;

function scaleOf({ x, shape, count }: Samples): Scale {
  const size = shape[0]!;
  const [mean, squares] = [new Array<number>(size).fill(0), new Array<number>(size).fill(0)];
  for (let i = 0; i < x.length; i++) mean[i % size]! += x[i]! / count;
  for (let i = 0; i < x.length; i++) squares[i % size]! += (x[i]! - mean[i % size]!) ** 2 / count;
  // Units of brightness (0 to 1) and of pixels: less of a deviation says nothing.
  return { mean, deviation: squares.map((square) => Math.max(0.01, Math.sqrt(square))) };
}

/** In deviations of clean images, far ones drawn in: how strongly one statistic changed must not drown that others did. */
function described({ mean, deviation }: Scale, images: Samples): Float64Array {
  const size = mean.length;
  const statistics = imageStatistics(images);
  if (statistics.shape[0] !== size) {
    throw nodeFault(
      'SF7121',
      `The images have ${images.shape.at(-1)} channels, the samples that are grouped by them do not.`,
    );
  }
  return Float64Array.from(statistics.x, (value, i) => Math.asinh((value - mean[i % size]!) / deviation[i % size]!));
}

function spread(points: Float64Array, size: number, { home, centres }: { home: Int32Array; centres: Float64Array }) {
  return home.reduce((sum, cluster, row) => sum + squared(points, row * size, centres, cluster * size, size), 0);
}

function leastOf(home: Int32Array, clusters: number): number {
  const members = new Int32Array(clusters);
  for (const cluster of home) members[cluster]!++;
  return Math.min(...members);
}

/** The mean silhouette (Rousseeuw, 1987): how much nearer points are to their own cluster than to the next one, -1 to 1. */
export function silhouette(points: Float64Array, size: number, home: Int32Array): number {
  // By chance: the kinds may come in turns.
  const rows = shuffle([...home.keys()], createRandom('silhouette')).slice(0, MOST_JUDGED);
  const clusters = 1 + Math.max(...home);
  let sum = 0;
  for (const row of rows) {
    const distances = new Float64Array(clusters);
    const members = new Int32Array(clusters);
    for (const other of rows) {
      if (other === row) continue;
      distances[home[other]!]! += Math.sqrt(squared(points, row * size, points, other * size, size));
      members[home[other]!]!++;
    }
    const means = distances.map((distance, cluster) => distance / members[cluster]!);
    const own = means[home[row]!]!;
    const next = Math.min(...means.filter((mean, cluster) => cluster !== home[row] && !Number.isNaN(mean)));
    // A cluster of one is neither well nor badly placed.
    if (!Number.isNaN(own) && Math.max(own, next) > 0 && next < Number.POSITIVE_INFINITY) {
      sum += (next - own) / Math.max(own, next);
    }
  }
  return sum / rows.length;
}
