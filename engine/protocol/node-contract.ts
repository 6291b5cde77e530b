/**
 * The contract between the engine and every node, whatever its language (docs/node-contract.md).
 * User code imports nothing of ours: it finds files at the places that these environment variables name.
 */
export const ENV = {
  params: 'SCANFLOW_PARAMS',
  inputs: 'SCANFLOW_INPUTS',
  outputs: 'SCANFLOW_OUTPUTS',
  cache: 'SCANFLOW_CACHE',
  task: 'SCANFLOW_TASK',
  progress: 'SCANFLOW_PROGRESS',
  run: 'SCANFLOW_RUN',
  node: 'SCANFLOW_NODE',
  attempt: 'SCANFLOW_ATTEMPT',
  phase: 'SCANFLOW_PHASE',
  fresh: 'SCANFLOW_FRESH',
  secrets: 'SCANFLOW_SECRETS',
  trackingUri: 'MLFLOW_TRACKING_URI',
  trackingToken: 'MLFLOW_TRACKING_TOKEN',
  experimentId: 'MLFLOW_EXPERIMENT_ID',
  runId: 'MLFLOW_RUN_ID',
} as const;

/** The JSON in the file `$SCANFLOW_PARAMS`. */
export interface NodeParameters {
  /** Resolved `with:`, defaults filled in, the matrix axes of this version included. */
  parameters: Record<string, Json>;
  /** Port -> absolute path. A port that takes `many` has a folder with one entry an edge, `0`, `1`, ... Absent: not bound. */
  inputs: Record<string, string>;
  /** Port -> absolute path to write. */
  outputs: Record<string, string>;
}

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * One JSON object a line, appended by a node to the file `$SCANFLOW_PROGRESS` where it wants to show how far it is.
 * The engine reads the last line.
 */
export interface NodeProgress {
  /** 0 to 1. */
  done: number;
  /** For a person: `epoch 2/3, loss 0.081`. */
  message?: string;
  /** Seconds left, estimated. */
  left?: number;
}

/** What a node that asks a person leaves in the file `$SCANFLOW_TASK` before it exits with 0. */
export interface TaskRequest {
  kind: 'label' | 'find';
  title: string;
  /** Classes a `label` task chooses from; may be empty for free text. */
  classes: string[];
  items: TaskItem[];
  /** The output port that gets the person's answer as a `feedback` dataset; the only required output of such a node. */
  output: string;
  /** The input port whose samples (dataset: x, id) the items name; the answer takes x from there. */
  data: string;
  /** `find`: the input port with the clean data to choose from. */
  clean?: string;
  /** `find`: the ids that may be an answer, those of the clean samples; without them any text is taken. */
  choices?: string[];
  /** The input port with an oracle's answers (CSV `id,label`); where it is bound, nobody needs to be asked. */
  answers?: string;
}

export interface TaskItem {
  /** The sample's stable id. */
  id: string;
  /** A hash of what the sample is: an answer is used again only for the same. Without it, for the same id. */
  content?: string;
  /** How far it lies from what was expected, where a checker said so. */
  severity?: number;
  /** `find`: ids of clean samples, the best first. */
  candidates?: string[];
  /** What a machine takes it for; a person sees it only where they ask for it. */
  suggestion?: Suggestion;
  /** What a person may know it by where nothing draws it: the first columns of a table, name -> text. */
  values?: Record<string, string>;
}

export interface Suggestion {
  label: string;
  /** 0 to 1. */
  probability: number | null;
}

/** The file `revision.json` that an improver writes at its output port `revision`. */
export interface Revision {
  changes: Change[];
}

export type Change = MergeChange | InsertChange | SetChange;

/** Feedback joined to the dataset that reaches a port: same id replaces, new ids append. */
export interface MergeChange {
  op: 'merge';
  /** `node.port`. */
  into: string;
  /** The improver's input port with the feedback (default `feedback`). */
  feedback?: string;
  /** How much one feedback sample counts against one of the base (default 1: written as `weight` where it is not 1). */
  weight?: number;
}

/** A node before ports, drawn as one compound with the nodes behind them. */
export interface InsertChange {
  op: 'insert';
  /** Name of the new node; the engine prefixes it with the improver's. */
  name: string;
  /** Built-in program and its parameters, or an executor of the file. */
  uses?: string;
  executor?: string;
  with?: Record<string, Json>;
  /** Files or folders that the improver left among its outputs: port of the new node -> output port of the improver. */
  artifacts?: Record<string, string>;
  /** The input port of the new node that takes what went to the wrapped ports, and its output port that replaces it. */
  input: string;
  output: string;
  /** `node.port`, each one of the improver's `wraps`. */
  before: string[];
}

/** Other parameters, another executor or image. */
export interface SetChange {
  op: 'set';
  node: string;
  with?: Record<string, Json>;
  executor?: string;
  uses?: string;
  image?: string;
}
