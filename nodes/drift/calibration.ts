/**
 * How rare a score is among clean samples: -log of the share of the reference that is at least as high. One scale for scores
 * of any unit, so that they can be added (Fisher's method).
 *
 * @param reference Scores of clean samples that nothing was learned from.
 */
export function rarity(reference: Float32Array): (scores: Float32Array) => Float32Array {
  const sorted = reference.toSorted();
  return (scores) => scores.map((score) => rarityAmong(sorted, score));
}

/**
 * The same of the reference's own scores, each among all others: one that counted itself would look more usual than any new one.
 *
 * @param reference At least two.
 */
export function ownRarity(reference: Float32Array): Float32Array {
  const sorted = reference.toSorted();
  return reference.map((score) => rarityAmong(sorted, score, 1));
}

/** @param itself How many of the sorted ones are the score itself. */
function rarityAmong(sorted: Float32Array, score: number, itself: 0 | 1 = 0): number {
  const others = sorted.length - itself;
  const higher = others - firstNotBelow(sorted, score);
  // Beyond the highest of the reference, ranks are at an end: how far beyond decides. Itself, it would be the last of them.
  const beyond = higher === 0 ? excess(sorted.subarray(0, others), score) : 0;
  return -Math.log((higher + 1) / (others + 1)) + beyond;
}

/** The sum of what several scores find rare. */
export function combine(rarities: readonly Float32Array[]): Float32Array {
  return rarities[0]!.map((_, row) => rarities.reduce((sum, each) => sum + each[row]!, 0));
}

/** The position of the first value that is not below; values are sorted. */
function firstNotBelow(sorted: Float32Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** From 0 to 1: the distance beyond the highest, in units of the reference's spread. */
function excess(sorted: Float32Array, score: number): number {
  const spread = sorted.at(-1)! - sorted[sorted.length >> 1]! || 1;
  const far = (score - sorted.at(-1)!) / spread;
  return far / (1 + far);
}
