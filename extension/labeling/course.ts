import type { AnswerStep, GivenAnswer, TaskDetail } from '../../engine/protocol';
import type { Change } from '../messages/labeling';
import { givenOf, isOpen, withGiven } from './open-task';

/** Takes the last step back, does it again, or is one of its own. */
export type StepKind = 'undo' | 'redo' | '';

/** What becomes of what was said: sent now, or held, since it would close the task. */
export interface Course {
  send: Change[];
  hold: Change[];
  /** What the step is to the engine. */
  step: StepKind;
  /** Held before, and still. */
  rest: Change[];
}

/** What a person said that the engine does not have; what is said anew of the same samples replaces it. */
export interface Unheard {
  held: readonly Change[];
  refused: readonly Change[];
}

/**
 * Where an answer goes.
 *
 * @param detail The task as the engine has it.
 */
export function courseOf(detail: TaskDetail, unheard: Unheard, news: Change[], step: StepKind): Course {
  const items = new Map(detail.items.map((item) => [item.id, item]));
  const changes = withKnownExpectations(items, unheard, news);
  const said = new Map(changes.map((change) => [change.id, change]));
  const rest = unheard.held.filter(({ id }) => !said.has(id));
  // A step back over one that was held or refused: the engine takes back its own last step, so it must not hear "undo".
  const known = step !== '' && isLast(detail, changes, step);
  const told =
    step === '' || known ? changes : changes.filter(({ id, given }) => !isSame(given, givenOf(items.get(id))));
  const kind = known ? step : '';
  if (told.length === 0) return { send: [], hold: [], step: kind, rest };
  const staysOpen = detail.items.some((item) => {
    const change = said.get(item.id);
    return change ? change.given === null : isOpen(item);
  });
  return { send: staysOpen ? told : [], hold: staysOpen ? [] : told, step: kind, rest };
}

/**
 * Where the person saw an answer of their own that never reached the engine, the engine is to expect the one that it has: it would
 * take the other for one that another client has overwritten, and refuse the change. All else is expected as it was seen.
 */
function withKnownExpectations(
  items: ReadonlyMap<string, TaskDetail['items'][number]>,
  { held, refused }: Unheard,
  changes: Change[],
): Change[] {
  const unheard = new Map([...refused, ...held].map(({ id, given }) => [id, given]));
  return changes.map((change) => {
    const { id, expected } = change;
    const own = unheard.get(id);
    if (expected === undefined || own === undefined || !isSame(expected, own)) return change;
    return { ...change, expected: givenOf(items.get(id)) };
  });
}

/** A task about which that was said, with its steps: as the engine keeps it. */
export function afterAnswer(detail: TaskDetail, changes: readonly Change[], step: StepKind): TaskDetail {
  if (changes.length === 0) return detail;
  const said = new Map(changes.map((change) => [change.id, change]));
  const made = detail.items.flatMap((item) => {
    const change = said.get(item.id);
    return change ? [{ id: item.id, before: givenOf(item), after: change.given }] : [];
  });
  const items = detail.items.map((item) => {
    const change = said.get(item.id);
    return change ? withGiven(item, change) : item;
  });
  return { ...detail, items, ...stepsAfter(detail, { at: '', by: '', changes: made }, step) };
}

function stepsAfter({ done, undone }: TaskDetail, made: AnswerStep, step: StepKind) {
  switch (step) {
    case 'undo':
      return { done: done.slice(0, -1), undone: [...undone, ...done.slice(-1)] };
    case 'redo':
      return { done: [...done, ...undone.slice(-1)], undone: undone.slice(0, -1) };
    default:
      return { done: [...done, made], undone: [] };
  }
}

/** Is that what the engine would take back, or do again? */
function isLast({ done, undone }: TaskDetail, changes: readonly Change[], step: 'undo' | 'redo'): boolean {
  const last = (step === 'undo' ? done : undone).at(-1);
  if (last?.changes.length !== changes.length) return false;
  const side = step === 'undo' ? 'before' : 'after';
  const wanted = new Map(last.changes.map((change) => [change.id, change[side]]));
  return changes.every(({ id, given }) => wanted.has(id) && isSame(given, wanted.get(id) ?? null));
}

const isSame = (one: GivenAnswer | null, other: GivenAnswer | null): boolean =>
  one === null || other === null ? one === other : one.answer === other.answer && one.reason === other.reason;
