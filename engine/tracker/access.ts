import { refuse } from './refusal';
import type { State } from './state';
import type { Scope } from './tokens';

/** Longer chains of runs that made runs are nobody's. */
const DEEPEST = 32;

/** A node's token may write to its own run and to what was made with it; a person's to all. */
export function mayWrite(state: State, scope: Scope, owner: string | null): boolean {
  if (scope.kind === 'workspace') return true;
  let run = owner;
  for (let i = 0; i < DEEPEST && run !== null; i++) {
    if (run === scope.runId) return true;
    run = state.runs.get(run)?.owner ?? null;
  }
  return false;
}

/** @param what For the message: `run 1f3a...`. */
export function assertMayWrite(state: State, scope: Scope, owner: string | null, what: string): void {
  if (mayWrite(state, scope, owner)) return;
  throw refuse('PERMISSION_DENIED', `This token may not change ${what}: it belongs to another run.`);
}

export function ownerOf(scope: Scope): string | null {
  return scope.kind === 'run' ? scope.runId : null;
}
