import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type AnswerRequest,
  type Answers,
  fault,
  type GivenAnswer,
  type Look,
  nextGain,
  type TaskDetail,
  type TaskRequest,
  type TaskRow,
} from '../protocol';
import type { ActiveRuns } from '../runs/active-runs';
import type { EngineRooms } from '../runs/run-context';
import { closeWhenAnswered } from '../tasks/ask';
import { answersTo, rangeOf } from '../tasks/oracle';
import { mayReopen, reopen } from '../tasks/reopen';
import { answerOf } from '../workspace/answering';
import type { Proposal } from '../workspace/ledger-entries';
import type { TaskState } from '../workspace/task-state';
import { goOn } from './go-on';
import type { Handlers } from './handlers';
import { gainsOf, labelsRetried } from './review';

/** Requests about what waits for a person. */
export function taskRequests(
  rooms: EngineRooms,
  runs: ActiveRuns,
  by: string,
): Pick<Handlers, 'tasks' | 'task' | 'answer' | 'flag'> {
  const { ledger, artifacts, places } = rooms;
  const find = (id: string): TaskState => {
    const task = ledger.state.tasks.get(id);
    if (task) return task;
    throw fault('SF6030', 'request', `There is no task ${id}.`, 'List them with `scanflow tasks`.');
  };
  const openTask = async (id: string): Promise<TaskState> => {
    const task = find(id);
    if (!task.closed || (await mayReopen(ledger.state, runs, task))) return task;
    throw fault('SF6031', 'request', `Task ${id} is closed.`, 'Answer an open one: `scanflow tasks`.');
  };
  /** What the task asks, with the choices that its node gave. */
  const askedIn = async ({ request, choices }: TaskState): Promise<TaskRequest> =>
    choices === undefined
      ? request
      : { ...request, choices: JSON.parse(await readFile(artifacts.pathOf(choices), 'utf8')) as string[] };
  const answer = async (
    { task: id, answers, open = [], reasons, looks, expected = {}, again = {}, step, close }: AnswerRequest,
    who: string,
  ): Promise<TaskState> => {
    const task = await openTask(id);
    const request = await askedIn(task);
    checkAnswers(task, request, answers);
    checkAnswers(task, request, again);
    checkKnown(task, [...open, ...Object.keys({ ...reasons, ...looks, ...expected })]);
    checkExpected(task, expected);
    const given = {
      answers,
      ...(open.length > 0 ? { open } : {}),
      ...(reasons ? { reasons: textsOf(reasons) } : {}),
      ...(looks ? { looks: looksOf(looks) } : {}),
      ...(Object.keys(again).length > 0 ? { again: textsOf(again) } : {}),
    };
    const at = new Date().toISOString();
    if (task.closed) await reopen(ledger, task);
    await ledger.append({
      type: 'answers',
      task: id,
      ...given,
      ...(step ? { step: stepOf(step) } : {}),
      by: who,
      at,
    });
    if (close) await ledger.append({ type: 'task-closed', task: id, at });
    else await closeWhenAnswered(rooms, id);
    return find(id);
  };
  const worthOf = (task: TaskState): TaskRow => {
    const row = rowOf(task);
    if (task.closed || row.kind !== 'label') return row;
    const gains = gainsOf(ledger.state, ({ file, run }) => file === task.file && run !== task.run);
    const next = nextGain(gains, row.answered + labelsRetried(ledger.state, task.file));
    return next ? { ...row, next } : row;
  };
  const relative = (digest: string | null | undefined): string | null =>
    digest ? path.relative(places.root, artifacts.pathOf(digest)) : null;
  return {
    tasks: async ({ all }) => [
      ...[...ledger.state.tasks.values()].filter((task) => all || !task.closed).map(worthOf),
      ...[...ledger.state.proposals.values()].filter(({ decision }) => decision.state === 'waiting').map(authorisation),
    ],
    task: async ({ task: id }): Promise<TaskDetail> => {
      const proposal = ledger.state.proposals.get(id);
      if (proposal) return { ...authorisation(proposal), items: [], done: [], undone: [], data: null, clean: null };
      const task = find(id);
      return {
        ...worthOf(task),
        joined: labelsRetried(ledger.state, task.file),
        items: task.request.items.map((item) => ({
          id: item.id,
          severity: item.severity ?? null,
          candidates: item.candidates ?? [],
          answer: task.answers.get(item.id) ?? null,
          skipped: task.answers.has(item.id) && task.answers.get(item.id) === null,
          reason: task.reasons.get(item.id) ?? null,
          flagged: task.flagged.has(item.id),
          suggestion: item.suggestion ?? null,
          look: task.looks.get(item.id) ?? null,
          again: task.again.get(item.id) ?? null,
          ...(item.values && { values: item.values }),
        })),
        done: task.done.slice(-TOLD_STEPS),
        undone: task.undone.slice(-TOLD_STEPS),
        data: relative(task.data.at(-1)),
        clean: relative(task.clean),
      };
    },
    answer: async ({ by: who = by, ...given }) => {
      // Nobody answers what another is closing, and no run takes the task over in between.
      const after = await ledger.inTurn(() => answer(given, who));
      const further = after.closed ? await goOn(runs, after.run, who) : { run: null };
      const { id, closed } = after;
      return { task: id, accepted: Object.keys(given.answers).length, open: rowOf(after).open, closed, ...further };
    },
    flag: async ({ task: id, ids, on, by: who = by }) => {
      const task = await openTask(id);
      checkKnown(task, ids);
      await ledger.append({ type: 'flags', task: id, ids, on, by: who, at: new Date().toISOString() });
      return { task: id, flagged: find(id).flagged.size };
    },
  };
}

/** Steps that a client hears of: more can be undone one after the other. */
const TOLD_STEPS = 100;

/** All or nothing: one unknown id or class, and nothing is saved. */
function checkAnswers(task: TaskState, request: TaskRequest, answers: Answers): void {
  checkKnown(task, Object.keys(answers));
  const mayBe = answersTo(request);
  const odd = Object.values(answers).filter((answer) => !mayBe(answer));
  if (odd.length === 0) return;
  const { what, remedy } = rangeOf(request);
  const said = some(odd.map((answer) => JSON.stringify(answer)));
  throw fault('SF6033', 'request', `${said} is ${what} of task ${task.id}; nothing was saved.`, remedy);
}

/** @throws SF6032 for a sample that the task does not ask about. */
function checkKnown(task: TaskState, ids: readonly string[]): void {
  if (ids.length === 0) return;
  const asked = new Set(task.request.items.map(({ id }) => id));
  const unknown = ids.filter((id) => !asked.has(id));
  if (unknown.length === 0) return;
  throw fault(
    'SF6032',
    'request',
    `Task ${task.id} does not ask about ${some(unknown)}; nothing was saved.`,
    `Take these ids out, or let \`scanflow answer ${task.id} FILE --only-asked\` pass over them; \`scanflow tasks ${task.id}\` lists the ids that it asks about. A CSV begins with \`id,label\`, or with an answer.`,
  );
}

/** @throws SF6035 where another client has said something else of a sample since. */
function checkExpected(task: TaskState, expected: NonNullable<AnswerRequest['expected']>): void {
  const others = Object.entries(expected).filter(([id, given]) => !isSameGiven(given, answerOf(task, id)));
  if (others.length === 0) return;
  throw fault(
    'SF6035',
    'request',
    `${some(others.map(([id]) => id))} of task ${task.id} ${others.length === 1 ? 'has' : 'have'} another answer by now; nothing was saved.`,
    'Look at what stands there now; where it is wrong, answer it anew.',
  );
}

/** A client may know of a reason all that was written, and the engine how it begins. */
const isSameGiven = (seen: GivenAnswer | null, given: GivenAnswer | null): boolean =>
  seen === null || given === null
    ? seen === given
    : seen.answer === given.answer && String(seen.reason ?? '').slice(0, LONGEST_REASON) === (given.reason ?? '');

/** A socket may bring anything under these names. */
const textsOf = (reasons: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(reasons).map(([id, reason]) => [id, String(reason).slice(0, LONGEST_REASON)]));
const LONGEST_REASON = 500;

function looksOf(looks: Record<string, unknown>): Record<string, Look> {
  const entries = Object.entries(looks).flatMap(([id, look]): [string, Look][] => {
    const { seconds, blind } = (look ?? {}) as { seconds?: unknown; blind?: unknown };
    if (typeof seconds !== 'number' || !(seconds >= 0) || typeof blind !== 'boolean') return [];
    return [[id, { seconds: Math.round(1000 * seconds) / 1000, blind }]];
  });
  return Object.fromEntries(entries);
}

function stepOf(step: string): 'undo' | 'redo' {
  if (step === 'undo' || step === 'redo') return step;
  throw fault('SF6034', 'request', `An answer's step is undo or redo, not ${step}.`, 'Leave it out for an answer.');
}

const some = (names: string[]): string =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');

function rowOf(task: TaskState): TaskRow {
  const { items, kind, title, classes } = task.request;
  const given = items.filter(({ id }) => task.answers.has(id)).map(({ id }) => task.answers.get(id));
  return {
    id: task.id,
    kind,
    title,
    run: task.run,
    node: task.step,
    workflow: task.workflow,
    classes,
    open: task.closed ? 0 : items.length - given.length,
    answered: given.filter((answer) => answer !== null).length,
    skipped: given.filter((answer) => answer === null).length,
    createdAt: task.at,
    decision: null,
  };
}

function authorisation({ decision, run, step, workflow, at }: Proposal): TaskRow {
  return {
    id: decision.id,
    kind: 'authorise',
    title: `Authorise the candidate of ${decision.improver}`,
    run,
    node: step,
    workflow,
    classes: [],
    open: 1,
    answered: 0,
    skipped: 0,
    createdAt: at ?? '',
    decision,
  };
}
