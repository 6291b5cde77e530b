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
export const plainEnd = (text: string, offset: number, lineEnd: number): number =>
  trimmed(text, offset, commentStart(text, offset, lineEnd));

/** Where a value between brackets ends that holds an offset. */
export function flowEnd(text: string, offset: number, lineEnd: number): number {
  const end = commentStart(text, offset, lineEnd);
  return trimmed(text, offset, signStart(text, offset, end, /[,\]}{[\r]|:(?=\s|$)/));
}

/** Where the key ends that begins at an offset: before its colon, or with its line. */
export const keyEnd = (text: string, offset: number, lineEnd: number): number =>
  trimmed(text, offset, signStart(text, offset, lineEnd, /:(?=\s|$)/));

function signStart(text: string, offset: number, end: number, sign: RegExp): number {
  const found = text.slice(offset, end).search(sign);
  return found < 0 ? end : offset + found;
}

/** Where a comment begins, or its line ends. The cursor may stand right before the comment. */
function commentStart(text: string, offset: number, lineEnd: number): number {
  for (let at = offset; at < lineEnd; at++) if (text[at] === '#' && isBlank(text[at - 1])) return at;
  return lineEnd;
}

/** Where the blanks begin that end a part. Looked for from its end: a search for blanks before a sign is quadratic in them. */
function trimmed(text: string, start: number, end: number): number {
  let stop = end;
  while (stop > start && isBlank(text[stop - 1])) stop--;
  return stop;
}

/** Where a quote ends that is open at an offset: on its line, whatever follows. */
export function quoteEnd(text: string, offset: number, lineEnd: number, quote: string): number {
  for (let at = offset; at < lineEnd; at++) {
    if (text[at] === '\\' && quote === '"') at++;
    else if (text[at] === quote) {
      if (quote === '"' || text[at + 1] !== quote) return at;
      at++;
    }
  }
  return lineEnd;
}
