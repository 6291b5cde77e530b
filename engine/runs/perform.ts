import { runGate } from '../revisions/run-gate';
import { executeStep } from './execute';
import type { Outcome } from './outcome';
import { readinessOf } from './readiness';
import type { RunContext } from './run-context';
import type { StepRecord } from './run-state';
import { supplyStep } from './supply';

/** A step's turn, by what it is there for. */
export async function performStep(context: RunContext, record: StepRecord, signal: AbortSignal): Promise<Outcome> {
  if (record.step.role === 'supply') return supplyStep(context, record);
  if (record.step.role === 'gate') return runGate(context, record);
  return executeStep(context, record, readinessOf(context.run, record), signal);
}
