import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantile, selectCriticalPoints } from './critical-points';
import fixture from './fixtures/density.json';

/** Training losses 0, 1, ... 100: the quantile q is 100 q. */
const train = Float32Array.from({ length: 101 }, (_, i) => i);

describe('the critical point selector (Algorithm 7)', () => {
  it('takes quantiles as pandas does', () => {
    for (const { name, q, value } of fixture.quantiles) {
      const points = fixture.cases.find((one) => one.name === name)!.points;
      expect(quantile(Float32Array.from(points).sort(), q)).toBeCloseTo(value, 4);
    }
  });

  it('tries 0.80/0.20, 0.70/0.30 and 0.60/0.40 of the training loss, and then stops', () => {
    // Nothing is outside any band: all three are tried.
    const { trials, indices, anomalous } = selectCriticalPoints(train, Float32Array.of(50, 50, 50), {
      nCritical: 1,
      seed: 1,
    });
    expect(trials).toEqual([
      { high: 0.8, low: 0.2, thresholdHigh: 80, thresholdLow: 20, count: 0 },
      { high: 0.7, low: 0.3, thresholdHigh: 70, thresholdLow: 30, count: 0 },
      { high: 0.6, low: 0.4, thresholdHigh: 60, thresholdLow: 40, count: 0 },
    ]);
    expect(indices).toEqual([]);
    expect(anomalous).toEqual(Uint8Array.of(0, 0, 0));
  });

  it.each([
    // [test losses, n, trials made, anomalies of the last]
    { losses: [90, 10, 50], n: 2, made: 1, anomalies: [1, 1, 0] },
    { losses: [90, 10, 50], n: 3, made: 3, anomalies: [1, 1, 0] },
    { losses: [90, 75, 50], n: 2, made: 2, anomalies: [1, 1, 0] },
    { losses: [90, 75, 35], n: 2, made: 2, anomalies: [1, 1, 0] },
    { losses: [90, 75, 35], n: 3, made: 3, anomalies: [1, 1, 1] },
    { losses: [80, 20, 50], n: 1, made: 2, anomalies: [1, 1, 0] },
    { losses: [90, 75, 35], n: 99, made: 3, anomalies: [1, 1, 1] },
  ])('stops as soon as there are enough: $losses, n = $n', ({ losses, n, made, anomalies }) => {
    const found = selectCriticalPoints(train, Float32Array.from(losses), { nCritical: n, seed: 1 });
    expect(found.trials).toHaveLength(made);
    expect(found.anomalous).toEqual(Uint8Array.from(anomalies));
    expect(found.trials.at(-1)!.count).toBe(anomalies.filter(Boolean).length);
  });

  it('takes a person’s own thresholds in place of the trials, however many that finds', () => {
    const losses = Float32Array.of(10, 20, 50, 80, 300);
    const given = selectCriticalPoints(train, losses, { nCritical: 99, seed: 1, thresholds: { low: 15, high: 250 } });
    expect(given.trials).toEqual(
      [{ high: 1, low: 16 / 101, thresholdHigh: 250, thresholdLow: 15, count: 2 }].map((trial) => ({
        ...trial,
        low: expect.closeTo(trial.low, 9) as number,
      })),
    );
    expect(given.anomalous).toEqual(Uint8Array.of(1, 0, 0, 0, 1));
    expect(given.indices.toSorted()).toEqual([0, 4]);
  });

  it('gives exactly n of more, else all, always from the anomalies, the same for the same seed', () => {
    const losses = fc.array(fc.float({ min: 0, max: 200, noNaN: true }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(losses, losses, fc.integer({ min: 1, max: 60 }), fc.integer(), (a, b, nCritical, seed) => {
        const [lossTrain, lossTest] = [Float32Array.from(a), Float32Array.from(b)];
        const found = selectCriticalPoints(lossTrain, lossTest, { nCritical, seed });
        const { indices, anomalous, trials, density, severity } = found;
        const last = trials.at(-1)!;
        const count = anomalous.reduce((sum, one) => sum + one, 0);
        expect(count).toBe(last.count);
        expect(indices).toHaveLength(Math.min(nCritical, count));
        expect(new Set(indices).size).toBe(indices.length);
        expect(indices.every((i) => anomalous[i] === 1)).toBe(true);
        for (const [i, loss] of lossTest.entries()) {
          expect(anomalous[i] === 1).toBe(loss > last.thresholdHigh || loss < last.thresholdLow);
          expect(density[i]! > 0).toBe(anomalous[i] === 1);
          expect(severity[i]).toBeGreaterThanOrEqual(0);
        }
        for (const earlier of trials.slice(0, -1)) expect(earlier.count).toBeLessThan(nCritical);
        expect(selectCriticalPoints(lossTrain, lossTest, { nCritical, seed })).toEqual(found);
      }),
    );
  });

  it('prefers points where the anomalous losses are dense', () => {
    // Forty losses close together and ten far apart: by density the crowd is drawn nearly always.
    const crowd = Float32Array.from({ length: 50 }, (_, i) => (i < 40 ? 120 + i * 0.01 : 200 + (i - 40) * 300));
    let fromCrowd = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { indices } = selectCriticalPoints(train, crowd, { nCritical: 5, seed, bandwidth: 10 });
      fromCrowd += indices.filter((i) => i < 40).length;
    }
    expect(fromCrowd / 1000).toBeGreaterThan(0.97);
  });

  it('draws by chance where the bandwidth is so large that no density is left', () => {
    const losses = Float32Array.from({ length: 50 }, (_, i) => 120 + i);
    const drawn = [1, 2].map((seed) => selectCriticalPoints(train, losses, { nCritical: 5, seed, bandwidth: 1e60 }));
    expect(drawn[0]!.density).toEqual(new Float32Array(50).fill(1));
    expect(drawn[0]!.indices).not.toEqual([0, 1, 2, 3, 4]);
    expect(drawn[0]!.indices).not.toEqual(drawn[1]!.indices);
  });

  it('tells severity on the scale of the training loss alone', () => {
    const one = selectCriticalPoints(train, Float32Array.of(80, 20, 50, 110), { nCritical: 1, seed: 1 });
    expect(Array.from(one.severity)).toEqual([1, 1, 0, 2]);
    const other = selectCriticalPoints(train, Float32Array.of(80, 3000), { nCritical: 1, seed: 1 });
    expect(other.severity[0]).toBe(one.severity[0]);
  });

  it.each([
    { nCritical: 0 },
    { nCritical: 1.5 },
    { nCritical: 1, trials: 0 },
    { nCritical: 1, high: 0.4 },
    { nCritical: 1, width: 0.2 },
    { nCritical: 1, bandwidth: -1 },
    { nCritical: 1, bandwidth: Number.NaN },
  ])('refuses %o', (options) => {
    expect(() => selectCriticalPoints(train, train, { seed: 1, ...options })).toThrow(/option/);
  });

  it('refuses losses that are missing or not numbers', () => {
    const options = { nCritical: 1, seed: 1 };
    expect(() => selectCriticalPoints(new Float32Array(0), train, options)).toThrow(/no training losses/);
    expect(() => selectCriticalPoints(train, new Float32Array(0), options)).toThrow(/no test losses/);
    expect(() => selectCriticalPoints(train, Float32Array.of(1, Number.NaN), options)).toThrow(/sample 1 is NaN/);
  });
});
