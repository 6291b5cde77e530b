import { expect, test } from 'vitest';
import { extent, figure, linear, logarithmic } from './scale';

test('the extent of what can be counted, however much there is', () => {
  const large = Float32Array.from({ length: 512 * 512 }, (_, at) => Math.sin(at));
  large[7] = -3;
  expect(extent(large, large, [1e-9, 2])).toEqual([-3, 2]);
  expect(extent([null, 0.5, Number.NaN, 0.25, Number.POSITIVE_INFINITY])).toEqual([0.25, 0.5]);
  expect(extent([null], [])).toEqual([0, 1]);
});

test.each([
  [0.123456, '0.1235'],
  [0, '0'],
  [null, 'no number'],
  [Number.NaN, 'no number'],
])('%d for people: %s', (value, said) => {
  expect(figure(value)).toBe(said);
});

test('of a logarithm equal ratios are equally far apart, and what is not above 0 has no place', () => {
  const scale = logarithmic([0.01, 100], [0, 400]);
  expect([0.01, 0.1, 1, 100].map(scale)).toEqual([0, 100, 200, 400]);
  expect([0, -1].map(scale)).toEqual([Number.NaN, Number.NaN]);
  expect(scale.invert(300)).toBeCloseTo(10);
});

test.each([
  [linear([0, 1], [0, 1]), 4, [0, 0.5, 1]],
  [logarithmic([0.01, 100], [0, 1]), 4, [0.01, 0.1, 1, 10, 100]],
  [logarithmic([1e-20, 1], [0, 1]), 4, [1e-20, 1e-15, 1e-10, 1e-5, 1]],
  [logarithmic([0.2, 0.7], [0, 1]), 4, [0.2, 0.5]],
  [logarithmic([0.0145, 0.7], [0, 1]), 4, [0.02, 0.05, 0.1, 0.2, 0.5]],
  [logarithmic([0.61, 0.69], [0, 1]), 4, [0.62, 0.64, 0.66, 0.68]],
  [logarithmic([0.5, 0.5], [0, 1]), 4, [0.5]],
])('round values at an axis', (scale, about, values) => {
  const found = scale.ticks(about);
  expect(found).toHaveLength(values.length);
  for (const [at, value] of values.entries()) expect(found[at]).toBeCloseTo(value, 25);
});
