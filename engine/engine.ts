import os from 'node:os';
import path from 'node:path';
import { type EngineClient, fault, type RunEvent } from './protocol';
import { archiveRequests } from './requests/archive';
import { decisionRequests } from './requests/decisions';
import type { Handlers } from './requests/handlers';
import { imageRequests } from './requests/images';
import { provenanceRequests } from './requests/provenance';
import { resultRequests } from './requests/results';
import { reviewRequests } from './requests/review';
import { runRequests } from './requests/runs';
import { secretRequests } from './requests/secrets';
import { setupRequests } from './requests/setup';
import { taskRequests } from './requests/tasks';
import { trackerRequests } from './requests/tracker';
import { watchRequests } from './requests/watch';
import { mirroredLedger } from './revisions/registry';
import { ActiveRuns } from './runs/active-runs';
import { sweepLeftovers, sweptFirst } from './runs/leftovers';
import { rebuiltRunIndex } from './runs/rebuild-index';
import type { EngineRooms } from './runs/run-context';
import { readRun } from './runs/run-file';
import { keepInterrupted, rebuiltHistory } from './runs/successes';
import { chooseRuntime, workingRuntimes } from './runtimes';
import { openArtifacts } from './store/artifacts';
import { readFormat } from './store/format';
import { acquireLock } from './store/lock';
import { openRunIndex } from './store/run-index';
import { openTracker } from './tracker';
import { trackerAddresses } from './tracker-addresses';
import { Watches } from './watch/watches';
import { openHistory } from './workspace/history';
import { openLedger } from './workspace/ledger';
import { migrate } from './workspace/migrations';
import { makeStore, placesOf } from './workspace/places';
import { readSettings } from './workspace/settings';

export interface EngineOptions {
  /** Absolute root of the workspace. */
  workspace: string;
  /** Who acts, where a request does not say. */
  by?: string;
}

/**
 * Opens the engine of a workspace in this process. It holds the single-writer lock until it is disposed.
 *
 * @throws fault SF3001 where another engine has the workspace.
 */
export async function openEngine(options: EngineOptions): Promise<EngineClient> {
  const places = placesOf(options.workspace);
  const format = await readFormat(places.store);
  await makeStore(places);
  const lock = await acquireLock(places.store);
  if ('heldBy' in lock) {
    const who = lock.heldBy ? ` (process ${lock.heldBy.pid}, since ${lock.heldBy.since})` : '';
    throw fault(
      'SF3001',
      'environment',
      `Another engine works on ${places.root}${who}.`,
      'Wait until it is done, or use it: every command joins an engine that runs in the background.',
    );
  }
  const artifacts = openArtifacts(path.join(places.store, 'artifacts'));
  const tracker = await openTracker(path.join(places.store, 'tracker'), artifacts);
  await migrate(format, tracker);
  const record = async (run: string) => (await readRun(places, run)).record;
  const mirrorFailed = (error: unknown) => process.stderr.write(`The model registry: ${String(error)}\n`);
  const workspaceJournal = await openLedger(places.workspaceJournal);
  const ledger = mirroredLedger({ tracker, ledger: workspaceJournal, record }, mirrorFailed);
  const history = await openHistory(places.store, () => rebuiltHistory(places, ledger.state));
  const index = await openRunIndex(places.store, () => rebuiltRunIndex(places));
  await keepInterrupted(places, index, history);
  const settings = await readSettings();
  const runtimeOptions = { root: places.store, bundle: path.join(bundles, 'nodes.js'), settings };
  const rooms: EngineRooms = {
    places,
    artifacts,
    tracker,
    ledger,
    history,
    listen: trackerAddresses(tracker),
    supersede: (run) => runs.supersede(run),
  };
  const choose = sweptFirst(places, (name) => chooseRuntime(name, runtimeOptions));
  const sweep = async (dryRun: boolean) => {
    const runtimes = await workingRuntimes(runtimeOptions);
    return (await Promise.all(runtimes.map((runtime) => sweepLeftovers(places, runtime, dryRun)))).flat();
  };
  const runs = new ActiveRuns(rooms, index, choose);
  const watches = await Watches.open(rooms, runs);
  const by = options.by ?? personHere();
  const handlers: Omit<Handlers, 'handshake'> = {
    ...setupRequests(rooms, choose),
    ...runRequests(rooms, runs, index, by),
    ...taskRequests(rooms, runs, by),
    ...decisionRequests(rooms, runs, by),
    ...resultRequests(rooms, runs),
    ...reviewRequests(ledger.state, runs),
    ...provenanceRequests(rooms),
    ...archiveRequests(rooms, runs, index, sweep, SCANFLOW_VERSION, by),
    ...trackerRequests(rooms),
    ...secretRequests(process.env),
    ...watchRequests(watches, by),
    ...imageRequests(places.store, settings),
  };
  return {
    ...handlers,
    handshake: async ({ protocol }) => ({ protocol, version: SCANFLOW_VERSION, pid: process.pid }),
    onEvent: (listener: (event: RunEvent) => void) => ({ dispose: runs.onEvent(listener) }),
    dispose: async () => {
      await watches.close();
      await runs.close();
      await Promise.all([index.close(), history.close(), ledger.close()]);
      await tracker.close();
      await lock.release();
    },
  };
}

/** Who is at this machine, for the record. */
function personHere(): string {
  try {
    return process.env.USER || os.userInfo().username;
  } catch {
    // A user id without an entry, as containers have it.
    return 'unknown';
  }
}

declare const SCANFLOW_VERSION: string;

/** The folder of the bundles: this file's own when it is bundled, `dist/` when it runs from source. */
const bundles = path.basename(__dirname) === 'dist' ? __dirname : path.resolve(__dirname, '../dist');
