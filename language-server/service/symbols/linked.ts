import type { Position, Range } from '../../../graph';
import type { Snapshot } from '../snapshot';
import { occurrenceAt, occurrencesOfThing } from './occurrences';
import { prepareRename } from './rename';

/** A name that has more places than this is renamed on purpose, not while it is typed. */
const MOST = 200;

/** The places that change with the name at a position while it is typed. */
export function linkedRanges(snapshot: Snapshot, position: Position): { ranges: Range[]; wordPattern: string } | null {
  const occurrence = occurrenceAt(snapshot, snapshot.lines.offsetAt(position));
  if (!occurrence || 'refused' in prepareRename(snapshot, position)) return null;
  const all = occurrencesOfThing(snapshot, occurrence.thing);
  if (all.length < 2 || all.length > MOST || !all.some(({ definition }) => definition)) return null;
  return {
    ranges: all.map(({ start, end }) => snapshot.lines.range(start, end)),
    wordPattern: '[A-Za-z_][A-Za-z0-9_-]*',
  };
}
