import { describe, expect, it } from 'vitest';
import { judge } from './gate';

const maximize = { name: 'score.accuracy', goal: 'maximize' as const, threshold: 0, guard: 0.003 };
const pair = (champion: number, candidate: number) => ({ champion, candidate });

describe('the gate', () => {
  it.each([
    ['a gain on both', maximize, pair(0.98, 0.981), pair(0.6, 0.8), null, true],
    ['equal is rejected (R46)', maximize, pair(0.98, 0.99), pair(0.6, 0.6), null, false],
    ['worse is rejected', maximize, pair(0.98, 0.99), pair(0.6, 0.5), null, false],
    ['a loss within the guard', maximize, pair(0.98, 0.977), pair(0.6, 0.8), null, true],
    ['a loss beyond the guard', maximize, pair(0.98, 0.9769), pair(0.6, 0.8), null, false],
    ['a gain of 0.005 at threshold 0.01 (R44)', { ...maximize, threshold: 0.01 }, pair(0.8, 0.805), null, null, false],
    ['exactly the threshold', { ...maximize, threshold: 0.01 }, pair(0.8, 0.81), null, null, false],
    ['more than the threshold', { ...maximize, threshold: 0.01 }, pair(0.8, 0.8101), null, null, true],
    [
      'faster is better (R43)',
      { ...maximize, name: 'system.duration', goal: 'minimize' as const },
      pair(2, 1),
      null,
      null,
      true,
    ],
    [
      'slower is not',
      { ...maximize, name: 'system.duration', goal: 'minimize' as const },
      pair(1, 2),
      null,
      null,
      false,
    ],
    ['a compound worse than the bare model', maximize, pair(0.98, 0.979), pair(0.6, 0.8), 0.9795, false],
    ['a compound as good as the bare model', maximize, pair(0.98, 0.979), pair(0.6, 0.8), 0.979, true],
    ['not a number', maximize, pair(0.98, Number.NaN), pair(0.6, 0.8), null, false],
    ['infinite', maximize, pair(0.98, 0.98), pair(0.6, Number.POSITIVE_INFINITY), null, false],
  ])('%s', (_name, metric, test, heldBack, bare, pass) => {
    const verdict = judge(metric, { test, heldBack, bare });
    expect(verdict.pass, verdict.reason).toBe(pass);
    expect(verdict.reason).not.toBe('');
  });
});
