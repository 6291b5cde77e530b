import { expect, it } from 'vitest';
import { checkedModels } from './model-ledger';

const decision = {
  ...{
    id: 'd',
    improver: 'trainer',
    state: 'rejected',
    reason: 'not a finite number',
    metric: 'score.loss',
    goal: 'minimize',
  },
  ...{ threshold: 0, guard: 0, heldBack: null, bare: null, by: 'gate', at: '2026-01-01T00:00:00Z' },
};
const archived = (test: object) =>
  JSON.parse(JSON.stringify({ models: [], decisions: [{ ...decision, test }], verdicts: [] }));

it.each([
  ['numbers', { champion: 0.5, candidate: 0.4 }, true],
  ['a loss that diverged', { champion: 0.5, candidate: Number.NaN }, true],
  ['text', { champion: 0.5, candidate: 'much' }, false],
  ['one alone', { champion: 0.5 }, false],
])('a decision on %s is read from an archive: %j is %s', (_, test, sound) => {
  expect(checkedModels(archived(test), new Set()) !== null).toBe(sound);
});
