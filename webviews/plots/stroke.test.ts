import { expect, test } from 'vitest';
import { linear } from './scale';
import { look, pathOf } from './stroke';

test.each([
  [[1, 2, 3], 'M0.0,1.0L1.0,2.0L2.0,3.0'],
  [[1, null, 3, 4], 'M0.0,1.0M2.0,3.0L3.0,4.0'],
  [[null, Number.NaN, 3], 'M2.0,3.0'],
  [[Number.POSITIVE_INFINITY], ''],
])('a curve through %j is %s: broken where there is no number', (values, path) => {
  const as = linear([0, 1], [0, 1]);
  const points = values.map((value, step) => ({ step, value }));
  expect(pathOf(points, as, as)).toBe(path);
});

test('many lines of one plot look different', () => {
  const looks = Array.from({ length: 36 }, (_, at) => JSON.stringify(look(at)));
  expect(new Set(looks).size).toBe(36);
});
