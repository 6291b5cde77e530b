import { expect, test } from 'vitest';
import { extent, figure } from './scale';

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
