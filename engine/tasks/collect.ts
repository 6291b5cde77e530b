import { programs, type Step, stepName } from '../plan';
import type { EngineRooms, RunContext } from '../runs/run-context';
import type { RunRecord, StepRecord } from '../runs/run-state';
import type { ArtifactStore } from '../store/artifacts';
import type { TaskState } from '../workspace/task-state';

/**
 * The step that makes feedback of a closed task's answers, in a node of its own: the engine never opens a dataset.
 *
 * @returns null where it is planned already.
 */
export async function planCollect(context: RunContext, record: StepRecord, task: TaskState): Promise<Step | null> {
  const step = await collectStep(context.artifacts, record.step, task);
  return context.run.steps.has(step.name) ? null : step;
}

/** Is this such a step, and its task open again? Then there is nothing to collect yet. */
export function isAskedAgain({ ledger }: Pick<EngineRooms, 'ledger'>, run: RunRecord, { step }: StepRecord): boolean {
  const asking = step.completes === null ? undefined : run.steps.get(step.completes);
  return ledger.state.tasks.get(asking?.task ?? '')?.closed === false;
}

/**
 * Such a step over the answers as they are by now: they may have been corrected since it failed on them.
 *
 * @returns null for a step of another kind, and where the task is open.
 */
export async function collectAgain(
  { artifacts, ledger }: Pick<EngineRooms, 'artifacts' | 'ledger'>,
  run: RunRecord,
  { step }: StepRecord,
): Promise<Step | null> {
  const asking = step.completes === null ? undefined : run.steps.get(step.completes);
  const task = ledger.state.tasks.get(asking?.task ?? '');
  if (!asking || !task?.closed || task.run !== run.header.run) return null;
  return collectStep(artifacts, asking.step, task);
}

async function collectStep(artifacts: ArtifactStore, step: Step, task: TaskState): Promise<Step> {
  const node = `${step.node}/collect`;
  const name = stepName(node, step.version, step.phase, step.branch);
  const answers = await artifacts.putBytes(JSON.stringify(Object.fromEntries(task.answers)));
  const input = (port: string, index: number | null, digest: string): Step['inputs'][number] => ({
    port,
    index,
    origin: { kind: 'artifact', digest },
    via: 'volume',
    carries: [],
    optional: false,
  });
  const output = programs.get('collect')!.outputs[0]!;
  return {
    ...step,
    name,
    node,
    history: null,
    program: { kind: 'builtin', name: 'collect' },
    parameters: { kind: task.request.kind },
    scope: {},
    inputs: [
      ...task.data.map((digest, index) => input('data', index, digest)),
      input('answers', null, answers.digest),
      ...(task.clean === null ? [] : [input('clean', null, task.clean)]),
    ],
    // The answer becomes the asking node's own output.
    outputs: [{ name: task.request.output, type: output.type, optional: false, path: output.path }],
    after: [],
    secrets: [],
    manual: false,
    every: null,
    when: null,
    completes: step.name,
  };
}
