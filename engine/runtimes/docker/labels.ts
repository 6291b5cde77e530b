import { createHash } from 'node:crypto';
import type { AttemptSpec, RunScope } from '../runtime';

export const LABEL = {
  workspace: 'scanflow.workspace',
  run: 'scanflow.run',
  node: 'scanflow.node',
  attempt: 'scanflow.attempt',
  anchor: 'scanflow.anchor',
  image: 'scanflow.image',
} as const;

/** The part of a run's name that its network has. */
export const NETWORK = 'network';

/** Labels of all that a run makes. */
export function runLabels(scope: RunScope): Record<string, string> {
  return { [LABEL.workspace]: scope.workspace, [LABEL.run]: scope.run };
}

export function attemptLabels(attempt: AttemptSpec): Record<string, string> {
  return { ...runLabels(attempt), [LABEL.node]: attempt.step, [LABEL.attempt]: String(attempt.number) };
}

/**
 * The name of what a run or an attempt makes. It follows from the identity alone: whoever makes it again meets the first
 * one, and a label that was forged does not fit its name.
 */
export function nameOf(scope: RunScope, part: string): string {
  const identity = JSON.stringify([scope.workspace, scope.run, part]);
  return `scanflow-${createHash('sha256').update(identity).digest('hex').slice(0, 24)}`;
}

export function attemptName(attempt: AttemptSpec): string {
  return nameOf(attempt, JSON.stringify([attempt.step, attempt.number]));
}

/** Is what has these labels and this name ours? The name must follow from the labels. */
export function isOurs(labels: Record<string, string>, name: string, kind: 'container' | 'network'): boolean {
  const workspace = labels[LABEL.workspace];
  const run = labels[LABEL.run];
  if (workspace === undefined || run === undefined) return false;
  const node = () => JSON.stringify([labels[LABEL.node], Number(labels[LABEL.attempt])]);
  const part = kind === 'network' ? NETWORK : labels[LABEL.anchor] === undefined ? node() : LABEL.anchor;
  return name.replace(/^\//, '') === nameOf({ workspace, run }, part);
}

/** The filter of lists in the API. */
export function labelled(labels: Record<string, string>): { label: string[] } {
  return { label: Object.entries(labels).map(([name, value]) => `${name}=${value}`) };
}
