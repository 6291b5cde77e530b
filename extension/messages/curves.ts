import type { Curve, RunState } from '../../engine/protocol';
import type { Shapes } from '../messages';
import { type FromAnyone, fromAnyone } from './aid';

export type { Curve } from '../../engine/protocol';

/** The curves of a run show. */
export type ToCurves =
  /** `node`: of that one alone. */
  | {
      type: 'curves';
      key: string;
      run: string;
      node: string | null;
      workflow: string;
      startedAt: string;
      state: RunState;
      curves: Curve[];
    }
  | { type: 'failed'; message: string };

/** They ask. */
export type FromCurves = FromAnyone | { type: 'ready' } | { type: 'save'; name: string; text: string };

export const toCurves: Shapes<ToCurves> = {
  curves: {
    key: 'text',
    run: 'text',
    node: 'text?',
    workflow: 'text',
    startedAt: 'text',
    state: 'text',
    curves: 'list',
  },
  failed: { message: 'text' },
};

export const fromCurves: Shapes<FromCurves> = {
  ...fromAnyone,
  ready: {},
  save: { name: 'text', text: 'text' },
};
