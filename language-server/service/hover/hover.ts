import type { Hover } from 'vscode-languageserver-types';
import type { Position } from '../../../graph';
import { fieldDocumentation } from '../completion/keys';
import { placesAround, shapeAt } from '../places';
import type { RunState } from '../run-state';
import type { Snapshot } from '../snapshot';
import { occurrenceAt } from '../symbols/occurrences';
import { describeThing } from './things';

/** What is at a position: a thing with a name, or a key of the language. */
export function hover(snapshot: Snapshot, position: Position, run?: RunState): Hover | null {
  const offset = snapshot.lines.offsetAt(position);
  const occurrence = occurrenceAt(snapshot, offset);
  const text = occurrence && describeThing(snapshot, occurrence.thing, run);
  if (text !== undefined)
    return {
      contents: { kind: 'markdown', value: text },
      range: snapshot.lines.range(occurrence!.start, occurrence!.end),
    };
  const place = placesAround(snapshot, offset).at(-1);
  const key = place?.key;
  const name = place?.path.at(-1);
  if (!place?.field || !key?.range || typeof name !== 'string' || offset > key.range[1]) return null;
  const { field } = shapeAt(place.path);
  return field
    ? {
        contents: { kind: 'markdown', value: fieldDocumentation(name, field) },
        range: snapshot.lines.range(key.range[0], key.range[1]),
      }
    : null;
}
