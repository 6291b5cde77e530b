import type { AppliedRevision, Branch, KeyFields, Step, Supply } from '../plan';
import type { Decision, Fault, RunRequest, RunState, StepState } from '../protocol';
import type { AttemptSpec, Exit } from '../runtimes/runtime';
import type { GitState } from './git-state';

/** What a run works on, fixed when it is created: a snapshot of the graph, its files and its inputs. */
export interface RunHeader {
  run: string;
  /** Relative to the workspace, with `/`. */
  file: string;
  workflow: string;
  /** Artifact with the text of the file. */
  text: string;
  request: RunRequest;
  /** Resolved. */
  parameters: Record<string, unknown>;
  phases: string[];
  runtime: 'process' | 'docker';
  jobs: number;
  /** Source -> artifact. */
  sources: Record<string, string>;
  /** Source -> the path that it was read from, as it was written. */
  sourcePaths?: Record<string, string>;
  /** Declared file of an executor -> artifact. */
  files: Record<string, string>;
  /** For a run that a watch began: the nodes whose clocks are due; other clocks hold theirs back. */
  due?: string[];
  /** The revisions in effect. */
  revisions: AppliedRevision[];
  /** Split -> the feedback of cycles that the gate rejected, by content: it is parted together with what comes. */
  carried?: Record<string, readonly string[]>;
  /** External trackers: node -> the server, and the secret with its token. */
  trackers?: Record<string, { uri: string; secret: string | null }>;
  /** The state of the sources, where they are in git. */
  git?: GitState;
  /** It came in with an archive: it is looked at here, and never resumed. */
  imported?: { at: string; by: string };
}

/** The comparison that a gate step makes. */
export interface GatePlan {
  step: string;
  proposed: AppliedRevision;
  /** Identity of the proposed change, and of the graph that it was proposed for. */
  change: string;
  base: string;
  branches: Pick<Branch, 'side' | 'on' | 'scores'>[];
}

/** A number, or the word for one that JSON lacks (`NaN`, `Infinity`); journals of before have null for it. */
export type JournaledMetric = number | string | null;

export interface Outputs {
  /** Port -> artifact digest. */
  outputs: Record<string, string>;
  metrics: Record<string, JournaledMetric>;
  /** The tracker's run with its record; null where nothing was executed (a gate). */
  trackerRun: string | null;
}

/** A line of a run's journal: the truth about the run. */
export type RunEntry = { at: string } /** A run is there with its first plan, or not at all. */ & (
  | ({ type: 'created'; steps: Step[]; supplies: Supply[] } & RunHeader)
  | { type: 'planned'; steps: Step[]; supplies: Supply[]; gates: GatePlan[] }
  /** Ports of the tracker by address, so that a restarted engine is found at the same place. */
  | { type: 'opened'; ports: Record<string, number> }
  | { type: 'moved'; step: string; to: StepState; reason?: string; fault?: Fault }
  | { type: 'keyed'; step: string; key: string; fields: KeyFields }
  /** Intent: written before the outer world is touched. */
  | { type: 'attempt'; step: string; spec: AttemptSpec; trackerRun: string }
  | { type: 'exited'; step: string; attempt: number; exit: Exit }
  | ({
      type: 'settled';
      step: string;
      state: 'succeeded' | 'cached' | 'supplied';
      from?: string;
      reason?: string;
    } & Outputs)
  | { type: 'asked'; step: string; task: string; title: string; count: number }
  | { type: 'decided'; step: string; decision: Decision }
  | { type: 'notice'; message: string }
  | { type: 'resumed'; by: string }
  | { type: 'ended'; state: RunState; fault?: Fault }
);
