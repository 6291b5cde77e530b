import { type Random, shuffle } from './random';

/**
 * The samples of one epoch, as many as there are or `draws`. By weight, each appears floor or ceil of its expected number of
 * times (systematic sampling); without weights that is each once, so a plain shuffle is the special case.
 */
export function drawEpoch(
  count: number,
  weights: Float32Array | undefined,
  random: Random,
  draws: number = count,
): Int32Array {
  const all = shuffle(
    Int32Array.from({ length: count }, (_, i) => i),
    random,
  );
  if (!weights && draws === count) return all;
  const weightOf = (index: number) => (weights ? weights[index]! : 1);
  let total = 0;
  for (let index = 0; index < count; index++) total += weightOf(index);
  const drawn = new Int32Array(draws);
  const offset = random.uniform();
  let reached = 0;
  let at = 0;
  for (const index of all) {
    reached += (weightOf(index) / total) * draws;
    while (at < draws && at + offset < reached) drawn[at++] = index;
  }
  // Rounding may leave the last place open.
  while (at < draws) drawn[at++] = all.findLast((index) => weightOf(index) > 0)!;
  return shuffle(drawn, random);
}
