/** What the tracker remembers, as plain data. Keys that come from clients live in Maps. Times are milliseconds. */

export type Lifecycle = 'active' | 'deleted';
export type RunStatus = 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED';

export interface Experiment {
  id: string;
  name: string;
  artifactLocation: string;
  lifecycle: Lifecycle;
  createdAt: number;
  updatedAt: number;
  tags: Map<string, string>;
}

/** One measured value. */
export interface Point {
  key: string;
  value: number;
  timestamp: number;
  step: number;
  /** The logged model it says something about. */
  model?: string;
  dataset?: { name: string; digest: string };
}

export interface RunInfo {
  experiment: string;
  name: string;
  user: string;
  status: RunStatus;
  start: number;
  end: number | null;
  lifecycle: Lifecycle;
  /** null: it is active. */
  deletedAt: number | null;
  /** The run whose token made it: that token may write to it, too. */
  owner: string | null;
  /** What makes its creation idempotent, for those that the engine made. */
  key: string | null;
}

export interface Run extends RunInfo {
  id: string;
  params: Map<string, string>;
  tags: Map<string, string>;
  /** The latest point of each metric, by step, time and value. */
  latest: Map<string, Point>;
  inputs: DatasetInput[];
  modelInputs: string[];
  modelOutputs: { model: string; step: number }[];
  artifacts: Folder;
}

/** A dataset that runs took; kept once, however many name it. */
export interface Dataset {
  id: string;
  experiment: string;
  name: string;
  digest: string;
  sourceType: string;
  source: string;
  schema: string | null;
  profile: string | null;
}

export interface DatasetInput {
  dataset: string;
  tags: [string, string][];
}

export interface LoggedModelInfo {
  experiment: string;
  name: string;
  createdAt: number;
  updatedAt: number;
  status: 'LOGGED_MODEL_PENDING' | 'LOGGED_MODEL_READY' | 'LOGGED_MODEL_UPLOAD_FAILED';
  modelType: string | null;
  run: string | null;
  /** See Run. */
  owner: string | null;
  lifecycle: Lifecycle;
  deletedAt: number | null;
}

export interface LoggedModel extends LoggedModelInfo {
  id: string;
  params: Map<string, string>;
  tags: Map<string, string>;
  /** Run, key and dataset -> the latest point there. */
  metrics: Map<string, Point & { run: string }>;
  artifacts: Folder;
}

export type Stage = 'None' | 'Staging' | 'Production' | 'Archived';

export interface ModelVersion {
  version: string;
  createdAt: number;
  updatedAt: number;
  stage: Stage;
  description: string;
  user: string;
  /** As the client gave it. */
  source: string;
  /** Where clients find the files. */
  location: string;
  /** For those that the engine registered: the artifact's digest. */
  artifact: string | null;
  run: string | null;
  runLink: string | null;
  model: string | null;
  owner: string | null;
  tags: Map<string, string>;
}

export interface RegisteredModel {
  name: string;
  createdAt: number;
  updatedAt: number;
  description: string;
  /** Its aliases `champion` and `candidate` follow the workspace's decisions: no client moves them. */
  governed: boolean;
  /** Numbers are never given twice, deleted versions included. */
  lastVersion: number;
  tags: Map<string, string>;
  aliases: Map<string, string>;
  versions: Map<string, ModelVersion>;
}

/** An artifact's content is in the store, by digest; here are only the names. */
export interface StoredFile {
  digest: string;
  bytes: number;
  /** Where the digest is a folder's: the file in it. */
  within?: string;
}

export type Folder = Map<string, StoredFile | Folder>;
