import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ActiveRuns } from '../runs/active-runs';
import { passagesOf } from '../runs/passages';
import type { EngineRooms } from '../runs/run-context';
import type { RunRecord } from '../runs/run-state';
import { openArtifacts } from '../store/artifacts';
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

test('curves are told while a step is under way, and of one that failed', async () => {
  const step = { name: 'model@training', node: 'model', phase: 'training' };
  const record = { step, state: 'running', trackerRun: 't', metrics: new Map() };
  const points = [0, 1].map((at) => ({ step: at, value: 1 - at, timestamp: at }));
  const tracker = { latestMetrics: async () => new Map([['loss', 0]]), metricHistory: async () => points };
  const known = { header: { run: 'r1' }, steps: new Map([[step.name, record]]) };
  const asked = resultRequests(
    { tracker } as unknown as EngineRooms,
    { record: async () => known } as unknown as ActiveRuns,
  );
  expect(await asked.curves({ run: 'r1' })).toMatchObject([
    { node: 'model', metric: 'loss', points: [{ value: 1 }, {}] },
  ]);
});

test('values that were logged without a step are told by their order, however many; a record that is gone hides no other', async () => {
  const stepOf = (node: string) => ({ name: `${node}@p`, node, phase: 'p' });
  const steps = ['gone', 'model'].map((node) => ({ step: stepOf(node), trackerRun: node, metrics: new Map() }));
  const tracker = {
    latestMetrics: async (run: string) => {
      if (run === 'gone') throw new Error('No such run.');
      return new Map([['loss', 0]]);
    },
    metricHistory: async () => Array.from({ length: 2000 }, (_, at) => ({ step: 0, value: at, timestamp: at })),
  };
  const known = { header: { run: 'r1' }, steps: new Map(steps.map((each) => [each.step.name, each])) };
  const asked = resultRequests(
    { tracker } as unknown as EngineRooms,
    { record: async () => known } as unknown as ActiveRuns,
  );
  const [curve, ...others] = await asked.curves({ run: 'r1' });
  expect(others).toEqual([]);
  expect(curve!.points[0]).toMatchObject({ step: 1, value: 0 });
  expect(curve!.points.at(-1)).toMatchObject({ step: 2000, value: 1999 });
});

test('what is no longer in the store is listed as such, and hides nothing else', async () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'results-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const artifacts = openArtifacts(path.join(root, 'artifacts'));
  const [there, gone] = [await artifacts.putBytes('there'), await artifacts.putBytes('gone')];
  await artifacts.remove(gone.digest);
  const made = { name: 'a@p', node: 'a', outputs: [], after: [], inputs: [] };
  const binding = {
    port: 'i',
    index: null,
    via: 'volume',
    carries: [],
    origin: { kind: 'step', step: 'a@p', port: 'y' },
  };
  const taken = {
    name: 'b@p',
    node: 'b',
    after: [],
    outputs: [],
    inputs: [binding, { ...binding, port: 'j', origin: { ...binding.origin, port: 'x' } }],
  };
  const known = {
    header: { run: 'r1' },
    steps: new Map([
      [
        'a@p',
        {
          step: made,
          state: 'succeeded',
          outputs: new Map([
            ['x', there.digest],
            ['y', gone.digest],
          ]),
        },
      ],
      ['b@p', { step: taken, state: 'pending', outputs: new Map() }],
    ]),
  } as unknown as RunRecord;
  const rooms = { artifacts, places: { root } } as unknown as EngineRooms;
  const asked = resultRequests(rooms, { record: async () => known } as unknown as ActiveRuns);
  const found = [
    { digest: there.digest, kind: 'file', bytes: 5 },
    { digest: gone.digest, kind: 'absent', bytes: null },
  ];
  expect(await asked.outputs({ run: 'r1' })).toMatchObject(found);
  expect(await passagesOf(rooms, known, 'b')).toMatchObject(found.toReversed());
});
