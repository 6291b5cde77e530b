import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { Edge, NodeKind, NodeNature, Range, Severity, SubWorkflow, Value } from '../graph';

/**
 * What the language server answers beyond the Language Server Protocol. Both sides import this file, so that neither can
 * say what the other does not understand.
 */

/** The graph of an open document as data. Null where the document is not open. */
export const graphRequest = new RequestType<GraphParams, GraphData | null, void>('scanflow/graph');

/** Turns an edit made in the drawing into edits of the text. */
export const editGraphRequest = new RequestType<EditGraphParams, EditGraphResult, void>('scanflow/editGraph');

/** Turns files that were pasted or dropped into executors and nodes. */
export const filesAsNodesRequest = new RequestType<FilesAsNodesParams, EditGraphResult, void>('scanflow/filesAsNodes');

/** Client to server: how the last runs of a document's nodes stand, for hovers, lenses and hints. */
export const runStateNotification = new NotificationType<RunStateParams>('scanflow/runState');

/** Client to server: names of images in the local index, for completion. */
export const imagesNotification = new NotificationType<ImagesParams>('scanflow/images');

/** Server to client: whether the server does all it should. */
export const statusNotification = new NotificationType<ServerStatus>('scanflow/status');

export interface GraphParams {
  textDocument: { uri: string };
}

/** A workflow as data, with the places of everything in the text. */
export interface GraphData {
  version: number;
  name: string;
  description: string;
  labels: { nodes: string[]; edges: string[] };
  parameters: { name: string; type: string; default?: Value; description: string; range: Range; nameRange: Range }[];
  sources: { name: string; path: string; watch: boolean; type: string; range: Range; nameRange: Range }[];
  nodes: GraphNode[];
  edges: GraphEdge[];
  workflows: GraphWorkflow[];
  problems: GraphProblem[];
}

export interface GraphPort {
  name: string;
  type: string;
  optional: boolean;
  /** Takes any number of edges; outputs never do. */
  many: boolean;
}

export interface GraphNode {
  name: string;
  kind: NodeKind;
  nature: NodeNature;
  label: string;
  description: string;
  program: { executor: string } | { uses: string };
  inputs: GraphPort[];
  outputs: GraphPort[];
  matrix: { axis: string; values: string[] }[];
  /** What an improver improves: `model.data`. */
  improves?: string;
  wraps: string[];
  /** The innermost workflow that it is in. */
  workflow?: string;
  range: Range;
  nameRange: Range;
}

export interface GraphEdge {
  /** Its place among the edges of this version of the text. */
  index: number;
  from: { node: string; port?: string; source: boolean };
  to: { node: string; port?: string };
  label: string;
  via: Edge['via'];
  tracker?: string;
  carries: string[];
  range: Range;
}

export interface GraphWorkflow {
  name: string;
  parent?: string;
  order: SubWorkflow['order'];
  members: string[];
  after: string[];
  tracker?: string;
  range: Range;
  nameRange: Range;
}

export interface GraphProblem {
  code: string;
  severity: Severity;
  message: string;
  remedy: string;
  range: Range;
  /** The node or edge that it is drawn at. */
  node?: string;
  edge?: number;
}

export interface EditGraphParams {
  textDocument: { uri: string };
  /** The version of the graph that was edited; an edit of an older one is refused. */
  version: number;
  edit: GraphEdit;
}

/** One edit made in the drawing. */
export type GraphEdit =
  | {
      kind: 'add-node';
      name: string;
      program: { executor: string } | { uses: string };
      label?: string;
      workflow?: string;
    }
  | { kind: 'remove-node'; name: string }
  | { kind: 'rename-node'; name: string; to: string }
  | { kind: 'connect'; from: string; to: string; label?: string }
  | { kind: 'disconnect'; edge: number }
  | { kind: 'relabel'; edge: number; label: string | null }
  /** Null: out of every workflow. */
  | { kind: 'move'; node: string; workflow: string | null };

export type EditGraphResult =
  | { edits: { range: Range; newText: string }[] }
  /** What is in the way, in a sentence. */
  | { refused: string };

export interface FilesAsNodesParams {
  textDocument: { uri: string };
  /** URIs. */
  files: string[];
}

export interface RunStateParams {
  uri: string;
  run: string;
  nodes: { name: string; state: string; detail?: string }[];
  /** The last runs, this one included, the oldest first; of each node how it ended and how long it took (null: no time of its own). */
  history?: { run: string; nodes: { name: string; state: string; seconds: number | null }[] }[];
  /** Open tasks, by the node that asks. */
  tasks: { id: string; node: string; kind: 'label' | 'find' | 'authorise'; open: number }[];
}

export interface ImagesParams {
  images: string[];
}

export interface ServerStatus {
  health: 'ok' | 'warning' | 'error';
  /** In a sentence; empty where all is well. */
  message: string;
}
