import { expect, test } from 'vitest';
import type { ActiveRuns } from '../runs/active-runs';
import type { EngineRooms } from '../runs/run-context';
import { resultRequests } from './results';

const step = { name: 'live@inference', node: 'live', outputs: [] };
const run = { header: { run: 'r1' }, steps: new Map([[step.name, { step, outputs: new Map(), metrics: new Map() }]]) };
const { outputs, curves } = resultRequests({} as EngineRooms, { record: async () => run } as unknown as ActiveRuns);

test('a step that left nothing has an empty list; one that is not in the run is refused', async () => {
  expect(await outputs({ run: 'r1', node: 'live' })).toEqual([]);
  expect(await outputs({ run: 'r1', node: 'live@inference' })).toEqual([]);
  for (const ask of [outputs, curves]) {
    await expect(async () => ask({ run: 'r1', node: 'nosuch' })).rejects.toThrow('Run r1 has no node nosuch.');
  }
});

test('curves name their phase, and those of what is supplied to another phase are told once', async () => {
  const record = (phase: string, state: string, trackerRun: string | null) => ({
    step: { name: `model@${phase}`, node: 'model', phase },
    state,
    trackerRun,
    metrics: new Map([['loss', 0.5]]),
  });
  const steps = [
    record('inference', 'supplied', 't'),
    record('training', 'succeeded', 't'),
    record('other', 'supplied', 'u'),
  ];
  const points = [0, 1].map((at) => ({ step: at, value: 1 - at, timestamp: at }));
  const rooms = { tracker: { metricHistory: async () => points } } as unknown as EngineRooms;
  const known = { header: { run: 'r1' }, steps: new Map(steps.map((each) => [each.step.name, each])) };
  const asked = resultRequests(rooms, { record: async () => known } as unknown as ActiveRuns);
  const rows = await asked.curves({ run: 'r1' });
  expect(rows.map(({ node, phase, metric }) => [node, phase, metric])).toEqual([
    ['model', 'training', 'loss'],
    ['model', 'other', 'loss'],
  ]);
});
