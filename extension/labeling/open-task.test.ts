import { expect, test } from 'vitest';
import type { TaskDetail } from '../../engine/protocol';
import { exampleSample } from '../../engine/protocol/examples';
import type { Mirror } from '../runs/mirror';
import { inspectionOf, summaryOf } from './open-task';

const sample = (answer: string | null, seconds: number | null, again: string | null = null) => ({
  ...exampleSample(`${answer} ${seconds}`),
  answer,
  skipped: answer === null,
  again,
  look: seconds === null ? null : { seconds, blind: true },
});
const summary = (...items: ReturnType<typeof sample>[]) =>
  summaryOf({ items, classes: ['cat', 'dog'] } as unknown as TaskDetail);

test('a pause counts for no more than another label; what was not timed does not count', () => {
  expect(summary(sample('cat', 1.5), sample('dog', 600), sample('cat', 1.2), sample('dog', null)).pace).toBe(1.5);
  expect(summary(sample('cat', null), sample(null, 9)).pace).toBeNull();
});

test('what became of a task: classes, second looks, what was skipped', () => {
  expect(summary(sample('cat', 1, 'cat'), sample('cat', 2, 'dog'), sample('dog', 3), sample(null, 4))).toEqual({
    labelled: 3,
    skipped: 1,
    counts: [2, 1],
    classes: ['cat', 'dog'],
    again: 2,
    same: 1,
    blind: 4,
    pace: 2,
  });
});

test('samples that come from no step have no inspection', async () => {
  const ask = async (name: string) => {
    if (name === 'inspect') return [{ from: 'sources.incoming', to: 'labeler.data' }];
    throw new Error('the run has no step of that name');
  };
  const mirror = { link: { ask } } as unknown as Mirror;
  expect(await inspectionOf(mirror, { run: 'r1', node: 'labeler' } as TaskDetail)).toBeNull();
});
