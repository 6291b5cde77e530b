import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countOutside, density, histogram } from './distribution';
import { csv } from './save';
import { linear, ticks } from './scale';

const values = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 60 });
const sorted = values.map((all) => Float32Array.from(all).sort());

test('counts what lies outside, as Algorithm 7 does', () => {
  fc.assert(
    fc.property(sorted, fc.float({ noNaN: true }), fc.float({ noNaN: true }), (all, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      expect(countOutside(all, low, high)).toBe(all.filter((value) => value < low || value > high).length);
    }),
  );
});

test('a histogram loses nothing within its range', () => {
  fc.assert(
    fc.property(sorted, fc.integer({ min: 1, max: 50 }), (all, bins) => {
      const range: [number, number] = [all[0]!, all.at(-1)! + 1];
      const width = (range[1] - range[0]) / bins;
      const area = histogram(all, range, bins).reduce((sum, one) => sum + one * width, 0);
      expect(area).toBeCloseTo(1, 6);
    }),
  );
});

test('the density is that of SciPy’s gaussian_kde, to a hundredth', () => {
  // gaussian_kde([1, 2, 2.5, 4, 7])([2.0, 4.0, 6.0]), its width Scott's.
  const all = Float32Array.of(1, 2, 2.5, 4, 7);
  const spread = Math.sqrt([1, 2, 2.5, 4, 7].reduce((sum, one) => sum + (one - 3.3) ** 2, 0) / 4);
  const width = spread * 5 ** -0.2;
  const exact = (at: number) =>
    [1, 2, 2.5, 4, 7].reduce((sum, one) => sum + Math.exp(-0.5 * ((at - one) / width) ** 2), 0) /
    (5 * width * Math.sqrt(2 * Math.PI));
  const line = density(all, [-5, 13], 1800);
  for (const at of [2, 4, 6]) expect(line[Math.floor((at + 5) * 100)]).toBeCloseTo(exact(at), 2);
});

test('scales invert, ticks are round and within', () => {
  const scale = linear([2, 12], [0, 100]);
  expect([scale(7), scale.invert(50)]).toEqual([50, 7]);
  expect(ticks([0, 10], 5)).toEqual([0, 2, 4, 6, 8, 10]);
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      (from, span) => {
        const all = ticks([from, from + span], 5);
        expect(all.length).toBeLessThanOrEqual(11);
        for (const tick of all) expect(tick >= from - span * 1e-6 && tick <= from + span * (1 + 1e-6)).toBe(true);
      },
    ),
  );
});

test('CSV quotes what has to be', () => {
  expect(
    csv(
      ['a', 'b'],
      [
        ['x,"y"', null],
        [1.5, 'z'],
      ],
    ),
  ).toBe('a,b\r\n"x,""y""",\r\n1.5,z\r\n');
});
