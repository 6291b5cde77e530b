import { expect, test } from 'vitest';
import { exampleDecision } from '../../engine/protocol/examples';
import type { Review } from '../../extension/messages/review';
import { gainOfLabel, pointOf } from './worth';

const review = (goal: 'maximize' | 'minimize', answered: number) =>
  ({
    decision: exampleDecision({ goal, heldBack: { champion: 0.6, candidate: 0.8 } }),
    labels: { answered },
  }) as unknown as Review;

test('what is no number is no gain of a label', () => {
  const torn = review('maximize', 100);
  const decision = { ...torn.decision, heldBack: { champion: 0.6, candidate: null as unknown as number } };
  expect(gainOfLabel(pointOf({ ...torn, decision }))).toBeNull();
});

test('what a label gained, whatever the goal; nothing where none was given', () => {
  expect(gainOfLabel(pointOf(review('maximize', 100)))).toBeCloseTo(0.002, 12);
  expect(gainOfLabel(pointOf(review('minimize', 100)))).toBeCloseTo(-0.002, 12);
  expect(gainOfLabel(pointOf(review('maximize', 0)))).toBeNull();
});
