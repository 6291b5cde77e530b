import { fault } from '../protocol';
import type { RunRecord } from './run-state';

/**
 * A person named a node, a step, or a port of one.
 * @throws SF3062 where the run has none of that name.
 */
export function requireStep(run: RunRecord, name: string): void {
  for (const { step } of run.steps.values()) {
    for (const known of [step.name, step.node]) if (name === known || name.startsWith(`${known}.`)) return;
  }
  throw unknownStep(run, name);
}

export function unknownStep({ header: { run } }: RunRecord, name: string): Error {
  return fault('SF3062', 'request', `Run ${run} has no node ${name}.`, `\`scanflow show ${run}\` lists its nodes.`);
}
