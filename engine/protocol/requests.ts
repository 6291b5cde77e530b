import type { Problem } from '../../graph';
import type { RunEvent } from './events';
import type { ImageRow } from './images';
import type { Lineage } from './lineage';
import type { Json, SetChange, Suggestion } from './node-contract';
import type { Decision, ModelDecision, RunSummary } from './run';
import type { RunState } from './states';
import type { EndedWatch, WatchRequest, WatchRow } from './watch';

/** The version of this contract; client and engine shake hands over it. */
export const PROTOCOL = 1;

export interface RunRequest {
  /** Absolute path, or relative to the workspace. */
  file: string;
  phase?: string;
  /** Only what this node needs, itself included. */
  to?: string[];
  /** Only these; what they need is supplied. */
  only?: string[];
  parameters?: Record<string, Json>;
  /** Source name -> path, in place of the file's. */
  inputs?: Record<string, string>;
  runtime?: 'auto' | 'docker' | 'process';
  /** Steps at once; default: the number of CPUs. */
  jobs?: number;
  /** Execute even what the cache holds. */
  fresh?: boolean;
  /** Who asks, for the record. */
  by?: string;
}

export interface RunRow {
  run: string;
  workflow: string;
  file: string;
  state: RunState;
  /** As in its summary. */
  interrupted?: boolean;
  startedAt: string;
  endedAt: string | null;
}

export interface TaskRow {
  id: string;
  kind: 'label' | 'find' | 'authorise';
  title: string;
  run: string;
  node: string;
  workflow: string;
  classes: string[];
  open: number;
  answered: number;
  skipped: number;
  createdAt: string;
  /** For `authorise`. */
  decision: Decision | null;
  /** For an open question for labels, where labels were judged before in its workflow: what more of them may gain. */
  next?: NextGain;
}

/** What was said of a sample: a class or the id of a clean sample; null skips it, perhaps with the reason. */
export interface GivenAnswer {
  answer: string | null;
  reason: string | null;
}

/** What one `answer` changed; null: open. It can be undone whenever the task is open, by any client. */
export interface AnswerStep {
  at: string;
  by: string;
  changes: { id: string; before: GivenAnswer | null; after: GivenAnswer | null }[];
}

/** How a person came to an answer. */
export interface Look {
  /** From the sample on the screen to the answer. */
  seconds: number;
  /** Nothing that a machine says of the sample was shown. */
  blind: boolean;
}

export interface TaskSample {
  id: string;
  severity: number | null;
  candidates: string[];
  answer: string | null;
  skipped: boolean;
  /** Why it was skipped. */
  reason: string | null;
  /** A person wants to look at it again. */
  flagged: boolean;
  /** What a machine takes it for. */
  suggestion: Suggestion | null;
  /** Where the client said it. */
  look: Look | null;
  /** What was answered when it was asked a second time, to see how far answers can be relied on; it changes nothing. */
  again: string | null;
  /** Where its node says them: the first columns of a table, name -> text. */
  values?: Record<string, string>;
}

export interface TaskDetail extends TaskRow {
  items: TaskSample[];
  /** What can be undone, the latest last. */
  done: AnswerStep[];
  /** What was undone and can be done again, the next one last. */
  undone: AnswerStep[];
  /** Path of the dataset with the samples, relative to the workspace. */
  data: string | null;
  clean: string | null;
  /** Labels of earlier cycles that the next candidate learns from, too; engines of before do not say. */
  joined?: number;
}

/** `label`: id -> class. `find`: id -> id of the clean sample. null skips. */
export type Answers = Record<string, string | null>;

export interface AnswerRequest {
  task: string;
  answers: Answers;
  /** Samples that shall be open again. */
  open?: string[];
  /** Why samples are skipped: id -> words. */
  reasons?: Record<string, string>;
  /** How the person came to the answers: id -> look. */
  looks?: Record<string, Look>;
  /**
   * What must stand of samples still (null: open), or nothing is saved: a client that takes a step back names what it saw, and
   * takes back nothing that another said since.
   */
  expected?: Record<string, GivenAnswer | null>;
  /** Answers to samples that were answered before and asked again: they are kept beside, and change nothing. */
  again?: Record<string, string>;
  /** These answers take the last step back (`undo`), or do it again. */
  step?: 'undo' | 'redo';
  /** Ends the task with what is answered. */
  close?: boolean;
  by?: string;
}

export interface AnswerResult {
  task: string;
  accepted: number;
  open: number;
  closed: boolean;
  /** The run that goes on now, if one does. */
  run: string | null;
  /** Where it can't go on: why, and how it does later. The answers are saved. */
  notice?: string;
}

/** What a person decided. */
export interface DecisionResult extends Decision {
  /** Where the run that waited for it can't go on: why, and how it does later. The decision stands. */
  notice?: string;
}

export interface LogChunk {
  node: string;
  attempt: number;
  text: string;
  /** Of a node that came from the cache: the run that made it. Its text is told only where the node was asked for by name. */
  run?: string;
}

/** What passed on one binding of a run: from an output, a source or the tracker to an input port. */
export interface Passage {
  /** `model@training.model`, `sources.clean`, or `artifact` for what a revision brought. */
  from: string;
  /** `trial@training.model`; `reports/0` where the port takes many. */
  to: string;
  via: 'volume' | 'tracker';
  digest: string;
  /** `absent`: a node wrote to it, or it was deleted. */
  kind: 'file' | 'folder' | 'absent';
  /** null where it is absent. */
  bytes: number | null;
  /** Relative to the workspace. */
  path: string;
}

/** What a step of a run left at one of its output ports. */
export interface OutputRow {
  step: string;
  port: string;
  type: string;
  digest: string;
  /** `absent`: a node wrote to it, or it was deleted. */
  kind: 'file' | 'folder' | 'absent';
  /** null where it is absent. */
  bytes: number | null;
  /** Relative to the workspace. */
  path: string;
}

/** What a step of a run was to run, and with what. */
export interface StepParameters {
  step: string;
  node: string;
  /** What an improver's branch tries it for; null: it is the workflow's. */
  branch: string | null;
  /** An executor of the file, or a built-in node (`scanflow/classifier`). */
  program: string;
  /** As they were resolved: defaults filled in, the axes of its version included. */
  parameters: Record<string, Json>;
  /** Both as written; a built-in node has none. */
  command: string[];
  env: Record<string, string>;
}

/** A metric of a step, point by point. */
export interface Curve {
  /** `node`, `node[version]`, or a branch's step without its phase. */
  node: string;
  /** Where it was logged; absent where an older engine tells. */
  phase?: string;
  metric: string;
  /** In order: the step that the node counted, or which value it is where it counted none, the value, when (milliseconds). */
  points: { step: number; value: number; at: number }[];
}

/** All that a person should see before a candidate is authorised. */
export interface Review {
  decision: Decision;
  workflow: string;
  file: string;
  run: string;
  /** What the revision would change, in words. */
  changes: string[];
  /**
   * `again`: how many were asked a second time, `same`: how many of those got the same answer; `heldBack`: how many the gate
   * judged by, null where by none or nobody counted.
   */
  labels: {
    answered: number;
    skipped: number;
    again: number;
    same: number;
    by: string[];
    heldBack: number | null;
  };
  /** Every metric that both branches logged, a data set. */
  scores: { on: 'test' | 'held-back'; node: string; metric: string; champion: number; candidate: number }[];
  models: { name: string; champion: string | null; candidate: string | null; run: string; step: string }[];
  /** Former decisions of this improver, the oldest first: what so many labels gained. */
  earlier: GainPoint[];
}

/** A revision in effect: what it adds to the graph that the file has. */
export interface RevisionRow {
  decision: string;
  improver: string;
  workflow: string;
  file: string;
  /** Where some of it is gone from the text, the whole revision is suspended. */
  needs: RevisionNeeds;
  /** In the order in which they are put there. */
  inserts: InsertedNode[];
  /** What it says of nodes that are in the file. */
  sets: SetChange[];
}

export interface RevisionNeeds {
  /** `node.port`, each with an edge that ends at it. */
  ports: string[];
  nodes: string[];
  executors: string[];
}

/** A node that is in no file: a revision put it before a port. */
export interface InsertedNode {
  /** `merge`: the engine's own, which joins the feedback to what goes to the port. `insert`: what the improver brought. */
  op: 'insert' | 'merge';
  /** As its steps are named: `denoiser/denoiser(trial.data)#0a1b2c`. */
  node: string;
  name: string;
  /** An executor of the file, or a built-in node (`scanflow/denoiser`). */
  program: string;
  builtin: boolean;
  /** `node.port` */
  before: string;
  /** Its port that takes what went there, and the one that goes there now. */
  input: string;
  output: string;
}

export interface GainPoint {
  decision: string;
  state: Decision['state'];
  at: string;
  labels: number;
  /** Of the metric, positive is better. */
  gain: number;
  metric: string;
  /** The metric that the gain is of: on the held-back feedback, or without any on the test data. */
  champion: number;
  candidate: number;
  /** The gate asked for more than this. */
  threshold: number;
}

/** What the next labels may gain, and whether they are worth a person's time. */
export interface NextGain {
  labels: number;
  /** Of the metric, positive is better. */
  gain: number;
  metric: string;
  /** How many decisions it is judged by. */
  from: number;
  /** It is so little beside what labels gained at most that a person may stop. */
  enough: boolean;
}

export interface QueryRequest {
  /** MLflow's filter language: `metrics.accuracy > 0.9 and params.lr = '0.1'`; none: all. */
  filter?: string;
  /** MLflow's orders: `metrics.accuracy DESC`; without, the newest first. */
  order?: string[];
  /** Default 100. */
  limit?: number;
  /** Only of this workflow (the experiment's name). */
  workflow?: string;
  /** Only of this execution: a run, `RUN/STEP`, or the id that the tracker gave. Its tracker is asked (paper, Alg. 2). */
  execution?: string;
}

/** What a tracker knows of one execution. */
export interface QueryRow {
  /** The tracker's id. */
  execution: string;
  name: string;
  workflow: string;
  run: string | null;
  step: string | null;
  status: string;
  startedAt: string;
  endedAt: string | null;
  params: Record<string, string>;
  metrics: Record<string, number>;
  tags: Record<string, string>;
  /** Port -> digest of what went in: training data, splits, feedback. */
  inputs: Record<string, string>;
  /** Port -> digest of what it made: models, predictions, anomalous points. */
  outputs: Record<string, string>;
  /** The address of the tracker that answered; null: the workspace's own store. */
  tracker: string | null;
}

export interface ExportReport {
  path: string;
  runs: string[];
  artifacts: number;
  /** Of the artifacts. */
  bytes: number;
}

export interface ImportReport {
  runs: string[];
  /** Runs that were here already. */
  skipped: string[];
  artifacts: number;
}

/** What was removed, or would be. */
export interface GarbageReport {
  dryRun: boolean;
  /** Runs that were forgotten. */
  runs: string[];
  /** Processes, containers and networks of runs whose engine died, for a person. */
  leftovers: string[];
  /** What clients deleted in the tracker, gone for good. */
  deleted: { runs: number; models: number; experiments: number };
  artifacts: Amount;
  /** Working folders of attempts whose outputs are kept by content, or that failed, in runs that are over. */
  folders: Amount;
  /** Artifacts that stay. */
  kept: Amount;
}

export interface Amount {
  count: number;
  bytes: number;
}

/** An environment that programs of a workflow run in. */
export interface BuiltEnvironment {
  /** Executors and built-in nodes that use it. */
  programs: string[];
  description: string;
  identity: string;
}

/** How the cache saw one step. */
export interface Explanation {
  step: string;
  key: string;
  /** `hit`: taken from `run`; `miss`: `differs` names the fields against the nearest former execution. */
  verdict: 'hit' | 'miss' | 'off' | 'none';
  run: string | null;
  differs: DifferingField[];
}

export interface DifferingField {
  field: string;
  before: string | null;
  after: string | null;
  /** Of a folder of `files`, where both are in the store: what differs in it, by name. */
  files?: FileChange[];
}

export interface FileChange {
  /** Relative to the folder, with `/`. */
  path: string;
  change: 'added' | 'changed' | 'removed';
}

/** Every request of the engine: name -> [parameters, result]. What one client can do, each can. */
export interface Requests {
  handshake: [{ protocol: number; token: string }, { protocol: number; version: string; pid: number }];
  validate: [{ file: string }, { problems: Problem[] }];
  /** The Setup stage: makes every environment of a workflow that is not there yet. Runs nothing. */
  build: [{ file: string; runtime?: 'auto' | 'docker' | 'process' }, BuiltEnvironment[]];
  /** What Docker has of ours, and what this workspace used. */
  images: [Record<string, never>, ImageRow[]];
  /** Removes the images that were made for this workspace and that no container uses; they are made again when needed. */
  pruneImages: [Record<string, never>, { removed: string[] }];
  /** Pushes one under another name, for hosts that pull it from there. */
  pushImage: [{ name: string; target: string }, { name: string; target: string }];
  run: [RunRequest, { run: string }];
  resume: [{ run: string }, { run: string }];
  cancel: [{ run: string }, { run: string }];
  /** Arms a workflow, or disarms it. `watch` is how it is now, or how it was; null where it was not armed. */
  watch: [WatchRequest, { watch: WatchRow | null }];
  watches: [Record<string, never>, WatchRow[]];
  /** What was armed when its engine ended, and is watched by nobody: `watch` arms it again, with `off` forgets it. */
  endedWatches: [Record<string, never>, EndedWatch[]];
  /** Answers when the run is no longer `running`. */
  settled: [{ run: string }, RunSummary];
  show: [{ run: string }, RunSummary];
  runs: [{ limit?: number }, RunRow[]];
  /** From `after` on, and then live as `event` notifications until the run is settled. */
  follow: [{ run: string; after?: number }, RunEvent[]];
  logs: [{ run: string; node?: string }, LogChunk[]];
  /** `edge`: `from -> to`, either side a node or a port; or one node: all that went into it. */
  inspect: [{ run: string; edge: string }, Passage[]];
  /** What the steps of a run left; `node`: a node or a step. */
  outputs: [{ run: string; node?: string }, OutputRow[]];
  /** What the steps of a run were to run with, candidates' branches included; `node`: a node or a step. */
  parameters: [{ run: string; node?: string }, StepParameters[]];
  /** What nodes logged while they ran, point by point. */
  curves: [{ run: string; node?: string }, Curve[]];
  explain: [{ run: string; node?: string }, Explanation[]];
  tasks: [{ all?: boolean }, TaskRow[]];
  task: [{ task: string }, TaskDetail];
  answer: [AnswerRequest, AnswerResult];
  flag: [{ task: string; ids: string[]; on: boolean; by?: string }, { task: string; flagged: number }];
  models: [Record<string, never>, ModelRow[]];
  /** What MLflow clients registered (`log_model(registered_model_name=)`); of one model with the places of its files. */
  registry: [{ model?: string }, RegisteredModelRow[]];
  decisions: [Record<string, never>, Decision[]];
  /** The revisions in effect on the workspace's workflows; of each workflow the oldest first. */
  revisions: [Record<string, never>, RevisionRow[]];
  review: [{ decision: string }, Review];
  /** What labels gained in a workflow (its name or file) so far, the oldest first. */
  gains: [{ workflow: string }, GainPoint[]];
  promote: [{ decision: string; reason?: string; by?: string }, DecisionResult];
  reject: [{ decision: string; reason?: string; by?: string }, DecisionResult];
  rollback: [{ workflow: string; reason?: string; by?: string }, Decision];
  /**
   * Gives the engine secrets by name, for as long as it lives: nodes that ask for them get them as files. They are kept
   * in no journal, log or cache key. An empty text takes one away. Answers the names that the engine has.
   */
  secrets: [{ set: Record<string, string> }, { names: string[] }];
  /** What was logged, by MLflow's filter language. */
  query: [QueryRequest, QueryRow[]];
  /** `thing`: `NAME@VERSION` or an alias of a model, `RUN`, `RUN/STEP`, a digest, a tracker's run, or a path. */
  lineage: [{ thing: string }, Lineage];
  /** The lineage in a standard form: W3C PROV-JSON, OpenLineage's events, or the metadata of an RO-Crate. */
  provenance: [{ thing: string; format: 'prov' | 'openlineage' | 'ro-crate' }, { document: object }];
  /** Writes runs that have ended, with all that they refer to, into a new file. */
  export: [{ runs: string[]; to: string }, ExportReport];
  /** Takes the runs of an archive in. They can be looked at, compared and asked; none of them can be resumed. */
  import: [{ from: string; by?: string }, ImportReport];
  /** Removes what nothing refers to. `olderThan`: days; `grace`: milliseconds in which new content stays (ten minutes). */
  gc: [{ dryRun?: boolean; olderThan?: number; grace?: number }, GarbageReport];
  /** Serves the store to MLflow clients on loopback, until `closeTracker` or the end of the engine. `port` 0: any. */
  tracker: [{ port?: number }, { uri: string; token: string }];
  closeTracker: [{ uri: string }, { uri: string }];
}

export type ModelState = 'candidate' | 'champion' | 'archived';

/** One line of a model's record: who decided what, when and why, and the metric before and after. */
export interface Promotion {
  decision: string;
  version: string | null;
  state: Decision['state'];
  by: string;
  at: string;
  reason: string;
  metric: string;
  /** On the held-back feedback; on `metric.on` where there is none. */
  before: number;
  after: number;
}

export interface ModelRow {
  name: string;
  /** Relative path of the workflow's file; null where it is of another workspace, or not known. */
  file: string | null;
  versions: (ModelDecision & {
    /** `champion`: in effect. `candidate`: waits for authorisation. `archived`: rejected, rolled back, or succeeded by another. */
    state: ModelState;
    run: string | null;
    step: string | null;
    path: string;
    createdAt: string;
  })[];
  /** Every decision on its versions, oldest first. */
  record: Promotion[];
  /** I(G) of the paper's Eq. 1 for this model: metric -> sum of the gains of the promoted revisions. */
  improvement: Record<string, number>;
}

/** A model of the registry that no improver governs. */
export interface RegisteredModelRow {
  name: string;
  /** The oldest first. */
  versions: {
    version: string;
    aliases: string[];
    /** As the client gave it: `models:/m-<id>`, `runs:/<id>/<path>`, or an address elsewhere. */
    source: string;
    /** Of the workspace, where a step of one made it. */
    run: string | null;
    step: string | null;
    createdAt: string;
    /** Where one model was asked for: its files, each with the read-only one in the store; null where they are not in it. */
    files?: { path: string; place: string }[] | null;
  }[];
}

export type RequestName = keyof Requests;

/** The contract as an object: the engine implements it, a socket client proxies it. */
export type EngineClient = {
  [N in RequestName]: (parameters: Requests[N][0]) => Promise<Requests[N][1]>;
} & {
  onEvent(listener: (event: RunEvent) => void): { dispose(): void };
  dispose(): Promise<void>;
};
