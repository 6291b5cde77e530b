import { SETTLED_WELL } from '../protocol';
import { successOf } from '../runs/execute';
import { spelledMetrics } from '../runs/journaled-metrics';
import type { RunRecord } from '../runs/run-state';
import type { History } from '../workspace/history';

/**
 * What the run that was judged made under a revision supplies later runs from now on: other runs may have made something
 * else for the same revision while its decision waited. Done before the promotion is journaled, since it is harmless without.
 *
 * @param revision the id under which the promoted side was made.
 */
export async function supplyPromoted(history: History, run: RunRecord, revision: string): Promise<void> {
  for (const record of run.steps.values()) {
    const { step, state, outputs, metrics, trackerRun, from } = record;
    if (step.branch === null || step.history === null || !SETTLED_WELL.includes(state)) continue;
    if (!step.revisions.split('+').includes(revision)) continue;
    const made = { outputs: Object.fromEntries(outputs), metrics: spelledMetrics(metrics), trackerRun };
    const { candidate: _candidate, ...success } = successOf(run, record, made);
    await history.put({ ...success, run: from ?? success.run });
  }
}
