import { edgesOfPhase } from '../../graph';
import { scorePhase } from '../plan';
import { fault, SETTLED_WELL } from '../protocol';
import type { RunContext } from '../runs/run-context';
import type { StepRecord } from '../runs/run-state';

/**
 * Before a person is asked: a gate for which the answers are could not compare anything where the champion has been scored in
 * this run, and logged no such metric.
 *
 * @throws SF6011
 */
export function requireLogged({ run, effective: { workflow } }: RunContext, { step }: StepRecord): void {
  const edges = edgesOfPhase(workflow, step.phase);
  const reached = new Set([step.node]);
  for (const node of reached)
    for (const { from, to } of edges) if (!from.source && from.node === node) reached.add(to.node);
  for (const name of reached) {
    const { metric } = workflow.nodes.get(name)!;
    if (!metric) continue;
    const dot = metric.name.indexOf('.');
    const node = metric.name.slice(0, dot);
    if (node === 'system') continue;
    const phase = scorePhase(workflow, node);
    const wanted = [metric.name.slice(dot + 1), ...(metric.keep === undefined ? [] : [metric.keep])];
    for (const { step, state, metrics } of run.steps.values()) {
      if (step.node !== node || step.phase !== phase || step.branch !== null || step.role !== 'execute') continue;
      const missing = SETTLED_WELL.includes(state) && wanted.find((each) => !metrics.has(each));
      if (missing) throw notLogged(step.name, missing);
    }
  }
}

export const notLogged = (step: string, name: string): Error =>
  fault('SF6011', 'failed', `${step} logged no metric ${name}.`, `Log ${name} there, or name another metric.`);
