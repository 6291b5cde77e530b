import { isMap, isSeq, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { extent, textOf, type YamlNode } from '../../../graph/text/nodes';
import { lineStartAt } from '../cursor/lines';
import { dashBefore } from '../formatting/indentation';
import type { Snapshot } from '../snapshot';
import { type Change, entrySpan, lastLineEnd, nodeAt } from './find';

/** Takes an entry out of a map. Comments stay, but for the one at the end of the entry's line. */
export function removeEntry(
  snapshot: Snapshot,
  path: readonly (string | number)[],
  name: string,
): Change[] | undefined {
  const map = nodeAt(snapshot, path);
  if (!isMap(map)) return undefined;
  const index = (map.items as Pair[]).findIndex(({ key }) => textOf(key) === name);
  return index < 0 ? undefined : removeAll(snapshot, map, new Set([index]));
}

/** Takes items out of a list. */
export function removeItems(
  snapshot: Snapshot,
  path: readonly (string | number)[],
  indices: ReadonlySet<number>,
): Change[] | undefined {
  const list = nodeAt(snapshot, path);
  return isSeq(list) ? removeAll(snapshot, list, indices) : undefined;
}

export function removeAll(
  snapshot: Snapshot,
  collection: YAMLMap | YAMLSeq,
  indices: ReadonlySet<number>,
): Change[] | undefined {
  if (indices.size === 0) return [];
  return collection.flow ? removeFlow(snapshot, collection, indices) : removeBlock(snapshot, collection, indices);
}

function spanOf(
  snapshot: Snapshot,
  collection: YAMLMap | YAMLSeq,
  index: number,
): { start: number; end: number } | undefined {
  const item = collection.items[index] as Pair | YamlNode;
  if (isMap(collection)) return entrySpan(snapshot, (item as Pair).key as YamlNode, (item as Pair).value as YamlNode);
  return entrySpan(snapshot, item as YamlNode, null);
}

function removeBlock(
  snapshot: Snapshot,
  collection: YAMLMap | YAMLSeq,
  indices: ReadonlySet<number>,
): Change[] | undefined {
  const { text } = snapshot;
  const changes: Change[] = [];
  for (const index of [...indices].sort((one, other) => one - other)) {
    const span = spanOf(snapshot, collection, index);
    if (!span) return undefined;
    const start = isSeq(collection) ? dashBefore(text, span.start) : span.start;
    if (start === undefined) return undefined;
    const lineStart = lineStartAt(text, start);
    const end = lastLineEnd(text, span.end);
    if (text.slice(lineStart, start).trim() !== '') {
      // The first entry of an item stands beside its dash: the next one takes its place.
      const next = collection.items.length > index + 1 ? spanOf(snapshot, collection, index + 1) : undefined;
      if (!next) return undefined;
      changes.push({ start, end: next.start, text: '' });
      continue;
    }
    const newline = text.startsWith('\r\n', end) ? 2 : text[end] === '\n' ? 1 : 0;
    const last = changes.at(-1);
    // Neighbours are one change: the edits of a text must not overlap.
    if (last?.end === lineStart) last.end = end + newline;
    else changes.push({ start: lineStart, end: end + newline, text: '' });
  }
  return changes.map((change) => withLineEnd(text, change));
}

/** The last lines of a text without a line end at its end: the one before them goes instead. */
function withLineEnd(text: string, change: Change): Change {
  const { start, end } = change;
  if (start === 0 || end < text.length || text.endsWith('\n')) return change;
  return { ...change, start: start - (text[start - 2] === '\r' ? 2 : 1) };
}

function removeFlow(
  snapshot: Snapshot,
  collection: YAMLMap | YAMLSeq,
  indices: ReadonlySet<number>,
): Change[] | undefined {
  const { text } = snapshot;
  const whole = extent(collection as unknown as YamlNode, text);
  const spans = collection.items.map((_, index) => spanOf(snapshot, collection, index));
  if (!whole || spans.some((span) => !span)) return undefined;
  const kept = spans.flatMap((span, index) => (indices.has(index) ? [] : [span!]));
  if (kept.length === 0) return [{ start: whole.start + 1, end: whole.end - 1, text: '' }];
  const changes: Change[] = [];
  for (let index = 0; index < spans.length; index++) {
    if (!indices.has(index)) continue;
    let last = index;
    while (indices.has(last + 1)) last++;
    const previous = index > 0 ? spans[index - 1] : undefined;
    const next = spans[last + 1];
    // With what follows, so that what was before keeps its comma; the last ones go with the comma before them.
    if (next) changes.push({ start: spans[index]!.start, end: next.start, text: '' });
    else changes.push({ start: previous!.end, end: spans[last]!.end, text: '' });
    index = last;
  }
  return changes;
}
