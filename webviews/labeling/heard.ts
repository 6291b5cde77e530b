import type { Change, ToLabeling } from '../../extension/messages/labeling';
import { type Arrangement, arranged } from './arrange';
import { NONE_REFUSED } from './refused';
import { givenOf, hereOf, type Mark, mark, type Session, type Step } from './session';

type Told = Pick<Session, 'items' | 'done' | 'undone'>;

/** A task that is opened; what was seen of it before is as it was, and what it was asked of is kept. */
export function opened(
  { type: _, grid: __, ...task }: Extract<ToLabeling, { type: 'task' }>,
  former: Session | null,
  arrangement: Arrangement,
): Session {
  const told = former ? withUnsaved(former, task) : task;
  return {
    ...task,
    ...told,
    at: former ? placeIn(told, former) : task.at,
    shown: arranged(told, arrangement),
    selected: former?.selected ?? new Set(),
    revealed: null,
    seen: former?.seen ?? new Set(),
    again: null,
    since: Date.now(),
    view: former && task.views.includes(former.view) ? former.view : 'data',
    marks: former?.marks ?? new Map(),
    refused: former?.refused ?? NONE_REFUSED,
    times: former?.times ?? [],
    twins: former?.twins ?? new Map(),
    sameClass: former?.sameClass ?? false,
  };
}

/** What others said of the task. Its samples keep their places on the screen; those that joined come after them. */
export function changed(session: Session, message: Told, arrangement: Arrangement): Session {
  const told = withUnsaved(session, message);
  const all = arranged(told, arrangement);
  const stay = session.items.every(({ id }, at) => told.items[at]?.id === id);
  const shown = stay ? [...session.shown, ...all.filter((at) => at >= session.items.length)] : all;
  return { ...session, ...told, at: placeIn(told, session), shown };
}

/** What the engine has of samples. Where the person said something else since, that is still on its way: its mark stays. */
export function saved(session: Session, changes: readonly Change[]): Session {
  const has = new Map(changes.map(({ id, given }) => [id, given]));
  const newer = session.items.filter((item) => {
    const given = has.get(item.id);
    return given !== undefined && isOnItsWay(session.marks.get(item.id)) && !isSame(given, givenOf(item));
  });
  for (const { id } of newer) has.delete(id);
  return mark(session, [...has.keys()], 'saved');
}

const isOnItsWay = (one: Mark | undefined): boolean => one === 'saving' || one === 'holding';

const isSame = (one: Change['given'], other: Change['given']): boolean =>
  one?.answer === other?.answer && one?.reason === other?.reason;

const placeIn = ({ items }: Pick<Session, 'items'>, former: Session): number =>
  Math.max(
    0,
    items.findIndex(({ id }) => id === hereOf(former)?.id),
  );

/** What the engine told, with what the person said that is not there yet. */
function withUnsaved({ marks, refused, items, done }: Session, told: Told): Told {
  const isUnsaved = (id: string) => isOnItsWay(marks.get(id)) || marks.get(id) === 'refused';
  const mine = new Map(items.map((item) => [item.id, item]));
  const steps = new Set(told.done.map(textOf));
  return {
    items: told.items.map((item) => {
      const own = mine.get(item.id);
      if (!own) return item;
      const { answer, skipped, reason, look } = isUnsaved(item.id) ? own : item;
      const again = refused.again.has(item.id) ? own.again : item.again;
      const flagged = refused.flag.has(item.id) ? own.flagged : item.flagged;
      return { ...item, answer, skipped, reason, look, again, flagged };
    }),
    done: [
      ...told.done,
      ...done.filter((step) => step.changes.some(({ id }) => isUnsaved(id)) && !steps.has(textOf(step))),
    ],
    undone: told.undone,
  };
}

const textOf = ({ changes }: Step): string =>
  JSON.stringify(
    changes.map(({ id, before, after }) => [id, before?.answer, before?.reason, after?.answer, after?.reason]),
  );
