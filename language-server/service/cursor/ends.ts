import { isBlank } from './reading';

/** Does a comment begin between two offsets of a line? */
export const commentBetween = (text: string, from: number, to: number): boolean =>
  /(^|[ \t])#/.test(text.slice(from, to));

/** Where the word before an offset begins. */
export function wordStart(text: string, lineStart: number, offset: number): number {
  let start = offset;
  while (start > lineStart && !isBlank(text[start - 1])) start--;
  return start;
}

/** Where a plain value of block style ends that holds an offset. */
export function plainEnd(text: string, offset: number, lineEnd: number): number {
  const rest = text.slice(offset, lineEnd);
  const stop = rest.search(/[ \t]+#|[ \t\r]*$/);
  return offset + Math.max(0, stop);
}

/** Where a value between brackets ends that holds an offset. */
export function flowEnd(text: string, offset: number, lineEnd: number): number {
  const rest = text.slice(offset, lineEnd);
  const stop = rest.search(/[,\]}{[\r]|:(?=\s)|[ \t]+#|[ \t]*$/);
  return offset + text.slice(offset, offset + Math.max(0, stop)).trimEnd().length;
}

/** Where a quote ends that is open at an offset: on its line, whatever follows. */
export function quoteEnd(text: string, offset: number, lineEnd: number, quote: string): number {
  const end = text.slice(offset, lineEnd).indexOf(quote);
  return end < 0 ? lineEnd : offset + end;
}
