import {
  type DocumentHighlight,
  DocumentHighlightKind,
  type Location,
  type LocationLink,
} from 'vscode-languageserver-types';
import type { Position } from '../../../graph';
import { within } from '../completion/endpoints';
import { pathsOf } from '../diagnostics/files';
import { resolvePath } from '../files/access';
import type { Snapshot } from '../snapshot';
import { occurrenceAt, occurrencesOfThing } from './occurrences';
import type { Occurrence } from './symbol';

/** Where the thing at a position is made, or the file that a path names. */
export function definition(snapshot: Snapshot, position: Position): LocationLink[] {
  const { uri, lines } = snapshot;
  const occurrence = occurrenceAt(snapshot, lines.offsetAt(position));
  if (occurrence) {
    const origin = lines.range(occurrence.start, occurrence.end);
    return definitionsOf(snapshot, occurrence).map(({ start, end }) => {
      const range = lines.range(start, end);
      return { originSelectionRange: origin, targetUri: uri, targetRange: range, targetSelectionRange: range };
    });
  }
  const start = { line: 0, character: 0 };
  return pathsOf(snapshot)
    .filter(({ range, role }) => role !== 'build' && within(range, position.line, position.character))
    .map(({ range, path }) => ({
      originSelectionRange: range,
      targetUri: resolvePath(uri, path),
      targetRange: { start, end: start },
      targetSelectionRange: { start, end: start },
    }));
}

/** The places that make a thing; where none does, those that give it a value. */
function definitionsOf(snapshot: Snapshot, occurrence: Occurrence): Occurrence[] {
  const all = occurrencesOfThing(snapshot, occurrence.thing);
  const makers = all.filter((each) => each.definition);
  if (makers.length > 0) return makers;
  return occurrence.thing.kind === 'argument'
    ? all.filter(({ thing, start }) => thing.kind === 'argument' && start !== occurrence.start)
    : [];
}

/** All places that name the thing at a position. */
export function references(snapshot: Snapshot, position: Position, declaration: boolean): Location[] {
  const { uri, lines } = snapshot;
  const occurrence = occurrenceAt(snapshot, lines.offsetAt(position));
  if (!occurrence) return [];
  return occurrencesOfThing(snapshot, occurrence.thing)
    .filter((each) => declaration || !each.definition)
    .map(({ start, end }) => ({ uri, range: lines.range(start, end) }));
}

export function highlights(snapshot: Snapshot, position: Position): DocumentHighlight[] {
  const occurrence = occurrenceAt(snapshot, snapshot.lines.offsetAt(position));
  if (!occurrence) return [];
  return occurrencesOfThing(snapshot, occurrence.thing).map(({ start, end, definition: made }) => ({
    range: snapshot.lines.range(start, end),
    kind: made ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
  }));
}
