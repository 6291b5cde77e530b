import { type Random, shuffle } from './random';

/**
 * The samples of one epoch, `count` of them. By weight, each appears floor or ceil of its expected number of times
 * (systematic sampling); without weights that is each once, so a plain shuffle is the special case.
 */
export function drawEpoch(count: number, weights: Float32Array | undefined, random: Random): Int32Array {
  const all = shuffle(
    Int32Array.from({ length: count }, (_, i) => i),
    random,
  );
  if (!weights) return all;
  let total = 0;
  for (const weight of weights) total += weight;
  const drawn = new Int32Array(count);
  const offset = random.uniform();
  let reached = 0;
  let at = 0;
  for (const index of all) {
    reached += (weights[index]! / total) * count;
    while (at < count && at + offset < reached) drawn[at++] = index;
  }
  // Rounding may leave the last place open.
  while (at < count) drawn[at++] = all.findLast((index) => weights[index]! > 0)!;
  return shuffle(drawn, random);
}
