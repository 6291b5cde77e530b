import { expect, test } from 'vitest';
import { fakeStep } from '../../engine/host/fake-engine';
import type { RunSummary } from '../../engine/protocol';
import { pastRun } from './past-run';

const took = (seconds: number) => ({
  startedAt: '2026-01-02T03:04:05.000Z',
  endedAt: new Date(Date.parse('2026-01-02T03:04:05.000Z') + 1000 * seconds).toISOString(),
});

test('of each node the step that matters most, without those of candidates', () => {
  const nodes = [
    fakeStep('model[lr=0.1]@training', 'succeeded', took(60)),
    fakeStep('model[lr=1]@training', 'failed', took(2.5)),
    fakeStep('trial@training', 'cached'),
    fakeStep('trainer/candidate/model@training', 'succeeded', took(9)),
  ];
  expect(pastRun({ run: 'r1', nodes } as RunSummary)).toEqual({
    run: 'r1',
    nodes: [
      { name: 'model', state: 'failed', seconds: 2.5 },
      { name: 'trial', state: 'cached', seconds: null },
    ],
  });
});
