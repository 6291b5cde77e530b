/** The states of a step (one node, or one version of it, in one phase). */
export type StepState =
  | 'pending' // planned; its inputs are not there yet
  | 'blocked' // held back by a trigger or a condition, or by something upstream that waits
  | 'queued' // ready, waits for a free slot
  | 'preparing' // inputs, image and environment are being made ready
  | 'running'
  | 'waiting' // for a person
  | 'succeeded'
  | 'cached' // a former success with the same key
  | 'supplied' // not executed in this phase; its last success is used
  | 'skipped' // what it needs never came, or it has nothing to do
  | 'failed'
  | 'timed-out'
  | 'out-of-memory'
  | 'cancelled'
  | 'lost'; // it ran, and nobody knows how it ended

export const RUN_STATES = ['running', 'waiting', 'succeeded', 'superseded', 'failed', 'cancelled'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** Steps that have outputs. */
export const SETTLED_WELL: readonly StepState[] = ['succeeded', 'cached', 'supplied'];
/** Steps that ended without. */
export const SETTLED_ILL: readonly StepState[] = [
  'skipped',
  'failed',
  'timed-out',
  'out-of-memory',
  'cancelled',
  'lost',
];
