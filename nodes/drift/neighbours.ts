import type { Samples } from '../../learning';

/** Neighbours whose distance counts. */
const NEAREST = 5;

/**
 * The mean distance of each sample from its five nearest among known ones (Euclidean).
 *
 * @param known One at least; two, where there are twins.
 * @param twins Of each sample the known one that it is, or -1: it is no neighbour of itself. What is known looks no more usual
 * than what is new.
 */
export function neighbourDistances(samples: Samples, known: Samples, twins?: Int32Array): Float32Array {
  const size = known.shape[0]!;
  const nearest = new Float64Array(NEAREST);
  return Float32Array.from({ length: samples.count }, (_, row) => {
    const twin = twins?.[row] ?? -1;
    const near = nearest.subarray(0, twin < 0 ? known.count : known.count - 1);
    near.fill(Number.POSITIVE_INFINITY);
    const from = row * size;
    for (let other = 0, at = 0; other < known.count; other++, at += size) {
      if (other === twin) continue;
      let sum = 0;
      for (let i = 0; i < size; i++) {
        const difference = samples.x[from + i]! - known.x[at + i]!;
        sum += difference * difference;
      }
      insert(near, sum);
    }
    return near.reduce((sum, squared) => sum + Math.sqrt(squared), 0) / near.length;
  });
}

/** Keeps the least values, in order. */
function insert(near: Float64Array, value: number): void {
  let at = near.length - 1;
  if (value >= near[at]!) return;
  for (; at > 0 && near[at - 1]! > value; at--) near[at] = near[at - 1]!;
  near[at] = value;
}
