import { expect, test } from 'vitest';
import type { ActiveRuns } from '../runs/active-runs';
import type { LedgerState } from '../workspace/ledger';
import { reviewRequests } from './review';

test.each([
  [30, 'the feedback joins the data at model.data, each sample counts 30'],
  [1, 'the feedback joins the data at model.data'],
])('a review says what a sample of the feedback counts in the candidate: %d', async (weight, said) => {
  const node = 'trainer/merge(model.data)#012345';
  const run = { gates: new Map(), steps: new Map([['s', { step: { node, parameters: { weight } } }]]) };
  // What is proposed is for programs that heed weights.
  const changes = [{ op: 'merge', into: 'model.data', weight: 30, feedback: 'digest' }];
  const decision = { id: 'd', metric: 'score.accuracy', heldBack: null, at: null };
  const proposal = { decision, revision: { id: '0123456789ab', improver: 'trainer', changes } };
  const state = { tasks: new Map(), proposals: new Map([['d', proposal]]), models: [] } as unknown as LedgerState;
  const { review } = reviewRequests(state, { record: async () => run } as unknown as ActiveRuns);
  expect((await review({ decision: 'd' })).changes).toEqual([said]);
});
