import type { RunStateParams } from '../requests';

/** How the last run of a document stands, as a client told it; what is not told is not known. */
export type RunState = RunStateParams;

/** A node's own among the steps that a client told of, whether it names versions and phases or not. */
export function stepsOf<S extends { name: string }>(steps: readonly S[], node: string): S[] {
  return steps.filter(({ name }) => name === node || name.startsWith(`${node}[`) || name.startsWith(`${node}@`));
}
