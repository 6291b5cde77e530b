import type { LabelItem } from '../../extension/messages';

/** What the person sees of a task, and what was done in it. All changes are functions from one session to the next. */
export interface Session {
  task: string;
  kind: 'label' | 'find';
  title: string;
  workflow: string;
  classes: string[];
  items: LabelItem[];
  at: number;
  autoAdvance: boolean;
  blind: boolean;
  marks: ReadonlyMap<string, Mark>;
  done: Step[];
  undone: Step[];
  /** When each answer came (milliseconds), the latest last. */
  times: number[];
}

/** What became of an answer on its way to the engine. */
export type Mark = 'saving' | 'saved' | 'holding' | 'refused';

/** One answer, and what stood there before. */
interface Step {
  at: number;
  before: Pick<LabelItem, 'answer' | 'skipped'>;
  after: Pick<LabelItem, 'answer' | 'skipped'>;
}

/** An answer to be sent, where a change makes one. */
export interface Change {
  session: Session;
  send?: { id: string; answer: string | null };
}

const KEPT_TIMES = 20;
/** A pause longer than this was not spent on a label (milliseconds). */
const LONGEST = 60_000;

/** The choices for the sample at hand: the task's classes, or the clean samples to choose from. */
export function choicesOf({ kind, classes, items, at }: Session): string[] {
  return kind === 'label' ? classes : (items[at]?.candidates ?? []);
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

function areDigits(session: Session): boolean {
  return session.kind === 'label' && session.classes.every((name) => /^\d$/.test(name));
}

/** Answers the sample at hand (null skips it) and goes on to the next one that is open. */
export function answer(session: Session, given: string | null, now: number): Change {
  const item = session.items[session.at];
  if (!item) return { session };
  const step: Step = {
    at: session.at,
    before: { answer: item.answer, skipped: item.skipped },
    after: { answer: given, skipped: given === null },
  };
  const answered = withAnswer({ ...session, times: [...session.times, now].slice(-KEPT_TIMES) }, step.at, step.after);
  return {
    session: { ...advance(answered), done: [...session.done, step], undone: [] },
    send: { id: item.id, answer: given },
  };
}

/**
 * Takes the last answer back: its sample is at hand again. The engine keeps an answer until it is given anew, so what
 * stood there before is sent again where there was anything.
 */
export function undo(session: Session): Change {
  const step = session.done.at(-1);
  if (!step) return { session };
  const back = withAnswer({ ...session, at: step.at }, step.at, step.before);
  const next = { ...back, done: session.done.slice(0, -1), undone: [...session.undone, step] };
  return { session: next, ...resend(next, step.at) };
}

export function redo(session: Session): Change {
  const step = session.undone.at(-1);
  if (!step) return { session };
  const again = advance(withAnswer({ ...session, at: step.at }, step.at, step.after));
  const next = { ...again, done: [...session.done, step], undone: session.undone.slice(0, -1) };
  return { session: next, ...resend(next, step.at) };
}

export function goTo(session: Session, at: number): Session {
  return { ...session, at: Math.min(session.items.length - 1, Math.max(0, at)) };
}

export function flag(session: Session): Session {
  const items = session.items.map((item, at) => (at === session.at ? { ...item, flagged: !item.flagged } : item));
  return { ...session, items };
}

export function mark(session: Session, ids: readonly string[], kind: Mark): Session {
  const marks = new Map(session.marks);
  for (const id of ids) marks.set(id, kind);
  return { ...session, marks };
}

export interface Progress {
  answered: number;
  skipped: number;
  total: number;
  /** Answers a class, in the order of the classes. */
  counts: number[];
  /** Seconds a label lately; null before the third. */
  pace: number | null;
}

export function progressOf({ items, classes, times }: Session): Progress {
  const given = new Map<string, number>();
  for (const { answer: label } of items) if (label !== null) given.set(label, (given.get(label) ?? 0) + 1);
  const gaps = times
    .slice(1)
    .map((time, at) => time - times[at]!)
    .filter((gap) => gap < LONGEST);
  return {
    answered: items.filter((item) => item.answer !== null).length,
    skipped: items.filter((item) => item.skipped).length,
    total: items.length,
    counts: classes.map((name) => given.get(name) ?? 0),
    pace: gaps.length < 2 ? null : gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length / 1000,
  };
}

/** Samples around the one at hand, in the order in which they will be wanted. */
export function wanted({ items, at }: Session, ahead: number): string[] {
  return [items[at], ...items.slice(at + 1, at + 1 + ahead), items[at - 1]].flatMap((item) => (item ? [item.id] : []));
}

function withAnswer(session: Session, at: number, given: Pick<LabelItem, 'answer' | 'skipped'>): Session {
  return { ...session, items: session.items.with(at, { ...session.items[at]!, ...given }) };
}

/** The next open sample, from here on and then from the start; the same where none is open. */
function advance(session: Session): Session {
  if (!session.autoAdvance) return session;
  const open = ({ answer: label, skipped }: LabelItem) => label === null && !skipped;
  const later = session.items.findIndex((item, at) => at > session.at && open(item));
  const next = later >= 0 ? later : session.items.findIndex(open);
  return next >= 0 ? { ...session, at: next } : session;
}

function resend({ items }: Session, at: number): Pick<Change, 'send'> {
  const { id, answer: label, skipped } = items[at]!;
  return label !== null || skipped ? { send: { id, answer: label } } : {};
}
