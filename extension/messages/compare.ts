import type { Curve, RunSummary, StepParameters } from '../../engine/protocol';
import type { Shapes } from '../messages';
import { type FromAnyone, fromAnyone } from './aid';

export type { Curve, RunSummary } from '../../engine/protocol';

/** A run to be compared. */
export interface Compared {
  summary: RunSummary;
  /** What its nodes were to run with. */
  steps: StepParameters[];
  curves: Curve[];
  /** Files that both a person and a browser can look at: step and port -> picture, as a data URL. */
  pictures: { name: string; url: string }[];
}

/** The comparison shows. */
export type ToCompare =
  | { type: 'runs'; key: string; runs: Compared[] }
  | { type: 'failed'; message: string }
  /** By command: this run is what the others are compared with. */
  | { type: 'baseline'; run: string }
  /** By command: only what differs, or all again. */
  | { type: 'differences' };

/** It asks. */
export type FromCompare =
  | FromAnyone
  | { type: 'ready' }
  | { type: 'choose' }
  | { type: 'drop'; run: string }
  /** Parameters of the runs, side by side in VS Code's own diff editor. */
  | { type: 'diff'; from: string; to: string }
  /** The same of one node: of the baseline and, where there are several others, of the one that a person chooses. */
  | { type: 'diffNode'; node: string; baseline: string }
  | { type: 'save'; name: string; text: string };

export const toCompare: Shapes<ToCompare> = {
  runs: { key: 'text', runs: 'list' },
  failed: { message: 'text' },
  baseline: { run: 'text' },
  differences: {},
};

export const fromCompare: Shapes<FromCompare> = {
  ...fromAnyone,
  ready: {},
  choose: {},
  drop: { run: 'text' },
  diff: { from: 'text', to: 'text' },
  diffNode: { node: 'text', baseline: 'text' },
  save: { name: 'text', text: 'text' },
};
