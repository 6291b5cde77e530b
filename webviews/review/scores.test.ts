import { expect, test } from 'vitest';
import { exampleDecision } from '../../engine/protocol/examples';
import type { Decision, Review } from '../../extension/messages/review';
import { difference, gateResults, threeScores, writerOf } from './scores';

const decision = exampleDecision({
  heldBack: { champion: 0.6, candidate: 0.8 },
  test: { champion: 0.98, candidate: 0.978 },
});

test('three scores: clean, drifted and their mean', () => {
  const scores = threeScores({ decision, labels: {} } as unknown as Review);
  expect(scores.map(({ verdict }) => verdict)).toEqual(['worse', 'better', 'better']);
  expect(scores[2]!.candidate! - scores[2]!.champion!).toBeCloseTo(0.099, 9);
  expect(threeScores({ decision: { ...decision, heldBack: null }, labels: {} } as unknown as Review)).toHaveLength(1);
});

test('how many labels were held back stands beside what was found on them', () => {
  const review = { decision, labels: { heldBack: 2 } } as unknown as Review;
  expect(threeScores(review)[1]!.name).toBe('drifted data (held back, 2 labels)');
  expect(gateResults(decision, 2)[0]!.rule).toMatch(/ on the held-back labels \(2 labels\)$/);
  expect(gateResults(decision, 1)[0]!.rule).toMatch(/ \(1 label\)$/);
});

test('less is better where the goal says so', () => {
  const [clean] = threeScores({ decision: { ...decision, goal: 'minimize' }, labels: {} } as unknown as Review);
  expect(clean!.verdict).toBe('better');
});

test.each([
  [{}, [true, true]],
  [{ heldBack: { champion: 0.8, candidate: 0.8 } }, [false, true]],
  [{ test: { champion: 0.98, candidate: 0.97 } }, [true, false]],
  [{ heldBack: null, test: { champion: 0.5, candidate: 0.6 } }, [true]],
  [{ bare: 0.99 }, [true, true]],
  [{ kept: { metric: 'score.accuracy', champion: 0.9, candidate: 0.89 } }, [true, true, false]],
])('the gate with %j', (rest, met) => {
  expect(gateResults({ ...decision, ...rest } as Decision, null).map((result) => result.met)).toEqual(met);
});

test.each([
  [null, 0.5],
  [0.5, Number.NaN],
])(
  'where the champion has %d and the candidate %d there is nothing to judge by, and nothing is met',
  (champion, candidate) => {
    const torn = { ...decision, heldBack: { champion, candidate } } as Decision;
    const [clean, drifted, mean] = threeScores({ decision: torn, labels: {} } as unknown as Review);
    expect([clean, drifted, mean].map((one) => one!.verdict)).toEqual(['worse', null, null]);
    expect(difference(drifted!)).toBe('');
    expect(gateResults(torn, null).map(({ met }) => met)).toEqual([false, true]);
  },
);

test('what counts bytes is said as a size, in the table and in the rules of the gate', () => {
  const say = writerOf('model.system.memory');
  expect([3 * 1024 ** 2, null, Number.NaN].map(say)).toEqual(['3.0 MiB', 'no number', 'no number']);
  expect(difference({ champion: 3 * 1024 ** 2, candidate: 1024 ** 2 }, say)).toBe('▼ −2.0 MiB');
  const small = { ...decision, metric: 'model.system.memory', threshold: 1024, guard: 2048 };
  expect(gateResults(small, null).map(({ rule }) => rule)).toEqual([
    'gains more than 1.0 KiB model.system.memory on the held-back labels',
    'loses at most 2.0 KiB on the test data',
  ]);
  const kept = { metric: 'score.accuracy', champion: 0.9, candidate: 0.9 };
  const other = { ...small, heldBack: null, guard: 0.003, kept };
  expect(gateResults(other, null)[1]!.rule).toBe('loses at most 0.003 score.accuracy on the test data');
});

test('differences have a sign that can be read without colour', () => {
  expect(difference({ champion: 0.5, candidate: 0.75 })).toBe('▲ +0.25');
  expect(difference({ champion: 0.75, candidate: 0.5 })).toBe('▼ −0.25');
  expect(difference({ champion: 1, candidate: 1 })).toBe('=');
});
