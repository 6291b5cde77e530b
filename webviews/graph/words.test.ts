import { expect, test } from 'vitest';
import type { NodeStatus } from '../../extension/messages';
import { changeOf } from './announcer';
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
