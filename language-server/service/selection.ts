import type { SelectionRange } from 'vscode-languageserver-types';
import { isScalar } from 'yaml';
import type { Position, Range } from '../../graph';
import { extent } from '../../graph/text/nodes';
import { placesAround } from './places';
import type { Snapshot } from './snapshot';
import { contentOf } from './symbols/collect';
import { occurrenceAt } from './symbols/occurrences';

/** What a growing selection takes, from the name at each position to the whole text. */
export function selectionRanges(snapshot: Snapshot, positions: readonly Position[]): SelectionRange[] {
  return positions.map((position) => selectionAt(snapshot, position));
}

function selectionAt(snapshot: Snapshot, position: Position): SelectionRange {
  const { text, lines } = snapshot;
  const offset = lines.offsetAt(position);
  const spans: { start: number; end: number }[] = [{ start: 0, end: text.length }];
  const narrow = (start: number | undefined, end: number | undefined): void => {
    const outer = spans.at(-1)!;
    if (start === undefined || end === undefined || start > offset || end < offset) return;
    if (start < outer.start || end > outer.end || (start === outer.start && end === outer.end)) return;
    spans.push({ start, end });
  };
  for (const { node, key } of placesAround(snapshot, offset)) {
    const own = extent(node, text);
    const keySpan = key?.range ? { start: key.range[0], end: key.range[1] } : undefined;
    narrow(keySpan?.start ?? own?.start, Math.max(own?.end ?? 0, keySpan?.end ?? 0));
    if (keySpan && offset <= keySpan.end) narrow(keySpan.start, keySpan.end);
    else narrow(own?.start, own?.end);
    if (isScalar(node)) {
      const content = contentOf({ snapshot }, node);
      narrow(content?.start, content && content.start + content.text.length);
    }
  }
  const occurrence = occurrenceAt(snapshot, offset);
  if (occurrence) {
    const endpoint = /[\w.-]*$/.exec(text.slice(Math.max(0, occurrence.start - 200), occurrence.start))![0];
    const rest = /^[\w.-]*/.exec(text.slice(occurrence.end, occurrence.end + 200))![0];
    narrow(occurrence.start - endpoint.length, occurrence.end + rest.length);
    narrow(occurrence.start, occurrence.end);
  }
  return spans.reduce<SelectionRange | undefined>(
    (parent, { start, end }) => ({ range: lines.range(start, end) as Range, ...(parent && { parent }) }),
    undefined,
  )!;
}
