import type { Position, Range } from '../../graph';
import { linesOf } from '../../graph';
import { readSnapshot, type Snapshot } from '../service/snapshot';

/** A text with its markers taken out: `<|>` is a place, `<|...|>` a range. */
export interface Marked {
  text: string;
  snapshot: Snapshot;
  positions: Position[];
  ranges: Range[];
}

export const URI = 'file:///project/test.scanflow';

const MARKER = /<\|>|<\||\|>/g;

export function marked(input: string): Marked {
  const places: number[] = [];
  const spans: { start: number; end: number }[] = [];
  const open: number[] = [];
  let text = '';
  let from = 0;
  for (const match of input.matchAll(MARKER)) {
    text += input.slice(from, match.index);
    from = match.index + match[0].length;
    if (match[0] === '<|>') places.push(text.length);
    else if (match[0] === '<|') open.push(text.length);
    else spans.push({ start: open.pop() ?? 0, end: text.length });
  }
  text += input.slice(from);
  const lines = linesOf(text);
  spans.sort((one, other) => one.start - other.start);
  return {
    text,
    snapshot: readSnapshot(URI, 1, text),
    positions: places.map((offset) => lines.positionAt(offset)),
    ranges: spans.map(({ start, end }) => lines.range(start, end)),
  };
}

/** Replaces ranges of a text, as a client does: all of them at once. */
export function applyEdits(text: string, edits: readonly { range: Range; newText: string }[]): string {
  const lines = linesOf(text);
  const inOrder = edits
    .map(({ range, newText }, index) => ({
      start: lines.offsetAt(range.start),
      end: lines.offsetAt(range.end),
      newText,
      index,
    }))
    .sort((one, other) => one.start - other.start || one.end - other.end || one.index - other.index);
  let result = '';
  let from = 0;
  for (const { start, end, newText } of inOrder) {
    if (start < from) throw new Error(`Edits overlap at ${start}.`);
    result += text.slice(from, start) + newText;
    from = end;
  }
  return result + text.slice(from);
}
