import type { OutputPort, Resources, Retry } from '../../graph';
import type { Json } from '../protocol';

/**
 * One thing to do: a node, or one version of it, in one phase. Plain data: plans are journaled and read again by the next
 * engine.
 */
export interface Step {
  /** `node[version]@phase`; in a branch `improver/candidate/test/node[version]@phase` (how it begins, `branches.ts` says). */
  name: string;
  /** The node of the effective workflow that it comes from. */
  node: string;
  /** Axis -> value, in the order in which they are written in the name; empty without a matrix. */
  version: Record<string, string>;
  phase: string;
  /** What the improver's branch is for; null outside. */
  branch: string | null;
  /** Under which name its success supplies other phases and runs; null: under none (a branch on held-back data). */
  history: string | null;
  role: StepRole;
  program: StepProgram;
  /** Resolved `with:`, defaults filled in, axes included. */
  parameters: Record<string, Json>;
  /** The values that `$(name)` has in the program's command and env; ports are the runtime's to fill in. */
  scope: Record<string, Json>;
  inputs: Binding[];
  outputs: OutputSpec[];
  /** Steps that must have ended well before this one, without giving it anything. */
  after: string[];
  /** Identity of the revisions in effect on it and its ancestors: a success counts only under the same ones. */
  revisions: string;
  resources: Resources;
  /** Seconds. */
  timeout: number | null;
  retry: Retry;
  network: 'run' | 'own' | 'none';
  cache: boolean;
  secrets: string[];
  /** The waiting step whose outputs this one makes, of a person's answers. */
  completes: string | null;
  /** Held back until asked for by name. */
  manual: boolean;
  /** Seconds from one run to the next, while a watch is armed; null: no clock. */
  every: number | null;
  /** A condition over metrics. */
  when: string | null;
}

/**
 * `execute`: runs a program. `supply`: stands for the last success of a node that does not execute in this phase.
 * `gate`: compares the branches of an improver; nothing runs.
 */
export type StepRole = 'execute' | 'supply' | 'gate';

export type StepProgram =
  | { kind: 'builtin'; name: string }
  | {
      kind: 'command';
      executor: string;
      image?: string;
      /** Relative to the workflow's file. */
      build?: string;
      requirements?: string;
      files: string[];
      /** As written: substituted when an attempt is made. */
      command: string[];
      env: Record<string, string>;
    }
  /** For `supply` and `gate`. */
  | { kind: 'none' };

export interface Binding {
  port: string;
  /** Place within a port that takes many; null for one that takes one. */
  index: number | null;
  origin: Origin;
  via: 'volume' | 'tracker';
  /** For `via: tracker`: names of parameters and metrics that go as JSON; empty: the artifact goes. */
  carries: string[];
  optional: boolean;
}

export type Origin =
  | { kind: 'source'; name: string }
  /** `port` is null where only the tracker's record of the step is carried. */
  | { kind: 'step'; step: string; port: string | null }
  | { kind: 'artifact'; digest: string };

export type OutputSpec = Pick<OutputPort, 'name' | 'type' | 'optional' | 'path'>;

/** Which step supplies a `supply` step: one of the same run, or the newest success of these names in the history. */
export interface Supply {
  step: string;
  /** A step of this run, where one executes the node. */
  from: string | null;
  /** Names to look up in the history, `node[version]@phase`. */
  history: string[];
  /** The phases that would make it, for the error. */
  phases: string[];
}

/** The name of a step: stable, shown to people, used by scripts. */
export function stepName(node: string, version: Record<string, string>, phase: string, branch: string | null): string {
  // A node that a revision brought already carries its improver's name: once is enough.
  const improver = branch?.split(/[/[@]/, 1)[0];
  const short = improver && node.startsWith(`${improver}/`) ? node.slice(node.indexOf('/') + 1) : node;
  return `${branch ? `${branch}/` : ''}${versionName(short, version)}@${phase}`;
}

/** `cnn[lr=0.1,depth=2]`, or the bare name. */
export function versionName(node: string, version: Record<string, string>): string {
  const axes = Object.entries(version);
  return axes.length === 0 ? node : `${node}[${axes.map(([axis, value]) => `${axis}=${value}`).join(',')}]`;
}
