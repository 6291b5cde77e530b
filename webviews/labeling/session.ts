import type {
  AnswerStep,
  Change,
  GainPoint,
  GivenAnswer,
  Look,
  TaskSample,
  Twin,
  Variant,
} from '../../extension/messages/labeling';

/** What the person sees of a task, and what was done in it. All changes are functions from one session to the next. */
export interface Session {
  task: string;
  kind: 'label' | 'find';
  title: string;
  workflow: string;
  classes: string[];
  items: TaskSample[];
  /** The sample at hand: a place in `items`. */
  at: number;
  /** Places of the samples that are shown, in the order in which they are. */
  shown: number[];
  /** Ids of those that the next answer is for; empty: the one at hand. */
  selected: ReadonlySet<string>;
  autoAdvance: boolean;
  blind: boolean;
  /** Sample of which the person looked at what a machine says of it, before answering. */
  revealed: string | null;
  /** Ids of those of which what a machine says was on the screen: an answer to one of them is not blind any more. */
  seen: ReadonlySet<string>;
  /** The share of samples that are asked a second time, and the one that is asked so now. */
  askAgain: number;
  again: string | null;
  /** When the sample at hand came on the screen (milliseconds). */
  since: number;
  views: Variant[];
  view: Variant;
  gains: GainPoint[];
  /** Labels of earlier cycles that the next candidate learns from, too. */
  joined: number;
  marks: ReadonlyMap<string, Mark>;
  /** Samples of which the engine would not take a flag, or what was said of them the second time. */
  refused: Refused;
  done: Step[];
  undone: Step[];
  /** When each answer came (milliseconds), the latest last. */
  times: number[];
  /** `find`: clean samples, by critical one. */
  twins: ReadonlyMap<string, Twin[]>;
  /** Only those of the class of the best. */
  sameClass: boolean;
}

/** What became of an answer on its way to the engine. */
export type Mark = 'saving' | 'saved' | 'holding' | 'refused';

export type Refused = Readonly<Record<'again' | 'flag', ReadonlySet<string>>>;

/** What was said at once, and what stood there before. */
export type Step = Pick<AnswerStep, 'changes'>;

/** What is to be sent, where a change makes something. */
export interface Outcome {
  session: Session;
  send?: { changes: Change[]; step: 'undo' | 'redo' | '' };
  /** What was said of a sample that was asked a second time. */
  again?: { id: string; answer: string };
}

const KEPT_TIMES = 20;
/** The last answers are remembered: these are not asked again. */
const FRESH = 10;

export const isOpen = ({ answer, skipped }: TaskSample): boolean => answer === null && !skipped;

export const givenOf = (item: TaskSample): GivenAnswer | null =>
  isOpen(item) ? null : { answer: item.answer, reason: item.reason };

export const hereOf = ({ items, at }: Session): TaskSample | undefined => items[at];

/** What a machine says of the sample at hand may be seen: it is answered, or the person asked for it, or is not blind. */
export function isSeen(session: Session): boolean {
  const item = hereOf(session);
  if (!item || session.again !== null) return false;
  return !session.blind || session.revealed === item.id || !isOpen(item);
}

/** The same, of one that is answered now. */
function isBlind({ blind, revealed, seen }: Session, item: TaskSample): boolean {
  return blind && revealed === null && isOpen(item) && !seen.has(item.id);
}

/** Before the sample at hand leaves the screen. */
function saw(session: Session): Session {
  const item = hereOf(session);
  if (!item || !session.blind || session.seen.has(item.id) || !isSeen(session)) return session;
  return { ...session, seen: new Set(session.seen).add(item.id) };
}

/** What Enter accepts: the suggestion where it is seen, the nearest clean sample; the answer that a sample has stays. */
export function suggestedOf(session: Session): string | undefined {
  const item = hereOf(session);
  if (!item || !isOpen(item)) return undefined;
  if (session.kind === 'find') return twinsOf(session)[0]?.id;
  return isSeen(session) ? item.suggestion?.label : undefined;
}

/** The clean samples to choose from for the sample at hand. */
export function twinsOf(session: Session): Twin[] {
  const item = hereOf(session);
  if (!item) return [];
  const known = session.twins.get(item.id);
  const all = known ?? item.candidates.map((id) => ({ id, label: null, distance: Number.NaN }));
  const best = all[0]?.label ?? null;
  return session.sameClass && best !== null ? all.filter(({ label }) => label === best) : all;
}

/** The choices for the sample at hand: the task's classes, or the clean samples to choose from. */
export function choicesOf(session: Session): string[] {
  return session.kind === 'label' ? session.classes : twinsOf(session).map(({ id }) => id);
}

/**
 * The choice behind a key: 1 to 9 and 0 are the first ten, with shift the next ten. Classes that are digits themselves have
 * their own keys.
 *
 * @param index 0 for the key 1, 9 for the key 0, from 10 on with shift.
 */
export function choiceOfKey(session: Session, index: number): string | undefined {
  const choices = choicesOf(session);
  if (!areDigits(session)) return choices[index];
  const digit = String((index + 1) % 10);
  return index < 10 && choices.includes(digit) ? digit : undefined;
}

/** What is written on a choice's key; empty where it has none. */
export function keyOf(session: Session, index: number): string {
  if (areDigits(session)) return choicesOf(session)[index] ?? '';
  return index >= 20 ? '' : `${index >= 10 ? '⇧' : ''}${(index + 1) % 10}`;
}

/** An answer where there is little room: whole, or the key that its button has, or how it begins. */
export function shortOf(session: Session, answer: string): { text: string; isKey: boolean } {
  const begin = answer.slice(0, 3);
  const place = session.classes.indexOf(answer);
  const key = place < 0 || begin === answer ? '' : keyOf(session, place);
  return { text: key || begin, isKey: key !== '' };
}

function areDigits(session: Session): boolean {
  return session.kind === 'label' && session.classes.length > 0 && session.classes.every((name) => /^\d$/.test(name));
}

/** Answers the selected samples or the one at hand (no answer skips them), and goes on to the next one that is open. */
export function answer(session: Session, given: GivenAnswer, now: number): Outcome {
  if (session.again !== null) return answerAgain(session, session.again, given);
  const targets =
    session.selected.size > 0 ? session.items.filter(({ id }) => session.selected.has(id)) : [hereOf(session)];
  const said = targets.filter((item) => item !== undefined);
  if (said.length === 0) return { session };
  const changes = said.map((item) => ({ id: item.id, before: givenOf(item), after: given }));
  const times = [...session.times, now].slice(-KEPT_TIMES);
  const seconds = Math.max(0, now - session.since) / 1000 / said.length;
  const looks = new Map(said.map((item) => [item.id, { seconds, blind: isBlind(session, item) }]));
  const left = { ...saw(session), times, selected: new Set<string>(), revealed: null };
  const answered = advance(withChanges(left, changes, 'after', looks));
  return {
    session: askedAgain({ ...answered, done: [...session.done, { changes }], undone: [] }, labelled(session)),
    send: { changes: changes.map(({ id, after }) => ({ id, given: after, look: looks.get(id)! })), step: '' },
  };
}

const labelled = ({ items }: Session): number => items.filter(({ answer: label }) => label !== null).length;

/**
 * After every so many labels one of the former samples comes again, without what was said of it; never at the end.
 *
 * @param before How many there were: what adds none, a skip or a correction, asks nothing.
 */
function askedAgain(session: Session, before: number): Session {
  const { kind, classes, askAgain, items, done } = session;
  if (kind !== 'label' || classes.length === 0 || askAgain <= 0 || !session.autoAdvance) return session;
  const count = labelled(session);
  const every = Math.round(1 / askAgain);
  if (Math.floor(count / every) <= Math.floor(before / every) || !items.some(isOpen)) return session;
  const said = new Set(done.slice(0, -FRESH).flatMap(({ changes }) => changes.map(({ id }) => id)));
  const known = items.flatMap((item, at) =>
    said.has(item.id) && item.answer !== null && item.again === null ? [{ id: item.id, at }] : [],
  );
  const chosen = known[(count * 7919) % known.length];
  return chosen ? { ...placeAt(session, chosen.at), again: chosen.id } : session;
}

function answerAgain(session: Session, id: string, { answer: said }: GivenAnswer): Outcome {
  const items = session.items.map((item) => (item.id === id ? { ...item, again: said } : item));
  const on = advance({ ...session, items: said === null ? session.items : items, again: null });
  return { session: on, ...(said === null ? {} : { again: { id, answer: said } }) };
}

/** Takes the last step back: its sample is at hand again. What stood there before goes to the engine. */
export function undo(session: Session): Outcome {
  const step = session.done.at(-1);
  if (!step) return { session };
  const back = withChanges({ ...saw(session), selected: new Set() }, step.changes, 'before');
  return {
    session: {
      ...goToId(back, step.changes[0]?.id),
      done: session.done.slice(0, -1),
      undone: [...session.undone, step],
    },
    send: { changes: stepTo(session, step, 'before'), step: 'undo' },
  };
}

export function redo(session: Session): Outcome {
  const step = session.undone.at(-1);
  if (!step) return { session };
  const again = withChanges({ ...saw(session), selected: new Set() }, step.changes, 'after');
  return {
    session: {
      ...advance(goToId(again, step.changes[0]?.id)),
      done: [...session.done, step],
      undone: session.undone.slice(0, -1),
    },
    send: { changes: stepTo(session, step, 'after'), step: 'redo' },
  };
}

/** Takes back, or does again, only what the person saw: another client may have answered since. */
function stepTo({ items }: Session, { changes }: Step, side: 'before' | 'after'): Change[] {
  const seen = new Map(items.map((item) => [item.id, givenOf(item)]));
  return changes.map((change) => ({ id: change.id, given: change[side], expected: seen.get(change.id) }));
}

/** A place in `items`. */
export function goTo(session: Session, at: number): Session {
  return placeAt(saw(session), at);
}

function placeAt(session: Session, at: number): Session {
  return { ...session, at: Math.min(session.items.length - 1, Math.max(0, at)), revealed: null, again: null };
}

/** So many samples further, in the order in which they are shown. */
export function move(session: Session, by: number): Session {
  const { shown } = session;
  if (shown.length === 0) return session;
  const place = shown.indexOf(session.at);
  const next = place < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, place + by));
  return goTo(session, shown[next]!);
}

function goToId(session: Session, id: string | undefined): Session {
  const at = session.items.findIndex((item) => item.id === id);
  return at < 0 ? session : placeAt(session, at);
}

/** Marks those that are selected, or the one at hand, for a second look; those that are all marked lose it. */
export function flag(session: Session): { session: Session; ids: string[]; on: boolean } {
  const here = hereOf(session);
  const chosen = session.selected.size > 0 ? session.selected : new Set(here ? [here.id] : []);
  const on = session.items.some((item) => chosen.has(item.id) && !item.flagged);
  const items = session.items.map((item) => (chosen.has(item.id) ? { ...item, flagged: on } : item));
  return { session: { ...session, items }, ids: [...chosen], on };
}

export function mark(session: Session, ids: readonly string[], kind: Mark): Session {
  const marks = new Map(session.marks);
  for (const id of ids) {
    // The last one said is the last one in the map.
    marks.delete(id);
    marks.set(id, kind);
  }
  return { ...session, marks };
}

function withChanges(
  session: Session,
  changes: AnswerStep['changes'],
  side: 'before' | 'after',
  looks?: ReadonlyMap<string, Look>,
): Session {
  const given = new Map(changes.map((change) => [change.id, change[side]]));
  const items = session.items.map((item) => {
    const said = given.get(item.id);
    if (said === undefined) return item;
    const label = said?.answer ?? null;
    const skipped = said !== null && label === null;
    return {
      ...item,
      answer: label,
      skipped,
      reason: said?.reason ?? null,
      look: looks?.get(item.id) ?? null,
      again: null,
    };
  });
  return { ...session, items };
}

/** The next open sample, from here on and then from the start; the same where none is open. */
function advance(session: Session): Session {
  if (!session.autoAdvance) return session;
  const { items, shown } = session;
  const place = shown.indexOf(session.at);
  const open = (at: number) => isOpen(items[at]!);
  const next = shown.slice(place + 1).find(open) ?? shown.find(open);
  return next === undefined ? session : placeAt(session, next);
}
