import { expect, test } from 'vitest';
import type { StepState, StepSummary } from '../../engine/protocol';
import { stepOf } from './step-of';

const steps = (states: Record<string, StepState>) =>
  Object.entries(states).map(([name, state]) => ({ name, state }) as StepSummary);

test.each([
  [{ 'a@training': 'succeeded', 'a@inference': 'supplied' }, 'a@training'],
  [{ 'a[lr=1]@training': 'cached', 'a[lr=2]@training': 'failed' }, 'a[lr=2]@training'],
  [{ 'a@training': 'succeeded', 'i/candidate/a@training': 'running' }, 'a@training'],
  [{ 'b@training': 'succeeded' }, undefined],
] as [Record<string, StepState>, string | undefined][])('of %o, %s stands for a', (states, name) => {
  expect(stepOf(steps(states), 'a')?.name).toBe(name);
});
