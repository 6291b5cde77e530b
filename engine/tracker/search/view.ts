import { quote } from '../names';
import type { Lifecycle } from '../records';
import { refuse } from '../refusal';

/** Which lifecycle stages a search looks at. */
export function viewOf(view: string): (lifecycle: Lifecycle) => boolean {
  if (view === 'ACTIVE_ONLY' || view === '') return (lifecycle) => lifecycle === 'active';
  if (view === 'DELETED_ONLY') return (lifecycle) => lifecycle === 'deleted';
  if (view === 'ALL') return () => true;
  throw refuse('INVALID_PARAMETER_VALUE', `Invalid view type ${quote(view)}.`);
}
