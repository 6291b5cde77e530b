import { afterEach, expect, test, vi } from 'vitest';
import type { NodeStatus } from '../../extension/messages';
import { Announcer, changeOf } from './announcer';
import { scaleFor } from './export-png';
import { tallyOf } from './tally';

const statuses = (states: Record<string, NodeStatus['state']>) =>
  new Map(Object.entries(states).map(([node, state]) => [node, { node, state, detail: '', from: null, to: null }]));

test.each([
  [{ a: 'running' }, { a: 'succeeded' }, 'a succeeded'],
  [{ a: 'running', b: 'pending' }, { a: 'failed', b: 'queued' }, 'a failed'],
  [{ a: 'running' }, { a: 'running' }, ''],
  [{}, { a: 'running' }, ''],
  [
    { a: 'pending', b: 'pending', c: 'pending', d: 'pending', e: 'pending' },
    { a: 'cached', b: 'cached', c: 'cached', d: 'cached', e: 'cached' },
    'a cached, b cached, c cached, 2 more',
  ],
] as const)('from %o to %o is said as "%s"', (before, after, said) => {
  expect(changeOf(statuses(before), statuses(after), String)).toBe(said);
});

afterEach(() => vi.useRealTimers());

test('of all that changes within a second nothing is left unsaid, and nothing of another graph is said', () => {
  vi.useFakeTimers();
  const live = { textContent: '' };
  const announcer = new Announcer(live);
  const moments = [
    { a: 'running', b: 'pending', c: 'pending' },
    { a: 'failed', b: 'pending', c: 'pending' },
    { a: 'failed', b: 'skipped', c: 'pending' },
    { a: 'failed', b: 'skipped', c: 'skipped' },
  ] as const;
  const hear = (at: number) => announcer.hear(statuses(moments[at - 1]!), statuses(moments[at]!), String);
  hear(1);
  hear(2);
  vi.advanceTimersByTime(1_000);
  expect(live.textContent).toBe('a failed, b skipped');
  hear(3);
  vi.advanceTimersByTime(1_000);
  expect(live.textContent).toBe('c skipped');
  hear(1);
  announcer.forget();
  vi.advanceTimersByTime(1_000);
  expect(live.textContent).toBe('c skipped');
});

test('a closed group tells how its nodes are, in the order of the group', () => {
  const status = statuses({ a: 'succeeded', b: 'failed', c: 'succeeded', other: 'running' });
  expect(tallyOf(['a', 'b', 'c', 'unseen'], status)).toBe('✓ 2  ✗ 1');
  expect(tallyOf([], status)).toBe('');
});

test.each([
  [400, 300],
  [20_000, 300],
  [300, 200_000],
  [15_000, 15_000],
])('a picture of %i by %i stays within what a browser paints', (width, height) => {
  const scale = scaleFor(width, height);
  expect(scale).toBeLessThanOrEqual(2);
  expect(scale * width).toBeLessThanOrEqual(16_001);
  expect(scale * height).toBeLessThanOrEqual(16_001);
  expect(scale * width * scale * height).toBeLessThanOrEqual(100_000_001);
});
