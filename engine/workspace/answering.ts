import type { AnswerStep, GivenAnswer } from '../protocol';
import type { GivenAnswers, TaskOpened } from './ledger-entries';
import { isSameSample, itemsById } from './same-sample';
import type { TaskState } from './task-state';

/** Steps that can be undone. */
const KEPT_STEPS = 200;

/** Who gives the answers that earlier tasks have. */
export const EARLIER = 'earlier answers';

/** A task as it is opened; one that moved to a newer run keeps what was said of its samples. */
export function newTask(task: TaskOpened, known?: TaskState): TaskState {
  return {
    ...task,
    answers: known?.answers ?? new Map(),
    takenOver: known?.takenOver ?? new Set(),
    withdrawn: known?.withdrawn ?? new Set(),
    reasons: known?.reasons ?? new Map(),
    looks: known?.looks ?? new Map(),
    again: known?.again ?? new Map(),
    flagged: known?.flagged ?? new Set(),
    done: known?.done ?? [],
    undone: known?.undone ?? [],
    closed: false,
  };
}

/** Applies answers to a task, and keeps what they changed, so that it can be undone: in this window or the next. */
export function giveAnswers(task: TaskState, given: GivenAnswers & { by: string; at: string }): void {
  const changes: AnswerStep['changes'] = [];
  const change = (id: string, after: GivenAnswer | null) => {
    const before = answerOf(task, id);
    put(task, id, after);
    if (given.by === EARLIER) task.takenOver.add(id);
    else task.takenOver.delete(id);
    if (after === null && given.step !== 'known') task.withdrawn.add(id);
    else task.withdrawn.delete(id);
    const look = ownOf(given.looks, id);
    if (look && after !== null) task.looks.set(id, look);
    changes.push({ id, before, after });
  };
  for (const [id, answer] of Object.entries(given.answers)) {
    change(id, { answer, reason: answer === null ? (ownOf(given.reasons, id) ?? null) : null });
  }
  for (const id of given.open ?? []) change(id, null);
  for (const [id, answer] of Object.entries(given.again ?? {})) task.again.set(id, answer);
  remember(task, { at: given.at, by: given.by, changes }, given.step);
}

/** Of what was taken back in one task of a node and then said in another, that word counts, being the last. */
export function endWithdrawals(
  tasks: Iterable<TaskState>,
  said: TaskState,
  given: GivenAnswers & { by: string },
): void {
  if (given.by === EARLIER) return;
  for (const task of tasks) {
    if (task === said || task.withdrawn.size === 0 || task.file !== said.file || task.step !== said.step) continue;
    const [here, there] = [itemsById(said.request), itemsById(task.request)];
    for (const id of task.withdrawn) {
      if (Object.hasOwn(given.answers, id) && isSameSample(here.get(id), there.get(id))) task.withdrawn.delete(id);
    }
  }
}

/** A sample may have a name that every object has: `constructor`. */
const ownOf = <T>(values: Record<string, T> | undefined, id: string): T | undefined =>
  values && Object.hasOwn(values, id) ? values[id] : undefined;

/** What was said of a sample; null: nothing yet. */
export function answerOf(task: TaskState, id: string): GivenAnswer | null {
  const answer = task.answers.get(id);
  return answer === undefined ? null : { answer, reason: task.reasons.get(id) ?? null };
}

function put(task: TaskState, id: string, given: GivenAnswer | null): void {
  task.reasons.delete(id);
  // They were about the answer that stood before.
  task.looks.delete(id);
  task.again.delete(id);
  if (given === null) {
    task.answers.delete(id);
    return;
  }
  task.answers.set(id, given.answer);
  if (given.reason !== null) task.reasons.set(id, given.reason);
}

function remember(task: TaskState, step: AnswerStep, kind: GivenAnswers['step']): void {
  if (step.changes.length === 0 || kind === 'known') return;
  const [from, to] = kind === 'undo' ? [task.done, task.undone] : [task.undone, task.done];
  const last = kind && from.at(-1);
  if (last && isOfTheSame(last, step)) {
    from.pop();
    to.push(last);
    return;
  }
  task.done.push(step);
  if (task.done.length > KEPT_STEPS) task.done.shift();
  task.undone = [];
}

/** Of two windows that take a step back in one moment, the second means a step that is not the last any more. */
function isOfTheSame(last: AnswerStep, step: AnswerStep): boolean {
  const samplesOf = ({ changes }: AnswerStep) => new Set(changes.map(({ id }) => id));
  const [samples, others] = [samplesOf(last), samplesOf(step)];
  return samples.size === others.size && [...samples].every((id) => others.has(id));
}
