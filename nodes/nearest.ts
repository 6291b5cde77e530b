import type { Samples } from '../learning';
import { sampleSize } from '../learning/samples';
import { gather, learnScaling } from '../learning/scaling';

/** Samples made ready to be compared. */
export interface Neighbours {
  /** The rows nearest to each query, the nearest first, with their distances. */
  of(queries: Samples, count: number): { row: number; distance: number }[][];
}

/**
 * Prepares samples to find the nearest of them.
 *
 * Images are compared by correlation (each brought to mean 0 and length 1): brightness, fog and contrast then hardly matter.
 * On MNIST corrupted so, one of the five nearest has the right class for 93 to 100 % of the images; by the distance in an
 * autoencoder's latent space it is 35 to 48 %. Tables are compared feature by feature, standardised on the samples.
 */
export function neighbours(samples: Samples): Neighbours {
  const size = sampleSize(samples.shape);
  const scaling = learnScaling(samples);
  const prepare = (data: Samples) => {
    const all = Int32Array.from({ length: data.count }, (_, row) => row);
    const values = gather(data, all, scaling, new Float32Array(data.count * size));
    if (scaling.kind === 'brightness') for (let row = 0; row < data.count; row++) centre(values, row * size, size);
    return values;
  };
  const to = prepare(samples);
  const distances = new Float32Array(samples.count);
  return {
    of(queries, count) {
      const from = prepare(queries);
      return Array.from({ length: queries.count }, (_, query) => {
        const start = query * size;
        for (let row = 0; row < samples.count; row++) {
          let sum = 0;
          for (let i = 0, at = row * size; i < size; i++, at++) {
            const difference = from[start + i]! - to[at]!;
            sum += difference * difference;
          }
          distances[row] = sum;
        }
        return least(distances, count).map((row) => ({ row, distance: Math.sqrt(distances[row]!) }));
      });
    },
  };
}

/** For each query the rows of the nearest samples, the nearest first. */
export function nearest(queries: Samples, samples: Samples, count: number): number[][] {
  return neighbours(samples)
    .of(queries, count)
    .map((found) => found.map(({ row }) => row));
}

/** The positions of the least values, the least first; of equals the earlier. One pass for a few of many. */
function least(values: Float32Array, count: number): number[] {
  if (count * 20 > values.length) {
    return Array.from(values.keys())
      .sort((a, b) => values[a]! - values[b]! || a - b)
      .slice(0, count);
  }
  const found: number[] = [];
  for (let at = 0; at < values.length; at++) {
    if (found.length === count && values[at]! >= values[found[count - 1]!]!) continue;
    let place = found.length;
    while (place > 0 && values[found[place - 1]!]! > values[at]!) place--;
    found.splice(place, 0, at);
    if (found.length > count) found.pop();
  }
  return found;
}

function centre(values: Float32Array, start: number, size: number): void {
  let mean = 0;
  for (let i = start; i < start + size; i++) mean += values[i]! / size;
  let squares = 0;
  for (let i = start; i < start + size; i++) squares += (values[i]! - mean) ** 2;
  const length = Math.sqrt(squares) || 1;
  for (let i = start; i < start + size; i++) values[i] = (values[i]! - mean) / length;
}
