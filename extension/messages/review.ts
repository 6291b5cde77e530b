import type { Review } from '../../engine/protocol';
import type { Shapes } from '../messages';
import { type FromAnyone, fromAnyone } from './aid';

export type { Decision, GainPoint, Review } from '../../engine/protocol';

/** The review of a candidate shows. */
export type ToReview =
  | { type: 'review'; key: string; review: Review; current: boolean }
  | { type: 'failed'; message: string };

/** It asks. */
export type FromReview =
  | FromAnyone
  | { type: 'ready' }
  | { type: 'authorise' }
  | { type: 'reject' }
  | { type: 'rollBack' }
  | { type: 'compare' }
  | { type: 'log'; step: string }
  | { type: 'save'; name: string; text: string };

export const toReview: Shapes<ToReview> = {
  review: { key: 'text', review: 'object', current: 'flag' },
  failed: { message: 'text' },
};

export const fromReview: Shapes<FromReview> = {
  ...fromAnyone,
  ready: {},
  authorise: {},
  reject: {},
  rollBack: {},
  compare: {},
  log: { step: 'text' },
  save: { name: 'text', text: 'text' },
};
