import { linesIn, type Part, type Slice } from './parts';

/** What is between the common beginning and the common end of two texts. Offsets. */
export interface Difference {
  start: number;
  /** In the text before. */
  before: number;
  /** In the text now. */
  now: number;
}

const STEP = 4096;

export function differenceOf(before: string, now: string): Difference {
  const limit = Math.min(before.length, now.length);
  let start = 0;
  while (start + STEP <= limit && before.slice(start, start + STEP) === now.slice(start, start + STEP)) start += STEP;
  while (start < limit && before.charCodeAt(start) === now.charCodeAt(start)) start++;
  const most = limit - start;
  const beforeEnd = before.length;
  const nowEnd = now.length;
  let tail = 0;
  while (
    tail + STEP <= most &&
    before.slice(beforeEnd - tail - STEP, beforeEnd - tail) === now.slice(nowEnd - tail - STEP, nowEnd - tail)
  )
    tail += STEP;
  while (tail < most && before.charCodeAt(beforeEnd - tail - 1) === now.charCodeAt(nowEnd - tail - 1)) tail++;
  return { start, before: beforeEnd - tail, now: nowEnd - tail };
}

/** A text cut again only where it has changed. */
export interface Recut {
  parts: Part[];
  /** Which of all old slices are replaced. */
  from: number;
  to: number;
  /** What they are replaced by. */
  slices: Slice[];
}

/**
 * The parts of a text that differs from the last one inside one section only, and there below its first entry.
 *
 * @returns undefined where the text has to be cut as a whole.
 */
export function recut(parts: readonly Part[], { start, before, now }: Difference, text: string): Recut | undefined {
  const index = parts.findLastIndex((part) => part.start <= start);
  const part = parts[index];
  const end = part?.slices.at(-1)?.end;
  // At its very end, the next section may be touched.
  if (!part?.entries || end === undefined || before >= end) return undefined;
  const touched = lastFrom(part.slices, start);
  // The line of the entry before is as it was: entries are told by the indentation of the first one.
  if (touched < 1) return undefined;
  const first = touched - 1;
  const last = lastFrom(part.slices, before);
  const delta = now - before;
  const slices = cut(text, part.slices[first]!.start, part.slices[last]!.end + delta, part.entries);
  if (!slices) return undefined;
  const from = parts.slice(0, index).reduce((sum, each) => sum + each.slices.length, 0);
  const rest = part.slices.slice(last + 1).map((slice) => moved(slice, delta));
  const own = { ...part, slices: [...part.slices.slice(0, first), ...slices, ...rest] };
  const later = parts.slice(index + 1).map((each) => ({
    ...each,
    start: each.start + delta,
    ...(each.key && { key: moved(each.key, delta) }),
    slices: each.slices.map((slice) => moved(slice, delta)),
  }));
  return { parts: [...parts.slice(0, index), own, ...later], from: from + first, to: from + last + 1, slices };
}

const moved = <S extends Slice>(slice: S, delta: number): S =>
  delta === 0 ? slice : { ...slice, start: slice.start + delta, end: slice.end + delta };

/** The last slice that begins at an offset or before it. */
function lastFrom(slices: readonly Slice[], offset: number): number {
  let low = -1;
  let high = slices.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (slices[middle]!.start <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Cuts whole lines of a section at its entries. @returns undefined where a line ends the section, or is none of its own. */
function cut(
  text: string,
  start: number,
  end: number,
  { indent, dash }: NonNullable<Part['entries']>,
): Slice[] | undefined {
  const slices: Slice[] = [];
  for (const line of linesIn(text, start, end)) {
    if (line.kind === 'marker') return undefined;
    if (line.kind === 'content' && line.indent === indent) {
      if (line.dash !== dash) return undefined;
      slices.push({ start: line.start, end: line.end });
    } else if (line.kind !== 'blank' && line.indent < indent) {
      return undefined;
    } else {
      const open = slices.at(-1);
      if (!open) return undefined;
      open.end = line.end;
    }
  }
  return slices;
}
