import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bandwidth, gaussianDensity, kernelWidth, sampleByWeight } from './density';
import fixture from './fixtures/density.json';
import { createRandom } from './random';

describe('the density estimate', () => {
  it.each(fixture.cases)('is that of SciPy: $name, $rule', ({ points, rule, width, density }) => {
    const values = Float32Array.from(points);
    expect(kernelWidth(values, rule as Bandwidth) / width).toBeCloseTo(1, 9);
    const found = gaussianDensity(values, rule as Bandwidth);
    for (const [i, truth] of density.entries()) expect(found[i]! / truth).toBeCloseTo(1, 5);
  });

  it('is the sum of the definition, for any points and any width', () => {
    const numbers = fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(numbers, fc.float({ min: Math.fround(0.01), max: 1000, noNaN: true }), (list, h) => {
        const points = Float32Array.from(list);
        const found = gaussianDensity(points, h);
        for (const [i, x] of points.entries()) {
          let truth = 0;
          for (const xi of points) truth += Math.exp(-0.5 * ((x - xi) / h) ** 2);
          truth /= points.length * h * Math.sqrt(2 * Math.PI);
          expect(found[i]! / truth).toBeCloseTo(1, 5);
        }
      }),
    );
  });

  it('ends where only rounding tells equal points apart, and for a width that is lost beside them', () => {
    for (const value of [500, 1e30]) {
      const same = new Float32Array(6).fill(value);
      expect([...gaussianDensity(same, 'scott')]).toEqual([1, 1, 1, 1, 1, 1]);
      expect([...gaussianDensity(same, 1e-300)]).toEqual([1, 1, 1, 1, 1, 1]);
    }
  });

  it('is even where the points do not differ, and for one point', () => {
    expect(gaussianDensity(Float32Array.of(3, 3, 3), 'scott')).toEqual(Float32Array.of(1, 1, 1));
    expect(gaussianDensity(Float32Array.of(3), 'scott')).toEqual(Float32Array.of(1));
    expect(gaussianDensity(new Float32Array(0), 'scott')).toHaveLength(0);
  });
});

describe('sampling by weight', () => {
  it('draws each at most once, as many as there are at most, the same for the same seed', () => {
    const weights = fc.array(fc.float({ min: Math.fround(0.001), max: 100, noNaN: true }), { maxLength: 40 });
    fc.assert(
      fc.property(weights, fc.nat(50), fc.integer(), (list, count, seed) => {
        const drawn = sampleByWeight(list, count, createRandom(seed));
        expect(drawn).toHaveLength(Math.min(count, list.length));
        expect(new Set(drawn).size).toBe(drawn.length);
        expect(drawn.every((i) => i >= 0 && i < list.length)).toBe(true);
        expect(sampleByWeight(list, count, createRandom(seed))).toEqual(drawn);
      }),
    );
  });

  it('draws in proportion to the weights', () => {
    const weights = [1, 2, 3, 4];
    const firsts = [0, 0, 0, 0];
    for (let seed = 0; seed < 10_000; seed++) firsts[sampleByWeight(weights, 2, createRandom(seed))[0]!]!++;
    for (const [i, count] of firsts.entries()) expect(Math.abs(count - 1000 * weights[i]!)).toBeLessThan(200);
  });

  it('draws what has no weight last', () => {
    for (let seed = 0; seed < 50; seed++) {
      expect(sampleByWeight([0, 1, 0, 1], 2, createRandom(seed)).sort()).toEqual([1, 3]);
    }
  });
});
