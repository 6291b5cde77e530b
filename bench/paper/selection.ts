import { type Backend, type ClassifierModel, createRandom, type Samples, shuffle } from '../../learning';
import { inChunks } from '../../learning/inference';

/** n samples at random (scenario 4). */
export function randomChoice(count: number, n: number, seed: number): number[] {
  const order = shuffle(
    Int32Array.from({ length: count }, (_, row) => row),
    createRandom(seed).fork('random choice'),
  );
  return [...order.subarray(0, n)];
}

/** The samples nearest to the middles of n clusters (k-means) of what the classifier's last hidden layer says of them. */
export async function medoids(
  backend: Backend,
  model: ClassifierModel,
  data: Samples,
  n: number,
  seed: number,
): Promise<number[]> {
  if (n >= data.count) return Array.from({ length: data.count }, (_, row) => row);
  const pieces: Float32Array[] = [];
  await inChunks(
    backend,
    model,
    data,
    (output) => void pieces.push(output.dataSync() as Float32Array),
    model.network.layers.length - 1,
  );
  const width = pieces.reduce((sum, piece) => sum + piece.length, 0) / data.count;
  const features = new Float32Array(data.count * width);
  let at = 0;
  for (const piece of pieces) {
    features.set(piece, at);
    at += piece.length;
  }
  return nearestToMeans(features, width, data.count, n, seed);
}

const ROUNDS = 8;

function nearestToMeans(features: Float32Array, width: number, count: number, n: number, seed: number): number[] {
  const start = randomChoice(count, n, seed);
  const means = start.map((row) => features.slice(row * width, (row + 1) * width));
  const owner = new Int32Array(count);
  const distance = new Float32Array(count);
  for (let round = 0; round <= ROUNDS; round++) {
    for (let row = 0; row < count; row++) {
      distance[row] = Number.POSITIVE_INFINITY;
      for (const [cluster, mean] of means.entries()) {
        let sum = 0;
        for (let i = 0; i < width && sum < distance[row]!; i++) sum += (features[row * width + i]! - mean[i]!) ** 2;
        if (sum >= distance[row]!) continue;
        distance[row] = sum;
        owner[row] = cluster;
      }
    }
    if (round === ROUNDS) break;
    const members = new Int32Array(n);
    for (const mean of means) mean.fill(0);
    for (let row = 0; row < count; row++) members[owner[row]!]!++;
    for (let row = 0; row < count; row++) {
      const mean = means[owner[row]!]!;
      for (let i = 0; i < width; i++) mean[i]! += features[row * width + i]! / members[owner[row]!]!;
    }
  }
  const best = new Map<number, number>();
  for (let row = 0; row < count; row++) {
    const held = best.get(owner[row]!);
    if (held === undefined || distance[row]! < distance[held]!) best.set(owner[row]!, row);
  }
  // A cluster may have lost all its members; the budget is spent all the same.
  const chosen = [...best.values()];
  for (const row of start) if (chosen.length < n && !chosen.includes(row)) chosen.push(row);
  return chosen;
}
