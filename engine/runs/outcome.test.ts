import { expect, test } from 'vitest';
import type { StepState } from '../protocol';
import { fakeStep } from './fixtures';
import { endStateOf } from './outcome';
import type { StepRecord } from './run-state';

const records = (states: StepState[]) =>
  states.map((state, index) => ({ step: fakeStep(`s${index}`), state }) as StepRecord);

test.each([
  [['succeeded', 'cached', 'supplied', 'skipped'], 'succeeded'],
  [['succeeded', 'waiting', 'blocked'], 'waiting'],
  [['waiting', 'lost', 'skipped'], 'failed'],
] as [StepState[], string][])('a run of %j has %s', (states, state) => {
  expect(endStateOf(records(states))).toBe(state);
});

test('a run whose steps wait for each other has not succeeded', () => {
  expect(() => endStateOf(records(['succeeded', 'pending', 'pending']))).toThrow('s1, s2 wait for each other');
});
