import type { TaskSample } from '../../extension/messages/labeling';
import { t } from '../words';
import { isOpen, type Session } from './session';

/** How samples are ordered, and which are shown. */
export interface Arrangement {
  sort: 'task' | 'severity' | 'similar' | 'answer';
  filter: 'all' | 'open' | 'answered' | 'skipped' | 'flagged';
  /** `similar`: all samples, the most similar to one of them first. */
  similar: readonly string[];
}

export const SORTS: [Arrangement['sort'], string][] = [
  ['task', t('Order of the task')],
  ['severity', t('Most severe first')],
  ['similar', t('Most similar first')],
  ['answer', t('By answer')],
];

export const FILTERS: [Arrangement['filter'], string][] = [
  ['all', t('All')],
  ['open', t('Open')],
  ['answered', t('Answered')],
  ['skipped', t('Skipped')],
  ['flagged', t('Flagged')],
];

const isShown: Record<Arrangement['filter'], (item: TaskSample) => boolean> = {
  all: () => true,
  open: isOpen,
  answered: ({ answer }) => answer !== null,
  skipped: ({ skipped }) => skipped,
  flagged: ({ flagged }) => flagged,
};

/** The places of the samples that are to be shown, in their order. */
export function arranged({ items }: Pick<Session, 'items'>, { sort, filter, similar }: Arrangement): number[] {
  const places = Array.from(items.keys()).filter((at) => isShown[filter](items[at]!));
  switch (sort) {
    case 'task':
      return places;
    case 'severity':
      return places.sort((a, b) => (items[b]!.severity ?? -1) - (items[a]!.severity ?? -1) || a - b);
    case 'similar': {
      const rank = new Map(similar.map((id, at) => [id, at]));
      const of = (at: number) => rank.get(items[at]!.id) ?? Number.POSITIVE_INFINITY;
      return places.sort((a, b) => (of(a) === of(b) ? a - b : of(a) - of(b)));
    }
    case 'answer': {
      const said = (at: number) => items[at]!.answer ?? (items[at]!.skipped ? '\uffff' : '');
      return places.sort((a, b) => said(a).localeCompare(said(b)) || a - b);
    }
  }
}

/** Samples around the one at hand, in the order in which they will be wanted. */
export function wanted({ items, shown, at }: Session, ahead: number): string[] {
  const place = Math.max(0, shown.indexOf(at));
  const places = [at, ...shown.slice(place + 1, place + 1 + ahead), shown[place - 1]];
  return [...new Set(places)].flatMap((one) => (one === undefined ? [] : (items[one]?.id ?? [])));
}
