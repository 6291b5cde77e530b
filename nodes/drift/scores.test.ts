import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom, type Samples } from '../../learning';
import { quantile } from '../../learning/critical-points';
import { gaussianDensity } from '../../learning/density';
import { decideBatch, tailTest } from './batch-test';
import { combine, ownRarity, rarity } from './calibration';
import { categoryTests } from './categories';
import { chiSquaredTail } from './chi-squared';
import { IMAGE_STATISTICS, imageStatistics } from './image-statistics';
import { kolmogorovSmirnov } from './kolmogorov-smirnov';
import { learnMahalanobis } from './mahalanobis';
import { neighbourDistances } from './neighbours';
import { batchMeasures, type Scores, scoreOf } from './scores';
import { selectSamples } from './selection';
import { findTwins } from './twins';

const table = (rows: number[][]): Samples => ({
  x: Float32Array.from(rows.flat()),
  shape: [rows[0]!.length],
  count: rows.length,
});

describe('as SciPy, NumPy and alibi-detect have it', () => {
  const fixture = JSON.parse(readFileSync(path.join(import.meta.dirname, '../fixtures/drift.json'), 'utf8'));
  const [reference, batch] = [Float32Array.from(fixture.reference), Float32Array.from(fixture.batch)];

  test('Kolmogorov and Smirnov', () => {
    const made = kolmogorovSmirnov(reference, batch);
    expect(made.statistic).toBeCloseTo(fixture.ks.statistic, 6);
    // SciPy's is exact, ours the limit with Stephens' correction.
    expect(made.pValue / fixture.ks.p_value).toBeGreaterThan(0.8);
    expect(made.pValue / fixture.ks.p_value).toBeLessThan(1.25);
    expect(made.pValue / fixture.alibi_ks.p_value).toBeGreaterThan(0.8);
    expect(made.statistic).toBeCloseTo(fixture.alibi_ks.distance, 6);
  });

  test("the tail is Fisher's exact test", () => {
    const made = tailTest(reference, batch);
    expect(made.pValue).toBeCloseTo(fixture.tail.p_value, 9);
  });

  test("Pearson's chi-squared, and its tail however small", () => {
    const { counts, statistic, p_value, tails } = fixture.chi_squared;
    const texts = (row: number[]) => row.flatMap((count, at) => new Array<string>(count).fill(`${at}`));
    const [made] = categoryTests('c', { train: ['0', '1', '2'], reference: texts(counts[0]), batch: texts(counts[1]) });
    expect(made!.statistic).toBeCloseTo(statistic, 9);
    expect(made!.pValue / p_value).toBeCloseTo(1, 9);
    for (const [x, degrees, p] of tails) expect(chiSquaredTail(x, degrees) / p).toBeCloseTo(1, 9);
  });

  test('kernel density', () => {
    for (const rule of ['scott', 'silverman'] as const) {
      const made = gaussianDensity(batch, rule);
      for (const [at, density] of made.entries()) expect(density).toBeCloseTo(fixture.density[rule][at], 5);
    }
  });

  test('quantiles', () => {
    const sorted = reference.toSorted();
    for (const [q, value] of fixture.quantiles) expect(quantile(sorted, q)).toBeCloseTo(value, 5);
  });

  test('the distance of Mahalanobis', () => {
    const made = learnMahalanobis(table(fixture.mahalanobis.train))(table(fixture.mahalanobis.test));
    for (const [at, distance] of made.entries()) {
      expect(distance / fixture.mahalanobis.squared[at]).toBeGreaterThan(0.98);
      expect(distance / fixture.mahalanobis.squared[at]).toBeLessThan(1.02);
    }
  });
});

describe('statistics of images', () => {
  const image = (values: number[], channels = 1): Samples => ({
    x: Float32Array.from(values),
    shape: [Math.sqrt(values.length / channels), Math.sqrt(values.length / channels), channels],
    count: 1,
  });
  const named = (samples: Samples) =>
    Object.fromEntries(IMAGE_STATISTICS.map((name, at) => [name, samples.x[at]!])) as Record<string, number>;

  test('of one bright pixel', () => {
    const found = named(imageStatistics(image([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0].map(Number))));
    expect(found).toMatchObject({ mean: 1 / 16, most: 1, median: 0 });
    expect(found.centre_row).toBeCloseTo(3, 4);
    expect(found.centre_column).toBeCloseTo(2, 4);
    expect(found.border).toBeCloseTo(1 / 12, 6);
    expect(found.spread_rows).toBeCloseTo(0, 2);
  });

  test('bytes and fractions are the same, and all are finite, plain images too', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 48, maxLength: 48 }), (values) => {
        const bytes = { ...image(values, 3), x: Uint8Array.from(values) };
        const fractions = image(
          values.map((value) => value / 255),
          3,
        );
        const [one, other] = [imageStatistics(bytes), imageStatistics(fractions)];
        expect(one.shape).toEqual([IMAGE_STATISTICS.length + 6]);
        for (const [at, value] of one.x.entries()) expect(value).toBeCloseTo(other.x[at]!, 3);
      }),
    );
    for (const value of [0, 1]) {
      expect(imageStatistics(image(new Array<number>(16).fill(value))).x.every(Number.isFinite)).toBe(true);
    }
  });
});

test('a feature that never changed is strange when it does', () => {
  const distance = learnMahalanobis(table(Array.from({ length: 50 }, (_, i) => [i % 7, 5])));
  const [usual, changed] = distance(
    table([
      [3, 5],
      [3, 5.01],
    ]),
  );
  expect(changed!).toBeGreaterThan(100 * (usual! + 1));
});

test('features that go together are strange apart', () => {
  const random = createRandom(1);
  const distance = learnMahalanobis(
    table(Array.from({ length: 300 }, () => random.normal()).map((x) => [x, x + 0.1 * random.normal()])),
  );
  const [together, apart] = distance(
    table([
      [1, 1],
      [1, -1],
    ]),
  );
  expect(apart!).toBeGreaterThan(20 * together!);
});

test('the five nearest, by hand', () => {
  const known = table([[0], [1], [2], [3], [4], [100]]);
  expect([...neighbourDistances(table([[0], [104]]), known)]).toEqual([2, (4 + 100 + 101 + 102 + 103) / 5]);
  expect([...neighbourDistances(table([[3]]), table([[1]]))]).toEqual([2]);
});

test('a known sample is no neighbour of itself', () => {
  const known = table([[0], [1], [2], [3], [4], [100], [0]]);
  const data = table([[3], [7], [0]]);
  const twins = findTwins(known)(data);
  expect([...twins]).toEqual([3, -1, 0]);
  expect([...neighbourDistances(data, known, twins)]).toEqual([(1 + 1 + 2 + 3 + 3) / 5, 5, (0 + 1 + 2 + 3 + 4) / 5]);
  const both = table([[1], [4]]);
  expect([...neighbourDistances(both, both, findTwins(both)(both))]).toEqual([3, 3]);
});

test('rarity goes with the score, whatever its unit', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 2, maxLength: 50 }), (values) => {
      const scores = Float32Array.from(values);
      const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
      for (const rare of [rarity(scores)(scores), ownRarity(scores)]) {
        for (let i = 1; i < order.length; i++) expect(rare[order[i]!]!).toBeGreaterThanOrEqual(rare[order[i - 1]!]!);
        expect(rare.every((each) => Number.isFinite(each) && each >= 0)).toBe(true);
      }
    }),
  );
  expect([...combine([Float32Array.of(1, 2), Float32Array.of(10, 20)])]).toEqual([11, 22]);
});

test('a sample of the reference is as rare as it is among the others', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 20 }), (values) => {
      const own = ownRarity(Float32Array.from(values));
      for (const [at, value] of values.entries()) {
        const others = Float32Array.from(values.toSpliced(at, 1));
        expect(own[at]).toBe(rarity(others)(Float32Array.of(value))[0]);
      }
    }),
  );
});

describe('of a small reference, the combined score keeps near its rate', () => {
  const draws = 300;
  const random = createRandom('small references');
  const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const measured = (reference: number) => ({ reference: normals(reference), test: normals(100) });
  const none = { x: new Float32Array(0), shape: [100], count: 0 };

  // A quantile of so few is a little low by itself.
  test.each([
    [20, 0.1],
    [100, 0.065],
  ])('of %d', (reference, most) => {
    let [called, drifted] = [0, 0];
    for (let draw = 0; draw < draws; draw++) {
      const [loss, latent, statistics] = [measured(reference), measured(reference), measured(reference)];
      const scores: Scores = { trainLoss: normals(100), loss, latent, statistics };
      const options = { score: 'combined', nCritical: 1, seed: 1, bandwidth: 'scott', falseAlarms: 0.05 } as const;
      called += selectSamples(scores, options).anomalous.reduce((sum, flag) => sum + flag, 0) / 100;
      const measures = batchMeasures(scores, { train: none, reference: none, test: none });
      drifted += decideBatch(measures, ['combined'], 0.05).drifted ? 1 : 0;
    }
    expect(called / draws).toBeLessThan(most);
    expect(drifted / draws).toBeLessThan(0.06);
  });
});

describe('the selection', () => {
  const random = createRandom('selection');
  const clean = () => Float32Array.from({ length: 500 }, () => 10 + random.normal());
  const reference = clean();
  const test_ = Float32Array.from([...clean(), ...new Float32Array(50).fill(20)]);
  const measured = { reference, test: test_ };
  const scores: Scores = {
    trainLoss: clean(),
    loss: measured,
    latent: measured,
    statistics: measured,
    energy: measured,
  };
  const options = { nCritical: 30, seed: 1, bandwidth: 'scott', falseAlarms: 0.05 } as const;

  test.each(['bce', 'energy', 'latent', 'statistics', 'combined'] as const)('by %s keeps to its rate', (score) => {
    const { indices, anomalous, severity, thresholdHigh } = selectSamples(scores, { ...options, score });
    const called = anomalous.subarray(0, 500).reduce((sum, flag) => sum + flag, 0) / 500;
    expect(called).toBeGreaterThan(0.02);
    expect(called).toBeLessThan(0.09);
    expect(anomalous.subarray(500).every((flag) => flag === 1)).toBe(true);
    expect(indices).toHaveLength(30);
    expect(indices.every((row) => anomalous[row] === 1)).toBe(true);
    const values = scoreOf(scores, score).test;
    for (const [row, value] of values.entries()) expect(severity[row]! > 1).toBe(value > thresholdHigh);
  });

  test("by the band is the paper's: two quantiles of the training loss", () => {
    const { anomalous, thresholdLow, thresholdHigh } = selectSamples(scores, { ...options, score: 'band' });
    for (const [row, loss] of test_.entries()) {
      expect(anomalous[row]).toBe(loss > thresholdHigh || loss < thresholdLow! ? 1 : 0);
    }
  });
});
