import type { ActiveRuns } from '../runs/active-runs';
import type { Ledger, LedgerState } from '../workspace/ledger';
import type { TaskState } from '../workspace/task-state';

/**
 * May a closed task be answered again? Where no feedback could be made of its answers, they must be corrected: else its run can
 * never go on, and every later run takes them over. Not where the node asks in another task by now.
 */
export async function mayReopen(state: LedgerState, runs: ActiveRuns, task: TaskState): Promise<boolean> {
  const same = ({ file, step, closed }: TaskState) => !closed && file === task.file && step === task.step;
  if ([...state.tasks.values()].some(same)) return false;
  // A run that was forgotten has nothing that could go on.
  const run = await runs.record(task.run).catch(() => null);
  if (run?.state !== 'failed' || run.steps.get(task.step)?.state !== 'waiting') return false;
  return [...run.steps.values()].some(({ step, state: at }) => step.completes === task.step && at === 'failed');
}

/** Opens it, with what was said of its samples. */
export async function reopen(ledger: Ledger, task: TaskState): Promise<void> {
  const { id, file, workflow, step, node, run, request, data, clean, choices, at } = task;
  const opened = { id, file, workflow, step, node, run, request, data, clean, ...(choices ? { choices } : {}), at };
  await ledger.append({ type: 'task', ...opened });
}
