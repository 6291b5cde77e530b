import type { StepState } from '../protocol';

/** Every legal move of a step. What is not here never happens; a journal that says so is damaged. */
export const STEP_MOVES: Readonly<Record<StepState, readonly StepState[]>> = {
  pending: ['blocked', 'queued', 'supplied', 'skipped', 'failed', 'cancelled'],
  blocked: ['pending', 'queued', 'supplied', 'skipped', 'failed', 'cancelled'],
  queued: ['pending', 'preparing', 'supplied', 'failed', 'cancelled'],
  preparing: ['running', 'cached', 'succeeded', 'waiting', 'failed', 'cancelled', 'lost', 'pending'],
  running: ['succeeded', 'waiting', 'failed', 'timed-out', 'out-of-memory', 'cancelled', 'lost'],
  waiting: ['succeeded', 'skipped', 'failed', 'cancelled'],
  succeeded: [],
  cached: [],
  supplied: [],
  skipped: ['pending'],
  failed: ['queued', 'pending'],
  'timed-out': ['queued', 'pending'],
  'out-of-memory': ['queued', 'pending'],
  cancelled: ['pending'],
  lost: ['queued', 'pending'],
};

/** A step moves on only along the table. */
export function mayMove(from: StepState, to: StepState): boolean {
  return STEP_MOVES[from].includes(to);
}
