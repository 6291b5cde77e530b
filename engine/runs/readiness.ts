import { evaluateCondition, parseCondition } from '../../graph';
import type { Binding } from '../plan';
import { SETTLED_ILL, SETTLED_WELL } from '../protocol';
import type { RunRecord, StepRecord } from './run-state';

export type Readiness =
  | { kind: 'ready'; inputs: Binding[] }
  | { kind: 'not-yet' }
  /** Something before it waits for a person. */
  | { kind: 'blocked'; reason: string }
  | { kind: 'skip'; reason: string };

/**
 * Can this step run now? Pure. Looks at what is directly before it: everything else has already told them.
 * What makes nothing leaves an optional port unbound, and skips the step where the port is required. What failed skips it
 * in either case: without its input it would give another answer than asked for, and a resume may bring it.
 */
export function readinessOf(run: RunRecord, record: StepRecord): Readiness {
  const { step } = record;
  const bound: Binding[] = [];
  let verdict: Readiness | null = null;
  for (const name of step.after) {
    const before = run.steps.get(name);
    // It gives nothing: that it had no turn is no reason, what failed is.
    if (before && (before.state !== 'skipped' || hangsOnFailure(run, before)))
      verdict = worse(verdict, judge(before, null));
  }
  for (const input of step.inputs) {
    if (input.origin.kind === 'source' && !(input.origin.name in run.header.sources)) {
      if (!input.optional) verdict = { kind: 'skip', reason: `source ${input.origin.name} has no data` };
      continue;
    }
    if (input.origin.kind !== 'step') {
      bound.push(input);
      continue;
    }
    const before = run.steps.get(input.origin.step);
    if (!before) return { kind: 'skip', reason: `${input.origin.step} is not part of this run` };
    const one = judge(before, input.origin.port);
    if (one === null) bound.push(input);
    else if (!input.optional || one.kind !== 'skip' || hangsOnFailure(run, before)) verdict = worse(verdict, one);
  }
  return verdict ?? { kind: 'ready', inputs: bound };
}

/** Why a step whose data is there does not run all the same; null: it does. Pure. */
export function heldBack(run: RunRecord, { step }: StepRecord): string | null {
  const { request, due } = run.header;
  // A watch names what its clock lets through; only a person's word opens a manual trigger.
  const named = due ? due.includes(step.node) : [...(request.only ?? []), ...(request.to ?? [])].includes(step.node);
  if (step.role !== 'execute') return null;
  if (due && step.every !== null && !named) return 'its clock is not due';
  if (named && !due) return null;
  if (step.manual) return `it has a manual trigger: ask for it with --only ${step.node}`;
  if (step.when === null) return null;
  const condition = parseCondition(step.when);
  if ('problem' in condition) return `its condition can't be read: ${step.when}`;
  const newest = (node: string, metric: string) => latest(run, node, metric);
  // A name that nothing logs, mistyped for one, is another reason than a figure.
  const missing = condition.metrics.filter(({ node, name }) => newest(node, name) === undefined);
  if (missing.length > 0) {
    const names = missing.map(({ node, name }) => `metrics.${node}.${name}`).join(', ');
    return `its condition is not met, for ${names} has no value: ${step.when}`;
  }
  return evaluateCondition(condition, newest) ? null : `its condition is not met: ${step.when}`;
}

function latest(run: RunRecord, node: string, name: string): number | undefined {
  const records = [...run.steps.values()].filter(({ step }) => step.node === node && step.branch === null);
  return records.map(({ metrics }) => metrics.get(name)).findLast((value) => value !== undefined);
}

/** Did it fail, or was it skipped for what failed before it? */
function hangsOnFailure(run: RunRecord, last: StepRecord): boolean {
  const seen = new Set([last]);
  for (const { step, state } of seen) {
    if (SETTLED_ILL.includes(state) && state !== 'skipped') return true;
    if (state !== 'skipped') continue;
    const origins = step.inputs.flatMap(({ origin }) => (origin.kind === 'step' ? origin.step : []));
    for (const name of [...step.after, ...origins]) {
      const before = run.steps.get(name);
      if (before) seen.add(before);
    }
  }
  return false;
}

/** null: it is there. */
function judge(before: StepRecord, port: string | null): Readiness | null {
  const { name } = before.step;
  if (SETTLED_WELL.includes(before.state)) {
    if (port === null || before.outputs.has(port)) return null;
    return { kind: 'skip', reason: `${name} left no ${port}` };
  }
  if (SETTLED_ILL.includes(before.state)) {
    return { kind: 'skip', reason: before.state === 'skipped' ? `${name} was skipped` : `${name} ${before.state}` };
  }
  if (before.state === 'waiting') return { kind: 'blocked', reason: `${name} waits for a person` };
  if (before.state === 'blocked') return { kind: 'blocked', reason: before.reason ?? `${name} is blocked` };
  return { kind: 'not-yet' };
}

const RANK: Record<Readiness['kind'], number> = { ready: 0, blocked: 1, 'not-yet': 2, skip: 3 };

function worse(one: Readiness | null, other: Readiness | null): Readiness | null {
  if (!one || !other) return one ?? other;
  return RANK[other.kind] > RANK[one.kind] ? other : one;
}
