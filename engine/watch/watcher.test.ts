import { getEventListeners } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ActiveRuns } from '../runs/active-runs';
import type { EngineRooms } from '../runs/run-context';
import type { RunBatch } from '../runs/start-run';
import { openArtifacts } from '../store/artifacts';
import { type Ledger, openLedger } from '../workspace/ledger';
import { placesOf } from '../workspace/places';
import { Watcher } from './watcher';

const clocked = `
scanflow: 1
name: clocked
sources: { data: data }
executors:
  read: { command: [cat, $(inputs.a)], inputs: { a: file } }
nodes:
  live: { executor: read, trigger: { every: 1s } }
edges:
  - sources.data -> live.a
`;

let root: string;
let ledger: Ledger;
let watcher: Watcher;
beforeEach(async () => {
  root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scanflow-watcher-')));
  writeFileSync(path.join(root, 'w.scanflow'), clocked);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await watcher.dispose();
  await ledger.close();
  rmSync(root, { recursive: true, force: true });
});

/** Arms the workflow; each of its runs is over at once. */
async function arm(): Promise<void> {
  const places = placesOf(root);
  ledger = await openLedger(places.workspaceJournal);
  const rooms = { places, ledger, artifacts: openArtifacts(path.join(root, 'artifacts')) } as EngineRooms;
  let count = 0;
  const runs = {
    async start(_: unknown, batch: RunBatch) {
      const run = `run-${++count}`;
      await batch.begins(run);
      return run;
    },
    settled: async () => undefined,
  };
  const file = path.join(root, 'w.scanflow');
  watcher = await Watcher.arm(rooms, runs as unknown as ActiveRuns, file, 'w.scanflow', {
    file: 'w.scanflow',
  } as never);
  await watcher.start(null);
}

const ran = (count: number) =>
  vi.waitFor(() => expect(watcher.describe()).toMatchObject({ fault: null, runs: count }), 10_000);

test('a clock goes on where the time of the machine is set back', async () => {
  let ahead = 365 * 24 * 3600 * 1000;
  const { now } = Date;
  vi.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
  await arm();
  await ran(1);
  ahead = 0;
  await ran(2);
});

test('a watch keeps nothing of a run that is over', async () => {
  await arm();
  await ran(3);
  const { stopping } = watcher as unknown as { stopping: AbortController };
  // The pause until the next look.
  expect(getEventListeners(stopping.signal, 'abort').length).toBeLessThanOrEqual(1);
});
