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

test.each([
  ['score.val.accuracy', { champion: 0.5, candidate: 0.6 }, 12],
  ['score.recall@0.5', { champion: 0.5, candidate: 0.6 }, 12],
  // Judged without feedback, though a split stands before it.
  ['score.accuracy', null, null],
])(
  'how many labels were held back is what the split counted, whatever the metric is called: %s',
  async (metric, heldBack, held) => {
    const metrics = (entries: Record<string, number>) => new Map(Object.entries(entries));
    const step = (node: string, more: object) => ({
      step: { node, version: {}, phase: 'training', inputs: [], parameters: {} },
      ...more,
    });
    const trainer = step('trainer', {});
    const run = {
      gates: new Map([['g', { branches: [{ side: 'candidate', on: 'held-back', scores: ['s'] }] }]]),
      steps: new Map([
        ['g', step('trainer/gate', {})],
        ['trainer@training', { step: { ...trainer.step, inputs: [{ origin: { kind: 'step', step: 'split' } }] } }],
        ['split', step('trainer/split', { metrics: metrics({ train: 30, held: 12 }) })],
        // A count of something else, of a program that a person wrote.
        ['s', step('score', { metrics: metrics({ count: 3 }) })],
      ]),
    };
    const decision = { id: 'd', metric, heldBack, at: null };
    const proposal = { decision, step: 'g', revision: { id: '0123456789ab', improver: 'trainer', changes: [] } };
    const state = { tasks: new Map(), proposals: new Map([['d', proposal]]), models: [] } as unknown as LedgerState;
    const { review } = reviewRequests(state, { record: async () => run } as unknown as ActiveRuns);
    expect((await review({ decision: 'd' })).labels.heldBack).toBe(held);
  },
);
