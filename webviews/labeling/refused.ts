import type { ToLabeling } from '../../extension/messages/labeling';
import { givenOf, mark, type Outcome, type Session } from './session';

type Refusal = Extract<ToLabeling, { type: 'refused' }>;

/** What the engine would not take is marked, until it is said once more. */
export function refuse(session: Session, { of, ids }: Pick<Refusal, 'of' | 'ids'>): Session {
  if (of !== 'again' && of !== 'flag') return mark(session, ids, 'refused');
  return { ...session, refused: { ...session.refused, [of]: new Set([...session.refused[of], ...ids]) } };
}

export function hasRefused({ marks, refused }: Session): boolean {
  return refused.again.size > 0 || refused.flag.size > 0 || [...marks.values()].includes('refused');
}

interface Again extends Omit<Outcome, 'again'> {
  again: { id: string; answer: string }[];
  flags: { ids: string[]; on: boolean }[];
}

/** Says once more of every sample what the engine would not take: what a person said stands, and only has to arrive. */
export function refusedOnes(session: Session): Again {
  const { items, marks, refused } = session;
  const changes = items
    .filter(({ id }) => marks.get(id) === 'refused')
    .map((item) => ({ id: item.id, given: givenOf(item), ...(item.look ? { look: item.look } : {}) }));
  const again = items.flatMap(({ id, again: said }) =>
    refused.again.has(id) && said !== null ? [{ id, answer: said }] : [],
  );
  const flagged = items.filter(({ id }) => refused.flag.has(id));
  const flags = [true, false]
    .map((on) => ({ on, ids: flagged.filter((item) => item.flagged === on).map(({ id }) => id) }))
    .filter(({ ids }) => ids.length > 0);
  return {
    session: { ...session, refused: NONE_REFUSED },
    again,
    flags,
    ...(changes.length > 0 ? { send: { changes, step: '' } } : {}),
  };
}

export const NONE_REFUSED: Session['refused'] = { again: new Set(), flag: new Set() };
