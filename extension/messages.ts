/**
 * What the extension and its webviews say to each other. Both sides check what comes in: a webview shows text of files,
 * and nothing that it says is trusted to be what it seems.
 */
import type { Decision, StepState } from '../engine/protocol';
import type { Scene } from './graph/scene';

export type { Box, GroupBox, Line, Scene } from './graph/scene';

/** The graph panel shows. */
export type ToGraph =
  | {
      type: 'scene';
      file: string;
      name: string;
      scene: Scene;
      phases: string[];
      collapsed: string[];
      /** Nodes and edges with problems: the first message of each. */
      problems: NodeProblem[];
      /** It stays with its workflow, whatever is edited. */
      locked: boolean;
    }
  /** Nothing to draw of this file; `message` says why. A graph of the same file that was drawn before stays. */
  | { type: 'empty'; file: string; message: string }
  /** `past`: a run that was asked for, not the newest. */
  | {
      type: 'status';
      run: string | null;
      state: string;
      past: boolean;
      /** It ran another text than there is now. */
      stale: boolean;
      steps: NodeStatus[];
      candidates: CandidateMark[];
    }
  /** A node, an edge or a sub-workflow. */
  | { type: 'select'; node: string | null }
  | { type: 'export'; format: 'svg' | 'png' }
  | { type: 'act'; action: GraphAction };

/** What keys, menus and the palette do in the graph, with what is selected there. */
export type GraphAction = (typeof GRAPH_ACTIONS)[number];
export const GRAPH_ACTIONS = [
  'search',
  'next',
  'previous',
  'fit',
  'zoomIn',
  'zoomOut',
  'focus',
  'group',
  'expandAll',
  'collapseAll',
  'connect',
  'run',
  'log',
  'curves',
  'review',
  'source',
  'copyLink',
  'add',
  'rename',
  'remove',
  'relabel',
  'move',
] as const;

/** What the graph panel lets a person change in the text. */
export type GraphChange = 'add' | 'rename' | 'remove' | 'relabel' | 'move';

export interface NodeProblem {
  /** A node's id, or an edge's. */
  node: string;
  severity: 'error' | 'warning';
  message: string;
}

/** What an improver proposed last. */
export interface CandidateMark {
  /** The improver. */
  node: string;
  decision: string;
  version: string;
  /** Of the metric that the gate goes by; more than 0 is better, whatever its goal. Null, or NaN: one of the two is no number. */
  gain: number | null;
  state: Decision['state'];
}

export interface NodeStatus {
  node: string;
  state: StepState;
  /** `12.4 s`, `40 %`. */
  detail: string;
  /** When it began and ended, all its steps together (milliseconds since 1970); null: not yet, or it never had to. */
  from: number | null;
  to: number | null;
}

/** The graph panel asks. */
export type FromGraph =
  | { type: 'ready' }
  /** `go`: the keyboard goes there, too. */
  | { type: 'reveal'; id: string; go: boolean }
  | { type: 'collapse'; groups: string[] }
  | { type: 'run'; node: string }
  | { type: 'log'; node: string }
  | { type: 'curves'; node: string }
  | { type: 'review'; node: string }
  | { type: 'link'; id: string }
  /** `id`: what is to be changed; null: nothing that is there yet. */
  | { type: 'change'; change: GraphChange; id: string | null }
  | { type: 'connect'; from: string; to: string }
  | { type: 'lock'; on: boolean }
  | { type: 'chooseRun' }
  | { type: 'chooseExport' }
  /** `png`: null where SVG was asked for. `scale`: pixels of the picture a pixel of the graph. */
  | { type: 'exported'; svg: string; png: Uint8Array | null; scale: number }
  | { type: 'focus'; on: boolean; input: boolean };

type Kind = 'text' | 'text?' | 'number' | 'number?' | 'flag' | 'list' | 'texts' | 'object' | 'object?' | 'bytes?';
/** The fields of each message of a union, as far as they are checked. */
export type Shapes<M extends { type: string }> = {
  [T in M['type']]: { [K in Exclude<keyof Extract<M, { type: T }>, 'type'>]: Kind };
};

export const toGraph: Shapes<ToGraph> = {
  scene: {
    file: 'text',
    name: 'text',
    scene: 'object',
    phases: 'texts',
    collapsed: 'texts',
    problems: 'list',
    locked: 'flag',
  },
  empty: { file: 'text', message: 'text' },
  status: { run: 'text?', state: 'text', past: 'flag', stale: 'flag', steps: 'list', candidates: 'list' },
  select: { node: 'text?' },
  export: { format: 'text' },
  act: { action: 'text' },
};

export const fromGraph: Shapes<FromGraph> = {
  ready: {},
  reveal: { id: 'text', go: 'flag' },
  collapse: { groups: 'texts' },
  run: { node: 'text' },
  log: { node: 'text' },
  curves: { node: 'text' },
  review: { node: 'text' },
  link: { id: 'text' },
  change: { change: 'text', id: 'text?' },
  connect: { from: 'text', to: 'text' },
  lock: { on: 'flag' },
  chooseRun: {},
  chooseExport: {},
  exported: { svg: 'text', png: 'bytes?', scale: 'number' },
  focus: { on: 'flag', input: 'flag' },
};

/** The message that a value is, with the fields of its kind and no others; null for anything else. */
export function received<M extends { type: string }>(shapes: Shapes<M>, value: unknown): M | null {
  if (typeof value !== 'object' || value === null) return null;
  const given = new Map<string, unknown>(Object.entries(value));
  const type = given.get('type');
  if (typeof type !== 'string' || !Object.hasOwn(shapes, type)) return null;
  const message: [string, unknown][] = [['type', type]];
  for (const [name, kind] of Object.entries<Kind>(shapes[type as M['type']])) {
    const field = given.get(name);
    if (!fits(field, kind)) return null;
    message.push([name, field]);
  }
  return Object.fromEntries(message) as unknown as M;
}

function fits(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'text?':
      return value === null || typeof value === 'string';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'number?':
      return value === null || (typeof value === 'number' && Number.isFinite(value));
    case 'flag':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value);
    case 'texts':
      return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
    case 'object':
      return typeof value === 'object' && value !== null;
    case 'object?':
      return typeof value === 'object';
    case 'bytes?':
      return value === null || value instanceof Uint8Array;
  }
}
