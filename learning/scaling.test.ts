import { describe, expect, it } from 'vitest';
import { gather, learnScaling } from './scaling';

/** The first column of rows of one value each, scaled. */
function scaled(values: number[]): Float32Array {
  const data = { x: Float32Array.from(values), shape: [1], count: values.length };
  return gather(data, Array.from(values.keys()), learnScaling(data), new Float32Array(values.length));
}

describe('a feature of a table', () => {
  // Seconds, thousands of hertz, a sensor with a great offset; and what differs by one rounding step alone.
  it.each([
    [1.7e9, 3600],
    [-1.7e9, 1800],
    [1.7e9, 128],
    [1e12, 65536],
    [98.6e6, 60],
    [1000, 0.002],
    [5, 1000],
  ])('enters within a few units: %d + up to %d', (offset, range) => {
    const values = scaled(Array.from({ length: 200 }, (_, row) => offset + (range * (row % 20)) / 19));
    expect(Math.max(...values.map(Math.abs))).toBeLessThan(4);
  });

  it('says as much as it would without its offset, where single precision still tells it', () => {
    const range = Array.from({ length: 200 }, (_, row) => 128 * (row % 20));
    const [plain, offset] = [scaled(range), scaled(range.map((value) => 1.7e9 + value))];
    for (const [row, value] of offset.entries()) expect(value).toBeCloseTo(plain[row]!, 1);
  });

  it.each([0, 7, 0.1, -1e-30, 5e6, 1.7e9, 3e38])('that is constant is 0: %d', (value) => {
    for (const each of scaled(new Array(100).fill(value))) expect(Math.abs(each)).toBeLessThan(1e-6);
  });
});
