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
