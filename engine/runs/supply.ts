import type { Supply } from '../plan';
import { fault } from '../protocol';
import type { History, Success } from '../workspace/history';
import { spelledMetrics } from './journaled-metrics';
import type { Outcome } from './outcome';
import type { RunContext } from './run-context';
import type { StepRecord } from './run-state';

/** Settles a step that stands for a node's last success: one of this run, or the newest of the history. */
export async function supplyStep(context: RunContext, record: StepRecord): Promise<Outcome> {
  const { run, put } = context;
  const supply = run.supplies.get(record.step.name)!;
  const maker = supply.from === null ? undefined : run.steps.get(supply.from);
  const success = maker
    ? {
        outputs: Object.fromEntries(maker.outputs),
        metrics: spelledMetrics(maker.metrics),
        trackerRun: maker.trackerRun,
        run: run.header.run,
      }
    : lastSuccess(context.history, run.header.file, record.step.revisions, supply);
  await put({
    type: 'settled',
    step: record.step.name,
    state: 'supplied',
    outputs: success.outputs,
    metrics: success.metrics,
    trackerRun: success.trackerRun,
    from: success.run,
  });
  return 'settled';
}

/** @throws fault SF3020 that names the phase to run first. */
export function lastSuccess(history: History, file: string, revisions: string, supply: Supply): Success {
  const success = history.last(file, supply.history, revisions);
  if (success) return success;
  const node = supply.step.slice(0, supply.step.lastIndexOf('@'));
  throw fault(
    'SF3020',
    'request',
    `Node ${node} does not execute in this phase, and it has no success yet that could be supplied.`,
    `Run the phase that makes it first: --phase ${supply.phases[0]}.`,
  );
}
