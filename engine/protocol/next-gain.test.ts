import { expect, test } from 'vitest';
import { nextGain, shortOfGate } from './next-gain';

const point = {
  decision: 'd',
  state: 'promoted' as const,
  at: '',
  metric: 'score.accuracy',
  champion: 0,
  candidate: 0,
  threshold: 0,
};
const curve = (slope: number) =>
  [10, 50, 100].map((labels) => ({ ...point, labels, gain: slope * Math.log1p(labels) }));

test('what more labels may gain: less with each, and nothing where nothing is known', () => {
  expect(nextGain([], 0)).toBeNull();
  expect(nextGain([{ ...point, labels: 0, gain: 1 }], 0)).toBeNull();
  expect(nextGain([{ ...point, labels: 10, gain: Number.NaN }], 0)).toBeNull();
  const gains = curve(0.02);
  const first = nextGain(gains, 0)!;
  expect(first).toMatchObject({ labels: 25, metric: 'score.accuracy', from: 3, enough: false });
  expect(first.gain).toBeCloseTo(0.02 * Math.log1p(25), 9);
  expect(nextGain(gains, 100)!.gain).toBeLessThan(first.gain / 5);
});

test('gains of another metric than the one that decided last are no measure of the next', () => {
  const errors = curve(900).map((one) => ({ ...one, metric: 'score.rmse' }));
  expect(nextGain([...errors, ...curve(0.02)], 0)).toEqual(nextGain(curve(0.02), 0));
  expect(nextGain([...curve(0.02), ...errors.slice(0, 1)], 0)).toMatchObject({ metric: 'score.rmse', from: 1 });
});

test('enough is labelled where the next labels are worth little beside what labels gained, on any scale', () => {
  for (const scale of [0.02, 20]) {
    const gains = curve(scale);
    const enough = [0, 50, 100, 200, 400, 800].map((labels) => nextGain(gains, labels)!.enough);
    expect(enough[0]).toBe(false);
    expect(enough.at(-1)).toBe(true);
    // Once it is enough, more is enough.
    expect(enough.indexOf(true)).toBe(enough.lastIndexOf(false) + 1);
  }
  // Labels that never gained anything.
  expect(nextGain(curve(-0.01), 0)!.enough).toBe(true);
  expect(nextGain(curve(0), 0)!.enough).toBe(true);
});

test('labels are unlikely to help where what all of them may gain is no more than the gate asks for', () => {
  const [first] = curve(0.02);
  const one = (gain: number, threshold: number) => [{ ...first!, labels: 100, gain, threshold }];
  expect(shortOfGate([], 100)).toBeNull();
  expect(shortOfGate(one(0.02, 0.01), 100)).toBeNull();
  expect(shortOfGate(one(0.02, 0.01), 3)).toMatchObject({ threshold: 0.01, from: 1 });
  expect(shortOfGate(one(0.01, 0.01), 100)?.gain).toBeCloseTo(0.01, 12);
  expect(shortOfGate(one(-0.01, 0), 100)).not.toBeNull();
  // What the gate asks for now is what counts.
  expect(shortOfGate([...one(0.02, 0.5), ...one(0.02, 0)], 100)).toBeNull();
});
