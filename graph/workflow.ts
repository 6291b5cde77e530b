import type { Range } from './problem';

/** A value as YAML and JSON know it. Text of `command`, `env` and `matrix` keeps its spelling (`3.10` stays `3.10`). */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

/** Anything that stands somewhere in the text. `range` is the whole entry, `nameRange` its key (or the place a name is written). */
export interface Located {
  range: Range;
  nameRange: Range;
}

/**
 * A workflow: the labelled directed multigraph G = (ΣV, ΣE, V, E, f, lV, lE) of the paper (section 2.1) and all that its
 * nodes need. Maps keep the order of the file. Only what is valid is in it: each thing that was refused is a `Problem`.
 */
export interface Workflow {
  name: string;
  description: string;
  /** The alphabets ΣV and ΣE. The order of the edge labels is the order of the phases. */
  labels: { nodes: string[]; edges: string[] };
  parameters: Map<string, Parameter>;
  sources: Map<string, Source>;
  executors: Map<string, Executor>;
  /** Nodes by name; their versions (matrix) are made by the planner. */
  nodes: Map<string, Node>;
  /** Sub-workflows by name, nested ones included; `parent` says where they hang. */
  workflows: Map<string, SubWorkflow>;
  edges: Edge[];
}

export type ParameterType = 'string' | 'integer' | 'number' | 'boolean' | 'list' | 'map';

export interface Parameter extends Located {
  name: string;
  type: ParameterType;
  default?: Value;
  minimum?: number;
  maximum?: number;
  enum?: Value[];
  description: string;
}

/** Data that comes from outside the graph: a file or folder of the workspace. */
export interface Source extends Located {
  name: string;
  /** Relative to the workflow's file. */
  path: string;
  /** New files in this folder make nodes run (`scanflow watch`). */
  watch: boolean;
  /** Seconds that a file stays as it is before a watch takes it. */
  settle: number;
  type: PortType;
}

/** `file`, `dataset`, `tags`, `feedback`, `model`, `predictions`, `labels`, or a name of one's own. */
export type PortType = string;

export interface InputPort extends Located {
  name: string;
  type: PortType;
  optional: boolean;
  /** Takes any number of edges; the node finds a folder of them, in the order of the edges. */
  many: boolean;
  /** Heeds how much each sample counts (an array or column `weight`); samples of others count the same. */
  weights?: boolean;
  description: string;
}

export interface OutputPort extends Located {
  name: string;
  type: PortType;
  optional: boolean;
  /** Below `$SCANFLOW_OUTPUTS`. */
  path: string;
  description: string;
}

export interface Resources {
  /** CPUs, fractions allowed. */
  cpus?: number;
  /** Bytes. */
  memory?: number;
  gpus?: number;
}

export interface Retry {
  /** Attempts after the first. */
  limit: number;
  /** Which failures are tried again. */
  on: ('failed' | 'timed-out' | 'out-of-memory' | 'lost')[];
  /** Seconds before the first retry; doubles each time. */
  backoff: number;
}

/** A reusable node program: one image, many nodes. */
export interface Executor extends Located {
  name: string;
  /** Where it runs. At most one of `image`, `build`, `requirements`; none of them: the host's or the default image. */
  image?: string;
  /** Folder with a Dockerfile. */
  build?: string;
  /** A pip requirements file. */
  requirements?: string;
  /** Files and folders that the program is made of; part of the cache key. */
  files: string[];
  command: string[];
  env: Map<string, string>;
  inputs: Map<string, InputPort>;
  outputs: Map<string, OutputPort>;
  resources: Resources;
  /** Seconds. */
  timeout?: number;
  retry: Retry;
  /** `run`: the run's private network; `own`: an address and ports of its own; `none`. */
  network: 'run' | 'own' | 'none';
  cache: boolean;
  /** Names of secrets, given to the node as files. */
  secrets: string[];
}

export type NodeKind = 'task' | 'tracker' | 'checker' | 'improver';
export type NodeNature = 'symbolic' | 'learning';

/** What a node runs: an executor of this file, or a built-in node of the catalogue. */
export type Program = { executor: string } | { uses: string };

export interface Metric extends Located {
  /** `<node>.<metric>`, `system.duration` (seconds) or `system.memory` (bytes). */
  name: string;
  /** A source whose place the held-back feedback takes; undefined for an improver without one. */
  on?: string;
  /** Where `on` names it: `sources.test`. */
  onRange?: Range;
  goal: 'maximize' | 'minimize';
  /** The candidate must beat the champion by more than this. */
  threshold: number;
  /** The share of the feedback that is held back. */
  holdout: number;
  /** What the candidate may lose at most on `on`. */
  guard: number;
  /** Another metric of the same node that may lose at most `guard`, as the node logs it: `accuracy`. */
  keep?: string;
}

export interface Node extends Located {
  name: string;
  program: Program;
  /** Where `executor:` or `uses:` is written. */
  programRange: Range;
  label: string;
  kind: NodeKind;
  nature: NodeNature;
  description: string;
  /** Parameters of the program; `$(name)` not yet substituted. */
  with: Map<string, Value>;
  withRanges: Map<string, Range>;
  /** Axes of versions: name -> values, as written. */
  matrix: Map<string, string[]>;
  trigger?: { manual: true } | { every: number };
  /** A safe expression over `metrics.<node>.<name>`. */
  when?: string;
  improves?: Endpoint;
  wraps: Endpoint[];
  metric?: Metric;
  approval: 'manual' | 'auto';
  /** Overrides of the executor's. */
  resources?: Resources;
  timeout?: number;
  retry?: Retry;
}

/** A node, or one port of it: `model`, `model.data`; a source is `sources.clean`. */
export interface Endpoint extends Located {
  node: string;
  port?: string;
  /** True for `sources.x`: then `node` is the source's name. */
  source: boolean;
}

export interface Edge {
  /** Stable within a text: its index in `edges`. */
  index: number;
  from: Endpoint;
  to: Endpoint;
  /** A phase, or `any`. */
  label: string;
  labelRange: Range;
  via: 'volume' | 'tracker';
  /** The tracker node that it goes through, where `via: tracker` names one or its workflow has one. */
  tracker?: string;
  /** What a tracker edge carries: the artifact at the port, or these parameters and metrics as JSON. */
  carries: string[];
  range: Range;
  /** True where it was written as `a.b -> c.d [x]`. */
  shorthand: boolean;
}

export interface SubWorkflow extends Located {
  name: string;
  parent?: string;
  order: 'sequential' | 'parallel';
  /** Nodes and sub-workflows, in order. */
  members: { name: string; range: Range }[];
  /** Nodes or sub-workflows that come before this one. */
  after: { name: string; range: Range }[];
  matrix: Map<string, string[]>;
  tracker?: string;
}

/** The edge label of those edges that belong to every phase. */
export const ANY = 'any';

/** A workflow that has nothing yet. */
export function emptyWorkflow(): Workflow {
  return {
    name: '',
    description: '',
    labels: { nodes: [], edges: [] },
    parameters: new Map(),
    sources: new Map(),
    executors: new Map(),
    nodes: new Map(),
    workflows: new Map(),
    edges: [],
  };
}
