import { describe, expect, it } from 'vitest';
import { judge } from './gate';

const maximize = { name: 'score.accuracy', goal: 'maximize' as const, threshold: 0, guard: 0.003 };
const pair = (champion: number, candidate: number) => ({ champion, candidate });

describe('the gate', () => {
  it.each([
    ['a gain on both', maximize, pair(0.98, 0.981), pair(0.6, 0.8), true],
    ['equal is rejected (R46)', maximize, pair(0.98, 0.99), pair(0.6, 0.6), false],
    ['worse is rejected', maximize, pair(0.98, 0.99), pair(0.6, 0.5), false],
    ['a loss within the guard', maximize, pair(0.98, 0.977), pair(0.6, 0.8), true],
    ['a loss beyond the guard', maximize, pair(0.98, 0.9769), pair(0.6, 0.8), false],
    ['a gain of 0.005 at threshold 0.01 (R44)', { ...maximize, threshold: 0.01 }, pair(0.8, 0.805), null, false],
    ['exactly the threshold', { ...maximize, threshold: 0.01 }, pair(0.8, 0.81), null, false],
    ['more than the threshold', { ...maximize, threshold: 0.01 }, pair(0.8, 0.8101), null, true],
    [
      'faster is better (R43)',
      { ...maximize, name: 'system.duration', goal: 'minimize' as const },
      pair(2, 1),
      null,
      true,
    ],
    ['slower is not', { ...maximize, name: 'system.duration', goal: 'minimize' as const }, pair(1, 2), null, false],
    ['not a number', maximize, pair(0.98, Number.NaN), pair(0.6, 0.8), false],
    ['infinite', maximize, pair(0.98, 0.98), pair(0.6, Number.POSITIVE_INFINITY), false],
  ])('%s', (_name, metric, test, heldBack, pass) => {
    const verdict = judge(metric, { test, heldBack, bare: null });
    expect(verdict).toMatchObject({ pass, bare: false });
    expect(verdict.reason).not.toBe('');
  });

  // The champion has 0.98 on the test data and 0.6 on the held-back feedback; each side is its two scores.
  const minimize = { ...maximize, goal: 'minimize' as const };
  const mirrored = ([test, held]: readonly [number, number]) => [1.96 - test, 1.2 - held] as const;
  it.each([
    ['gains on the bare model', [0.98, 0.8], [0.98, 0.7], 'whole'],
    ['gains, where the bare model does not', [0.98, 0.8], [0.98, 0.6], 'whole'],
    ['gains nothing on the bare model', [0.98, 0.8], [0.98, 0.8], 'bare'],
    ['loses again what the bare model gained', [0.98, 0.7], [0.98, 0.8], 'bare'],
    ['gains less than the threshold, the bare model more', [0.98, 0.55], [0.98, 0.8], 'bare'],
    ['harms the test data beyond the guard', [0.97, 0.9], [0.98, 0.8], 'bare'],
    ['loses less on the test data than it gains', [0.979, 0.9], [0.9795, 0.8], 'whole'],
    ['loses as much on the test data as it gains', [0.979, 0.802], [0.981, 0.8], 'bare'],
    ['loses more on the test data than it gains', [0.978, 0.801], [0.981, 0.8], 'bare'],
    ['loses on the test data beside a bare model that gains nothing', [0.979, 0.9], [0.9795, 0.6], 'whole'],
    ['gains nothing, as the bare model', [0.98, 0.6], [0.98, 0.6], 'none'],
    ['passes nowhere, the bare model on the test data only', [0.98, 0.5], [0.99, 0.5], 'none'],
    ['has no score', [Number.NaN, 0.8], [0.98, 0.7], 'bare'],
    ['passes beside a bare model without a score', [0.98, 0.8], [Number.NaN, 0.7], 'whole'],
  ] as const)('an insert that %s: %j beside %j takes %s', (_name, whole, bare, taken) => {
    for (const [metric, [test, held], [bareTest, bareHeld], champion] of [
      [maximize, whole, bare, [0.98, 0.6]],
      [minimize, mirrored(whole), mirrored(bare), [0.98, 0.6]],
    ] as const) {
      const verdict = judge(metric, {
        test: pair(champion[0], test),
        heldBack: pair(champion[1], held),
        bare: { test: bareTest, heldBack: bareHeld },
      });
      const took = !verdict.pass ? 'none' : verdict.bare ? 'bare' : 'whole';
      expect(took, `${metric.goal}: ${verdict.reason}`).toBe(taken);
    }
  });

  it('falls back on no bare model that was not scored on the held-back feedback', () => {
    const scores = { test: pair(0.98, 0.98), heldBack: pair(0.6, 0.5), bare: { test: 0.98, heldBack: null } };
    expect(judge(maximize, scores)).toMatchObject({ pass: false, bare: false });
  });

  it.each([
    [0.988, null, 'whole'],
    [0.987, null, 'whole'],
    [0.9869, null, 'none'],
    [Number.NaN, null, 'none'],
    [0.98, 0.99, 'bare'],
    [0.98, 0.98, 'none'],
  ])('keeps another metric of 0.99 within the guard: %d, without the insert %d, takes %s', (candidate, bare, taken) => {
    const verdict = judge(maximize, {
      test: pair(0.7, 0.9),
      heldBack: null,
      bare: bare === null ? null : { test: 0.8, heldBack: null },
      kept: { metric: 'score.accuracy', champion: 0.99, candidate, bare },
    });
    expect(!verdict.pass ? 'none' : verdict.bare ? 'bare' : 'whole', verdict.reason).toBe(taken);
  });

  it('lets the test data decide of an insert where there is no feedback', () => {
    const judged = (whole: number, bare: number) =>
      judge(maximize, { test: pair(0.5, whole), heldBack: null, bare: { test: bare, heldBack: null } });
    expect(judged(0.7, 0.6)).toMatchObject({ pass: true, bare: false });
    expect(judged(0.7, 0.7)).toMatchObject({ pass: true, bare: true });
    expect(judged(0.4, 0.6)).toMatchObject({ pass: true, bare: true });
    expect(judged(0.6, 0.5)).toMatchObject({ pass: true, bare: false });
  });
});
