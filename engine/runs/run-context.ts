import type { Workflow } from '../../graph';
import type { EffectiveWorkflow } from '../plan';
import type { OpenRun, Runtime } from '../runtimes/runtime';
import type { ArtifactStore } from '../store/artifacts';
import type { Tracker } from '../tracker';
import type { History } from '../workspace/history';
import type { Ledger } from '../workspace/ledger';
import type { Places } from '../workspace/places';
import type { RunEntry } from './entries';
import type { RunRecord } from './run-state';

/** What a workspace's engine has open, shared by its runs. */
export interface EngineRooms {
  places: Places;
  artifacts: ArtifactStore;
  tracker: Tracker;
  history: History;
  ledger: Ledger;
  /** Makes the tracker listen on these addresses; gives the port. */
  listen(hosts: readonly string[], former: number): Promise<number>;
  /** A waiting run whose task moved to a newer one ends. */
  supersede(run: string): Promise<void>;
}

/** All that the parts of one run work with. */
export interface RunContext extends EngineRooms {
  run: RunRecord;
  /** The file's graph with its holdouts and the revisions in effect: of the run's snapshot. */
  effective: EffectiveWorkflow;
  workflow: Workflow;
  runtime: Runtime;
  opened: OpenRun;
  /** The tracker's address as nodes see it. */
  trackingUri: string;
  /** Applies an entry at once and resolves when it is on disk; `flush` where an effect or an answer hangs on it. */
  put(entry: WithoutTime<RunEntry>, options?: { flush?: boolean }): Promise<void>;
  /** Tells followers something that is not worth a line in the journal. */
  progress(step: string): void;
}

export type WithoutTime<E> = E extends unknown ? Omit<E, 'at'> : never;
