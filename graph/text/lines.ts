import type { Position, Range } from '../problem';

/** Offsets of a text as positions of the Language Server Protocol, and back. */
export interface Lines {
  positionAt(offset: number): Position;
  offsetAt(position: Position): number;
  /** The range between two offsets. */
  range(start: number, end: number): Range;
}

/** Indexes the lines of a text once: `\n`, `\r\n` and `\r` end a line, as in the Language Server Protocol. */
export function linesOf(text: string): Lines {
  const starts = [0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) starts.push(at + 1);
  }
  /** The line that was found last: mostly, the next question is about it or the one below. */
  let last = 0;
  const lineOf = (offset: number): number => {
    for (let line = last; line <= last + 1 && line < starts.length && starts[line]! <= offset; line++) {
      if (offset < (starts[line + 1] ?? Number.POSITIVE_INFINITY)) return line;
    }
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  /** Where a line ends, before what ends it: no character of a line is beyond that. */
  const endOf = (line: number): number => {
    const next = starts[line + 1];
    if (next === undefined) return text.length;
    return text.startsWith('\r\n', next - 2) ? next - 2 : next - 1;
  };
  const positionAt = (offset: number): Position => {
    const within = Math.max(0, Math.min(offset, text.length));
    last = lineOf(within);
    return { line: last, character: within - starts[last]! };
  };
  return {
    positionAt,
    offsetAt: ({ line, character }) => {
      if (line < 0) return 0;
      const start = starts[line];
      if (start === undefined) return text.length;
      return Math.min(start + Math.max(0, character), endOf(line));
    },
    range: (start, end) => ({ start: positionAt(start), end: positionAt(end) }),
  };
}

/** Where the line of an offset ends, before its `\n`. */
export function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** The range of what a file does not say: of built-in ports, of parameters that have no place in the text. */
export const NOWHERE: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
