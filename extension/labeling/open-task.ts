import type { GainPoint, GivenAnswer, TaskDetail, TaskRow, TaskSample } from '../../engine/protocol';
import type { Change, Variant } from '../messages/labeling';
import type { Mirror } from '../runs/mirror';

/** A task that is open in this window. */
export interface OpenTask {
  mirror: Mirror;
  detail: TaskDetail;
  /** Where the person is. */
  at: number;
  /** With reconstructions, where a detector left them; relative to the workspace. */
  inspection: string | null;
  gains: GainPoint[];
}

export const isOpen = ({ answer, skipped }: TaskSample): boolean => answer === null && !skipped;

/** null: it is open. */
export const givenOf = (item: TaskSample | undefined): GivenAnswer | null =>
  item && !isOpen(item) ? { answer: item.answer, reason: item.reason } : null;

/** Does a row say of a task what its detail says? */
export function isAsKnown({ run, items }: TaskDetail, row: TaskRow): boolean {
  const open = items.filter(isOpen).length;
  const skipped = items.filter((item) => item.skipped).length;
  const answered = items.length - open - skipped;
  return row.run === run && row.open === open && row.skipped === skipped && row.answered === answered;
}

/** What there is to see of a sample. */
export const viewsOf = ({ inspection }: OpenTask): Variant[] =>
  inspection === null ? ['data'] : ['data', 'reconstruction', 'error', 'overlay'];

/** The request that says so much. */
export function answerRequest(changes: readonly Change[]) {
  const given = changes.flatMap(({ id, given: one }) => (one ? [{ id, ...one }] : []));
  const expected = changes.flatMap(({ id, expected: seen }) => (seen === undefined ? [] : [[id, seen] as const]));
  const looks = changes.flatMap(({ id, look }) => (look ? [[id, look] as const] : []));
  return {
    answers: Object.fromEntries(given.map(({ id, answer }) => [id, answer])),
    reasons: Object.fromEntries(given.flatMap(({ id, reason }) => (reason === null ? [] : [[id, reason]]))),
    ...(expected.length > 0 ? { expected: Object.fromEntries(expected) } : {}),
    ...(looks.length > 0 ? { looks: Object.fromEntries(looks) } : {}),
    open: changes.filter(({ given: one }) => one === null).map(({ id }) => id),
  };
}

/** A sample about which that was said. */
export function withGiven(item: TaskSample, { given, look }: Change): TaskSample {
  const answer = given?.answer ?? null;
  const skipped = given !== null && answer === null;
  return { ...item, answer, skipped, reason: given?.reason ?? null, look: look ?? null, again: null };
}

/** What became of a task, for the person who closed it. */
export function summaryOf({ items, classes }: TaskDetail) {
  const asked = items.filter(({ again }) => again !== null);
  return {
    labelled: items.filter(({ answer }) => answer !== null).length,
    skipped: items.filter((item) => item.skipped).length,
    counts: classes.map((name) => items.filter(({ answer }) => answer === name).length),
    classes,
    again: asked.length,
    same: asked.filter(({ again, answer }) => again === answer).length,
    blind: items.filter(({ look }) => look?.blind).length,
    pace: middle(items.flatMap(({ answer, look }) => (answer !== null && look ? [look.seconds] : []))),
  };
}

/** Pauses count for no more than another label. */
function middle(seconds: number[]): number | null {
  const sorted = seconds.sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

/**
 * The inspection that the detector before a task left: of the run that the task belongs to, at the node whose output reaches
 * its port `data`.
 */
export async function inspectionOf(mirror: Mirror, { run, node }: TaskDetail): Promise<string | null> {
  const passages = await mirror.link.ask('inspect', { run, edge: node });
  const from = passages.find(({ to }) => to === `${node}.data`)?.from ?? '';
  const step = from.slice(0, from.lastIndexOf('.'));
  if (step === '' || step === 'sources') return null;
  const outputs = await mirror.link.ask('outputs', { run, node: step });
  return outputs.find(({ port, kind }) => port === 'inspection' && kind !== 'absent')?.path ?? null;
}
