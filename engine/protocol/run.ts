import type { Fault } from './errors';
import type { NodeProgress } from './node-contract';
import type { RunState, StepState } from './states';

/** What `run --json` and `show --json` print, and what the editor shows. Stable: others script against it. */
export interface RunSummary {
  run: string;
  state: RunState;
  /**
   * It says `running`, or `waiting` for what was answered since, and nobody drives it, for its engine was killed:
   * `resume` goes on with it, `cancel` ends it.
   */
  interrupted?: boolean;
  /** Path of the workflow's file, relative to the workspace. */
  file: string;
  workflow: string;
  /** The file as it was when the run began: a read-only copy, relative to the workspace. */
  text?: string;
  runtime: 'process' | 'docker';
  phases: string[];
  parameters: Record<string, unknown>;
  startedAt: string;
  endedAt: string | null;
  nodes: StepSummary[];
  /** `<node>` (or `<node>[version]`, or a branch's step without its phase) -> metric -> last value. */
  metrics: Record<string, Record<string, number>>;
  /** Open tasks that it waits for. */
  tasks: string[];
  /** All of the workflow's, as they are now. */
  models: ModelDecision[];
  /** Ids of the decisions that its own gates came to. */
  decisions: string[];
  /** What a person should know of it beside its end, in the order in which it came up; absent: nothing. */
  notices?: string[];
  fault: Fault | null;
}

export interface StepSummary {
  /** `node[version]@phase`; candidates `trainer/candidate/node@phase` (docs/protocol.md). */
  name: string;
  state: StepState;
  attempt: number;
  exitCode: number | null;
  startedAt: string | null;
  endedAt: string | null;
  /** Why it is where it is, for a person: the field that missed the cache, the condition that holds it, the error. */
  reason: string | null;
  fault: Fault | null;
  progress: NodeProgress | null;
}

export interface ModelDecision {
  /** `<workflow>/<node[version]>.<port>`; of a second file with the workflow's name `<workflow>/<file>/<node>.<port>`. */
  name: string;
  version: string;
  alias: 'champion' | 'candidate' | null;
  decision: Decision | null;
}

/** The gate's verdict on one revision, and what a person made of it. */
export interface Decision {
  id: string;
  improver: string;
  state: 'waiting' | 'promoted' | 'rejected' | 'rolled-back';
  metric: string;
  goal: 'maximize' | 'minimize';
  threshold: number;
  guard: number;
  /** Scores on the held-back feedback; null where the improver takes none, and without `on`, whose place it takes. */
  heldBack: { champion: number; candidate: number } | null;
  /** Scores on `metric.on`. */
  test: { champion: number; candidate: number };
  /** For a compound: the candidate's score on `metric.on` without its insert. */
  bare: number | null;
  /** Where the gate fell back on the compound without its insert, so that this is the candidate: what the compound scored. */
  compound?: { test: number; heldBack: number | null };
  /** Of the metric that the gate keeps beside the one that it goes by, on `metric.on`; of what would be promoted. */
  kept?: { metric: string; champion: number; candidate: number };
  reason: string;
  by: string | null;
  at: string | null;
}
