import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kolmogorovSmirnov } from './kolmogorov-smirnov';

const sample = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 });

test('the statistic is the largest distance of the two distribution functions', () => {
  fc.assert(
    fc.property(sample, sample, (one, other) => {
      const below = (values: number[], limit: number) =>
        values.filter((value) => value <= limit).length / values.length;
      const distance = Math.max(...[...one, ...other].map((at) => Math.abs(below(one, at) - below(other, at))));
      expect(kolmogorovSmirnov(Float32Array.from(one), Float32Array.from(other)).statistic).toBeCloseTo(distance, 12);
    }),
  );
});

test('the same sample twice has p 1, in any order', () => {
  fc.assert(
    fc.property(sample, (one) => {
      const { statistic, pValue } = kolmogorovSmirnov(Float32Array.from(one), Float32Array.from(one.toReversed()));
      expect([statistic, pValue]).toEqual([0, 1]);
    }),
  );
});

/** D = 1/2 for two samples of n; SciPy 1.17, `kstwobign.sf` at Stephens' argument (sqrt(n/2) + 0.12 + 0.11 / sqrt(n/2)) D. */
test.each([
  [8, 0.1876843],
  [32, 0.0003679],
])('p for a distance of a half at %i samples each', (n, expected) => {
  const one = Float32Array.from({ length: n }, (_, i) => i);
  const { pValue } = kolmogorovSmirnov(
    one,
    one.map((value) => value + n / 2),
  );
  expect(pValue).toBeCloseTo(expected, 6);
});
