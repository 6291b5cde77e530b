import { getEventListeners } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ActiveRuns } from '../runs/active-runs';
import type { EngineRooms } from '../runs/run-context';
import type { RunBatch } from '../runs/start-run';
import { openArtifacts } from '../store/artifacts';
import { type Ledger, openLedger } from '../workspace/ledger';
import { placesOf } from '../workspace/places';
import { Watcher } from './watcher';

/** A node with a clock behind a source. */
const graph = (name: string, source: string, every: string): string => `
scanflow: 1
name: ${name}
sources: { data: ${source} }
executors:
  read: { command: [cat, $(inputs.a)], inputs: { a: file } }
nodes:
  live: { executor: read, trigger: { every: ${every} } }
edges:
  - sources.data -> live.a
`;
const clocked = graph('clocked', 'data', '1s');
const watched = graph('watched', '{ path: locked/data, watch: true, settle: 1s }', '8s');

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
    check: async () => undefined,
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

test('a source behind a folder that may not be searched is not one that does not exist', async () => {
  writeFileSync(path.join(root, 'w.scanflow'), watched);
  mkdirSync(path.join(root, 'locked/data'), { recursive: true });
  await arm();
  const says = (fault: unknown) =>
    vi.waitFor(() => expect(watcher.describe()).toMatchObject({ fault: null, sources: [{ fault }] }), 5000);
  await says(null);
  // Nothing is forbidden to root: it has to be somebody else for a moment.
  const isRoot = process.geteuid?.() === 0;
  chmodSync(root, 0o755);
  chmodSync(path.join(root, 'locked'), 0o000);
  if (isRoot) process.seteuid?.(65534);
  try {
    const message = expect.stringMatching(/^Source data cannot be read: EACCES.*locked/);
    await says(expect.objectContaining({ code: 'SF3072', message }));
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(path.join(root, 'locked'), 0o755);
  }
  await says(null);
});

test('one file that may not be read keeps no other from its run, and is taken once it may', async () => {
  writeFileSync(path.join(root, 'w.scanflow'), watched.replace('8s', '1s'));
  mkdirSync(path.join(root, 'locked/data'), { recursive: true });
  const place = (name: string) => path.join(root, 'locked/data', name);
  for (const name of ['a', 'b', 'c']) writeFileSync(place(name), name);
  chmodSync(place('b'), 0o000);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) for (const folder of [root, 'artifacts', 'locked', 'locked/data']) open(path.resolve(root, folder));
  const says = (waiting: number, fault: unknown) =>
    vi.waitFor(() => expect(watcher.describe()).toMatchObject({ fault: null, sources: [{ waiting, fault }] }), 10_000);
  await arm();
  if (isRoot) process.seteuid?.(65534);
  try {
    await ran(1);
    await says(1, { code: 'SF3072', message: 'Source data: b cannot be read (EACCES).' });
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
  chmodSync(place('b'), 0o644);
  await ran(2);
  await says(0, null);
}, 30_000);

/** For whoever this process is. */
function open(folder: string): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o777);
}

test('a clock that is due while a file is being written to goes off once it is not', async () => {
  writeFileSync(path.join(root, 'w.scanflow'), watched);
  mkdirSync(path.join(root, 'locked/data'), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(path.join(root, 'locked/data', name), text);
  write('a', '1');
  await arm();
  await ran(1);
  const due = Date.parse(watcher.describe().clocks[0]!.next);
  await pause(due - 2000 - Date.now());
  // Across the moment when it is due.
  for (let text = '1'; Date.now() < due + 1000; text += '1') {
    write('b', text);
    await pause(300);
  }
  expect(watcher.describe().runs).toBe(1);
  await ran(2);
  // It does not wait for its whole interval again.
  expect(Date.now()).toBeLessThan(due + 7500);
}, 30_000);

test('a workflow that is gone is said to be so for as long as it is', async () => {
  await arm();
  const file = path.join(root, 'w.scanflow');
  rmSync(file);
  await vi.waitFor(() => expect(watcher.describe().fault?.message).toMatch(/^w.scanflow is gone: /), 10_000);
  writeFileSync(file, clocked);
  await vi.waitFor(() => expect(watcher.describe().fault).toBeNull(), 10_000);
});
