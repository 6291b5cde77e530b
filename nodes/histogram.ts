/** Counts in equal bins; `edges` has one more entry than each list of counts. */
export interface Histograms {
  edges: number[];
  counts: Record<string, number[]>;
}

const BINS = 40;

/** Histograms of several samples over the same bins, so that they can be drawn over each other. */
export function histograms(samples: Readonly<Record<string, Float32Array>>): Histograms {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of Object.values(samples)) {
    for (const value of values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  const width = (most - least) / BINS || 1;
  const counts = Object.fromEntries(
    Object.entries(samples).map(([name, values]) => {
      const bins = new Array<number>(BINS).fill(0);
      for (const value of values) bins[Math.min(BINS - 1, Math.floor((value - least) / width))]!++;
      return [name, bins] as const;
    }),
  );
  return { edges: Array.from({ length: BINS + 1 }, (_, i) => least + i * width), counts };
}
