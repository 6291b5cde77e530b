import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Binding } from '../plan';
import type { TaskRequest } from '../protocol';
import { bindInputs } from '../runs/inputs';
import type { RunContext } from '../runs/run-context';
import type { StepRecord } from '../runs/run-state';
import { EARLIER } from '../workspace/answering';
import { isSameSample, itemsById } from '../workspace/same-sample';
import type { TaskState } from '../workspace/task-state';
import { answersTo, readOracle } from './oracle';
import { readTaskRequest } from './task-request';

/**
 * Makes a task of what a node left in `$SCANFLOW_TASK` and lets the step wait. One open task a node: it keeps its samples,
 * new ones join it, and it moves to the newest run; where they have its samples' ids, it is closed and they get their own.
 * What was answered before is not asked again (design, asking a person).
 */
export async function askPerson(context: RunContext, record: StepRecord, bindings: readonly Binding[]): Promise<void> {
  const { ledger, put, run } = context;
  const request = await readTaskRequest(record.spec!.directory, record.step);
  const inputs = new Map((await bindInputs(context, bindings)).map(({ name, digest }) => [name, digest]));
  const oracle = request.answers === undefined ? undefined : inputs.get(request.answers);
  const told =
    oracle === undefined
      ? null
      : readOracle(await readFile(context.artifacts.pathOf(oracle), 'utf8'), request, record.step.name);
  // Another run may ask, and a person answer, at the same time.
  const { id, former, replaced, unanswered } = await ledger.inTurn(() =>
    openOnce(context, record, request, inputs, told),
  );
  if (former !== null && former !== run.header.run) await context.supersede(former);
  if (replaced !== null) {
    const message = `${record.step.name} asks about other samples with the ids of those of task ${replaced}, which is closed.`;
    await put({ type: 'notice', message });
  }
  await put({ type: 'asked', step: record.step.name, task: id, title: request.title, count: unanswered });
  await put({ type: 'moved', step: record.step.name, to: 'waiting', reason: request.title }, { flush: true });
  await ledger.inTurn(() => closeWhenAnswered(context, id));
}

/**
 * Opens the node's task, or adds to the one that is open.
 *
 * @param told What an oracle answers.
 * @returns `former`: whose run the open one was; `replaced`: the open one, where this one could not be added to it.
 */
async function openOnce(
  context: RunContext,
  record: StepRecord,
  request: TaskRequest,
  inputs: ReadonlyMap<string, string>,
  told: ReadonlyMap<string, string> | null,
): Promise<{ id: string; former: string | null; replaced: string | null; unanswered: number }> {
  const { ledger, run } = context;
  const at = new Date().toISOString();
  const former = openTask(context, record);
  const replaced = former && reusesIds(former.request, request) ? former.id : null;
  const open = replaced === null ? former : undefined;
  const data = inputs.get(request.data) ?? null;
  const { choices, ...rest } = request;
  const mayBe = answersTo(request);
  const task = {
    id: open?.id ?? taskId(run.header.run, record.step.name),
    file: run.header.file,
    workflow: run.header.workflow,
    step: record.step.name,
    node: record.step.node,
    run: run.header.run,
    request: open ? joined(open.request, rest) : rest,
    data: [...new Set([...(open?.data ?? []), ...(data === null ? [] : [data])])],
    clean: (request.clean && inputs.get(request.clean)) ?? null,
    ...(choices ? { choices: (await context.artifacts.putBytes(JSON.stringify(choices))).digest } : {}),
    at,
  };
  await ledger.append({ type: 'task', ...task });
  if (replaced !== null) await ledger.append({ type: 'task-closed', task: replaced, at });
  const known = knownAnswers(context, record, task.request, mayBe);
  for (const [id, answer] of told ?? []) if (!known.has(id)) known.set(id, answer);
  const standing = open?.answers ?? new Map<string, string | null>();
  // The task may have other classes, or clean samples, than when it was answered.
  const stale = [...standing].filter(([, answer]) => !mayBe(answer)).map(([id]) => id);
  // What was answered in this task stands as it is, with its reason.
  const fresh = [...known].filter(
    ([id, answer]) =>
      !standing.has(id) || stale.includes(id) || (open?.takenOver.has(id) && standing.get(id) !== answer),
  );
  if (fresh.length > 0 || stale.length > 0) {
    const by = told === null ? EARLIER : 'oracle';
    const reopened = stale.filter((id) => !known.has(id));
    const answers = Object.fromEntries(fresh);
    await ledger.append({ type: 'answers', task: task.id, answers, open: reopened, by, at, step: 'known' });
  }
  const unanswered = request.items.filter(({ id }) => !known.has(id)).length;
  return { id: task.id, former: former?.run ?? null, replaced, unanswered };
}

/** Closes a task that has nothing left to ask. */
export async function closeWhenAnswered({ ledger }: Pick<RunContext, 'ledger'>, id: string): Promise<void> {
  const task = ledger.state.tasks.get(id);
  if (!task || task.closed || task.request.items.some((item) => !task.answers.has(item.id))) return;
  await ledger.append({ type: 'task-closed', task: id, at: new Date().toISOString() });
}

function openTask(context: RunContext, record: StepRecord): TaskState | undefined {
  const { file } = context.run.header;
  return [...context.ledger.state.tasks.values()].find(
    (task) => !task.closed && task.file === file && task.step === record.step.name,
  );
}

/** Answers to earlier tasks of this node for samples that this one asks about, and that it can still be given. */
function knownAnswers(
  context: RunContext,
  record: StepRecord,
  request: TaskRequest,
  mayBe: (answer: string | null) => boolean,
): Map<string, string | null> {
  const wanted = itemsById(request);
  const known = new Map<string, string | null>();
  for (const task of context.ledger.state.tasks.values()) {
    if (task.file !== context.run.header.file || task.step !== record.step.name) continue;
    const asked = itemsById(task.request);
    for (const id of task.withdrawn) if (isSameSample(wanted.get(id), asked.get(id))) known.delete(id);
    for (const [id, answer] of task.answers) {
      if (task.takenOver.has(id)) continue;
      if (isSameSample(wanted.get(id), asked.get(id)) && mayBe(answer)) known.set(id, answer);
    }
  }
  return known;
}

/** Does one ask about other samples than the other under the same ids? Answers could not tell them apart. */
function reusesIds(old: TaskRequest, now: TaskRequest): boolean {
  const items = itemsById(old);
  return now.items.some((item) => items.has(item.id) && !isSameSample(item, items.get(item.id)));
}

function joined(old: TaskRequest, now: TaskRequest): TaskRequest {
  const items = itemsById(old);
  for (const item of now.items) items.set(item.id, item);
  return { ...now, items: [...items.values()] };
}

const taskId = (run: string, step: string): string =>
  `t-${createHash('sha256').update(`${run}\0${step}`).digest('hex').slice(0, 10)}`;
