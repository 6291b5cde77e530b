import type { Fault } from './errors';
import type { Json } from './node-contract';

/** What a workflow is armed with: its runs begin with it. */
export interface ArmedWith {
  parameters?: Record<string, Json>;
  runtime?: 'auto' | 'docker' | 'process';
  jobs?: number;
}

/** Arms a workflow, or with `off` disarms it. */
export interface WatchRequest extends ArmedWith {
  /** Absolute path, or relative to the workspace. */
  file: string;
  off?: boolean;
  /** Who asks, for the record. */
  by?: string;
}

/** A workflow that is armed: what it waits for, and how it went so far. */
export interface WatchRow extends ArmedWith {
  /** Relative to the workspace. */
  file: string;
  workflow: string;
  since: string;
  /** Watched sources: how many of their files no batch has taken yet, and why others of them cannot be seen. */
  sources: { name: string; path: string; waiting: number; fault: Fault | null }[];
  /** Nodes with `trigger: { every: ... }`: seconds, and when they are due. */
  clocks: { node: string; every: number; next: string }[];
  /** The run that is under way, and the last one that this watch began. */
  run: string | null;
  last: string | null;
  /** Runs that this watch began. */
  runs: number;
  /** Why the next run could not begin; it is tried again. */
  fault: Fault | null;
}

/** A workflow that was armed when its engine ended, by a kill or with its machine: nothing runs by itself until it is armed again. */
export interface EndedWatch extends ArmedWith {
  /** Relative to the workspace. */
  file: string;
  workflow: string;
  /** When it was armed, and when its engine was last known to be there. */
  since: string;
  ended: string;
}
