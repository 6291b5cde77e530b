import { isMap, isSeq, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { extent, textOf, type YamlNode } from '../../../graph/text/nodes';
import { lineStartAt } from '../cursor/lines';
import { dashBefore } from '../formatting/indentation';
import type { Snapshot } from '../snapshot';
import { type Change, entrySpan, lastLineEnd, lineEndAt, nodeAt } from './find';

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
  const all = collection.items.map((_, index) => spanOf(snapshot, collection, index));
  if (!whole || all.some((span) => !span)) return undefined;
  const spans = all as Span[];
  const kept = spans.findLastIndex((_, index) => !indices.has(index));
  if (kept < 0) return [{ start: whole.start + 1, end: whole.end - 1, text: '' }];
  const changes: Change[] = [];
  // What is last now gives its comma to none, unless the last one had one.
  let comma = kept < spans.length - 1 && !tailOf(text, spans.at(-1)!.end).comma ? kept : undefined;
  for (let index = 0; index < spans.length; index++) {
    if (!indices.has(index)) continue;
    const lines = ownLines(text, spans[index]!, index === spans.length - 1);
    if (lines) {
      changes.push(lines);
      continue;
    }
    const { start } = spans[index]!;
    while (indices.has(index + 1)) index++;
    const { end } = spans[index]!;
    const next = spans[index + 1];
    // With what follows, so that what was before keeps its comma; the last ones go with the comma before them.
    if (next) changes.push(upTo(text, start, end, next.start));
    else if (/^\s*,\s*$/.test(text.slice(spans[kept]!.end, start))) {
      changes.push({ start: spans[kept]!.end, end, text: '' });
      comma = undefined;
    } else changes.push({ start, end: tailOf(text, end).comma ?? end, text: '' });
  }
  const at = comma === undefined ? undefined : commaAfter(text, spans[comma]!.end);
  if (at !== undefined) changes.push({ start: at, end: at + 1, text: '' });
  return changes.sort((one, other) => one.start - other.start);
}

interface Span {
  start: number;
  end: number;
}

const TAIL = /[ \t]*(,?)[ \t]*(?:#[^\r\n]*)?(\r?\n)?/y;

/** What follows an item on its line: its comma and comment. Offsets: after the comma, after all, after the line end. */
function tailOf(text: string, end: number): { comma?: number; end: number; lineEnd?: number } {
  TAIL.lastIndex = end;
  const [all, comma, newline] = TAIL.exec(text)!;
  return {
    ...(comma && { comma: text.indexOf(',', end) + 1 }),
    end: end + all.length - (newline?.length ?? 0),
    ...(newline && { lineEnd: end + all.length }),
  };
}

/** The lines of an item with its comma and its comment, where nothing else is on them. */
function ownLines(text: string, span: Span, last: boolean): Change | undefined {
  const start = lineStartAt(text, span.start);
  const { comma, lineEnd } = tailOf(text, span.end);
  if (text.slice(start, span.start).trim() !== '' || lineEnd === undefined || (!comma && !last)) return undefined;
  return { start, end: lineEnd, text: '' };
}

/** Items up to the next one; where comments about that one are before it, up to the end of their line. */
function upTo(text: string, start: number, end: number, next: number): Change {
  const { comma, end: tail } = tailOf(text, end);
  // A comma on a later line goes with its item, and what is before it.
  if (!comma || !/\n[ \t]*#/.test(text.slice(end, next))) return { start, end: next, text: '' };
  const from = lineStartAt(text, start);
  return { start: from + text.slice(from, start).trimEnd().length, end: tail, text: '' };
}

/** The comma after an item, beyond comments. */
function commaAfter(text: string, end: number): number | undefined {
  for (let at = end; at < text.length; at++) {
    if (text[at] === '#') at = lineEndAt(text, at) - 1;
    else if (!/\s/.test(text[at]!)) return text[at] === ',' ? at : undefined;
  }
  return undefined;
}
