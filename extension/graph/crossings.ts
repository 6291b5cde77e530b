interface Placed {
  /** In its layer. */
  at: number;
  below: readonly Placed[];
}

/** How often edges between neighbouring layers cross (Barth, Mutzel, Jünger 2004: with a tree of sums, in n log n). */
export function crossings(layers: readonly (readonly Placed[])[]): number {
  let count = 0;
  for (const [at, layer] of layers.entries()) {
    const width = layers[at + 1]?.length ?? 0;
    if (width === 0) continue;
    let leaves = 1;
    while (leaves < width) leaves *= 2;
    const sums = new Int32Array(2 * leaves);
    for (const { below } of layer) {
      const ends = below.map((stop) => stop.at).sort((one, other) => one - other);
      for (const end of ends) {
        // All that came before and ends further right crosses this one.
        for (let node = end + leaves; node > 1; node >>= 1) {
          if (node % 2 === 0) count += sums[node + 1]!;
        }
      }
      for (const end of ends) for (let node = end + leaves; node >= 1; node >>= 1) sums[node]! += 1;
    }
  }
  return count;
}
