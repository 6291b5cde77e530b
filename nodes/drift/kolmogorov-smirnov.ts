/** A two-sample test: how likely it is that both samples come from one distribution. */
export interface KolmogorovSmirnov {
  /** The largest distance between the two empirical distribution functions, from 0 to 1. */
  statistic: number;
  /** From the limiting distribution, with Stephens' correction for small samples. */
  pValue: number;
}

/** The two-sample Kolmogorov-Smirnov test (two-sided). Where a sample has no number, there is nothing to tell apart. */
export function kolmogorovSmirnov(one: Float32Array, other: Float32Array): KolmogorovSmirnov {
  if (one.length === 0 || other.length === 0) return { statistic: 0, pValue: 1 };
  const [a, b] = [one.slice().sort(), other.slice().sort()];
  let [i, j, statistic] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i]! <= value) i++;
    while (j < b.length && b[j]! <= value) j++;
    statistic = Math.max(statistic, Math.abs(i / a.length - j / b.length));
  }
  const size = Math.sqrt((a.length * b.length) / (a.length + b.length));
  return { statistic, pValue: tail((size + 0.12 + 0.11 / size) * statistic) };
}

/** Q(x) = 2 sum (-1)^(k-1) exp(-2 k^2 x^2), Kolmogorov's distribution from above. */
function tail(x: number): number {
  // Here the sum needs too many terms, and the answer is 1 to ten digits.
  if (x < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) {
    const term = Math.exp(-2 * k * k * x * x);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-16) break;
  }
  return Math.max(0, Math.min(1, 2 * sum));
}
