import { describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../../learning';
import { decideBatch } from './batch-test';
import { categoryTests } from './categories';
import { gapTests } from './gaps';

/** Texts of which each is half as frequent as the one before; the last are rare. */
const skewed = (count: number, random: Random): string[] =>
  Array.from({ length: count }, () => `c${Math.min(9, Math.floor(-Math.log2(1 - random.uniform())))}`);
const names = (count: number, random: Random): string[] =>
  Array.from({ length: count }, () => `name ${random.integer(1e6)}`);

const ofTexts = (draw: (count: number, random: Random) => string[], random: Random, batch = 60) =>
  categoryTests('column c', { train: draw(400, random), reference: draw(100, random), batch: draw(batch, random) });

/** Numbers of which a twentieth is missing. */
const ofGaps = (random: Random) => {
  const draw = (count: number) => ({
    x: Float32Array.from({ length: count }, () => (random.uniform() < 0.05 ? Number.NaN : 1)),
    shape: [1],
    count,
  });
  return gapTests(draw(100), draw(60), ['c']);
};

describe('of clean batches, at most the stated share is called drifted', () => {
  const [draws, rate] = [1000, 0.05];
  test.each<[string, (random: Random) => ReturnType<typeof categoryTests>, number]>([
    ['by a few categories, some of them rare', (random) => ofTexts(skewed, random), 0.01],
    ['of very few samples', (random) => ofTexts(skewed, random, 8), 0],
    ['by names that are new in each sample', (random) => ofTexts(names, random), 0],
    ['by gaps', ofGaps, 0.005],
  ])('%s', (_, testsOf, least) => {
    const alarms = Array.from({ length: draws }, (_, seed) => testsOf(createRandom(`clean/${seed}`))).filter(
      (tests) => tests.length > 0 && decideBatch(new Map(), [], rate, tests).drifted,
    ).length;
    // Three standard errors above; and not by never calling anything drifted, where there is something to tell.
    expect(alarms / draws).toBeLessThan(rate + 3 * Math.sqrt((rate * (1 - rate)) / draws));
    expect(alarms / draws).toBeGreaterThanOrEqual(least);
  });
});

test('other frequencies are found, and a few samples of a category that was never learned', () => {
  const random = createRandom('drifted');
  const [train, reference, clean] = [skewed(400, random), skewed(100, random), skewed(60, random)];
  const p = (batch: string[]) => categoryTests('c', { train, reference, batch }).map((each) => each.pValue);
  expect(p(clean.map((text, row) => (row % 2 ? text : 'c2')))[0]).toBeLessThan(1e-6);
  expect(p(clean.map((text, row) => (row % 8 ? text : 'family')))[1]).toBeLessThan(1e-3);
  expect(p(clean.map((text, row) => (row % 8 ? text : ' ')))[1]).toBeLessThan(1e-3);
});
