import type { AppliedRevision } from '../plan';
import type { Decision, Look, TaskRequest } from '../protocol';

/** A question to a person that a node left. */
export interface TaskOpened {
  id: string;
  /** Relative path of the workflow's file. */
  file: string;
  workflow: string;
  /** `node[version]@phase`: one open task each. */
  step: string;
  node: string;
  run: string;
  request: TaskRequest;
  /** Artifacts with the samples, oldest first; `items` may come from any of them. */
  data: string[];
  clean: string | null;
  /** The artifact with the request's `choices`, as JSON: they may be as many as the clean samples, and stand in no entry. */
  choices?: string;
  at: string;
}

export interface Proposal {
  /** Relative path of the workflow's file. */
  file: string;
  workflow: string;
  run: string;
  /** The gate's step. */
  step: string;
  revision: AppliedRevision;
  /** Identity of the change, and of the graph that it was proposed for. */
  change: string;
  base: string;
  decision: Decision;
  /** When it was proposed; entries of before do not say. */
  at?: string;
  /** Split -> all that people gave back and that was parted there, by content; entries of before do not say. */
  feedback?: Record<string, string[]>;
}

export interface ModelVersion {
  /** `<workflow>/<node[version]>.<port>`; of a second file with the workflow's name `<workflow>/<file>/<node>.<port>`. */
  name: string;
  /** Relative path of the workflow's file; entries of before do not say. */
  file?: string;
  version: string;
  digest: string;
  run: string;
  step: string;
  /** The proposal that it belongs to; null for a champion that no proposal made. */
  proposal: string | null;
  /** The decisions whose revisions were in effect on it when it was made; entries of before do not say. */
  revisions?: string[];
  at: string;
}

/** What a person (or an oracle) said at once of the samples of a task. */
export interface GivenAnswers {
  answers: Record<string, string | null>;
  /** Samples that are open again. */
  open?: string[];
  /** Why samples were skipped. */
  reasons?: Record<string, string>;
  /** How the person came to the answers. */
  looks?: Record<string, Look>;
  /** Answers to what was asked a second time. */
  again?: Record<string, string>;
  /** `undo`, `redo`: of the last step; `known`: nobody's step, so that none can undo it. */
  step?: 'undo' | 'redo' | 'known';
}

/** What a run of a watch took. */
export interface BatchTaken {
  /** Relative path of the workflow's file. */
  file: string;
  consumer: string;
  run: string;
  /** Source -> its data, and the files in it with their states. */
  sources: Record<string, { digest: string; files: Record<string, string> }>;
  at: string;
}

/** What was decided on a proposal, by whom, when and why. */
export interface Verdict {
  /** The proposal's. */
  id: string;
  state: Decision['state'];
  reason: string;
  by: string;
  at: string;
}

/** What was decided on models elsewhere, as an archive brought it: to be read, and in effect nowhere. */
export interface ImportedModels {
  models: ModelVersion[];
  decisions: Decision[];
  verdicts: Verdict[];
}

/** A line of the workspace's journal: what people decided and what follows from it. */
export type LedgerEntry =
  | ({ type: 'task' } & TaskOpened)
  | ({ type: 'answers'; task: string; by: string; at: string } & GivenAnswers)
  | { type: 'flags'; task: string; ids: string[]; on: boolean; by: string; at: string }
  | { type: 'task-closed'; task: string; at: string }
  | ({ type: 'proposal' } & Proposal)
  | ({ type: 'decision' } & Verdict)
  | ({ type: 'model' } & ModelVersion)
  | ({ type: 'imported'; by: string; at: string } & ImportedModels)
  | ({ type: 'batch' } & BatchTaken)
  /** The run of a batch could not begin: nothing was taken. */
  | { type: 'batch-dropped'; file: string; run: string; at: string };
