import { describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../../learning';
import { decideBatch, tailTest } from './batch-test';

const normals = (count: number, random: Random, shift = 0) =>
  Float32Array.from({ length: count }, () => random.normal() + shift);

/** Three measures of clean samples, of which the last `drifted` are shifted. */
function measures(count: number, random: Random, drifted = 0, shift = 0) {
  const batch = () => {
    const values = normals(count, random);
    for (let i = count - drifted; i < count; i++) values[i]! += shift;
    return values;
  };
  return new Map(['one', 'two', 'three'].map((name) => [name, { reference: normals(400, random), batch: batch() }]));
}

const share = (count: number, decide: (random: Random) => boolean) =>
  Array.from({ length: count }, (_, seed) => decide(createRandom(`batch/${seed}`))).filter(Boolean).length / count;

describe('a batch', () => {
  test.each([0.05, 0.2])('that is clean is called drifted at most at the stated rate of %d', (falseAlarms) => {
    const rate = share(400, (random) => decideBatch(measures(60, random), ['three'], falseAlarms).drifted);
    // Three standard errors above.
    expect(rate).toBeLessThan(falseAlarms + 3 * Math.sqrt((falseAlarms * (1 - falseAlarms)) / 400));
    // And not by never calling anything drifted.
    expect(rate).toBeGreaterThan(falseAlarms / 4);
  });

  test('that has drifted, or a tenth of which has, is found', () => {
    expect(share(50, (random) => decideBatch(measures(50, random, 50, 1.2), ['three'], 0.05).drifted)).toBe(1);
    expect(share(50, (random) => decideBatch(measures(500, random, 50, 3), ['three'], 0.05).drifted)).toBe(1);
  });

  test('names what it was most found by', () => {
    const random = createRandom(1);
    const all = measures(100, random);
    all.set('two', { reference: normals(400, random), batch: normals(100, random, 1) });
    const { tests, drifted } = decideBatch(all, ['three'], 0.05);
    expect(tests.map(({ of, test }) => `${of} ${test}`)).toEqual([
      'one kolmogorov-smirnov',
      'two kolmogorov-smirnov',
      'three kolmogorov-smirnov',
      'three tail',
    ]);
    expect(tests.toSorted((a, b) => a.pValue - b.pValue)[0]!.of).toBe('two');
    expect(drifted).toBe(true);
  });
});

test('constant measures that stay the same have not drifted; those that change have', () => {
  const same = (value: number, count: number) => new Float32Array(count).fill(value);
  const decide = (value: number) =>
    decideBatch(new Map([['one', { reference: same(3, 100), batch: same(value, 50) }]]), ['one'], 0.05);
  expect(decide(3)).toMatchObject({ drifted: false, pValue: 1 });
  expect(decide(3.001).drifted).toBe(true);
});

test('one sample, or a reference of two, decide nothing by themselves', () => {
  const one = (values: number[]) => Float32Array.from(values);
  const { pValue } = tailTest(one([1, 2]), one([9]));
  expect(pValue).toBeCloseTo(1 / 3, 12);
});
