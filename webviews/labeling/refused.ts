import { givenOf, type Outcome, type Session } from './session';

/** Says once more of every sample what the engine would not take: what a person said stands, and only has to arrive. */
export function refusedOnes(session: Session): Outcome {
  const refused = session.items.filter(({ id }) => session.marks.get(id) === 'refused');
  const changes = refused.map((item) => ({ id: item.id, given: givenOf(item) }));
  return changes.length === 0 ? { session } : { session, send: { changes, step: '' } };
}
