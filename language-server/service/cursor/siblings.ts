import { indentAt, lineStartAt } from './lines';
import { KEY, unquoted } from './reading';

/** The keys at one indentation, up and down from a line, as far as its map goes. */
export function keysAround(text: string, lineStart: number, lineEnd: number, column: number): Set<string> {
  const keys = new Set<string>();
  for (let end = lineStart - 1; end > 0 && keys.size < 1000; ) {
    const start = lineStartAt(text, end);
    if (!collectKey(keys, text, start, end, column)) break;
    end = start - 1;
  }
  for (let start = lineEnd + 1; start < text.length && keys.size < 1000; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    if (!collectKey(keys, text, start, end, column, true)) break;
    start = end + 1;
  }
  return keys;
}

/** @returns false where the map ends. */
function collectKey(
  keys: Set<string>,
  text: string,
  start: number,
  end: number,
  column: number,
  below = false,
): boolean {
  const indent = indentAt(text, start);
  const sign = text[start + indent];
  if (start + indent >= end || sign === '\r' || sign === '#') return true;
  const dash = /^[ ]*((?:-[ ]+)+)/.exec(text.slice(start, Math.min(end, start + 200)));
  const first = dash ? dash[0].length : indent;
  if (dash && below) return first > column && indent > column;
  if (first < column) return false;
  if (first > column) return true;
  KEY.lastIndex = start + first;
  const key = KEY.exec(text);
  if (key && key.index + key[0].length <= end) keys.add(unquoted(key[1]!));
  return !dash;
}

/** The keys of a flow map that come after the word at the cursor. */
export function keysAfter(text: string, from: number): Set<string> {
  const keys = new Set<string>();
  let depth = 0;
  for (const match of text
    .slice(from, from + 2000)
    .matchAll(/"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[{}[\],]|[A-Za-z_][\w-]*[ \t]*:(?=\s)|\n[ ]*\w[\w-]*:/g)) {
    const [sign] = match;
    if (sign === '{' || sign === '[') depth++;
    else if (sign === '}' || sign === ']') {
      if (depth === 0) break;
      depth--;
    } else if (depth === 0 && sign.startsWith('\n')) break;
    else if (depth === 0 && sign.endsWith(':') && !/^["']/.test(sign)) keys.add(sign.slice(0, -1).trim());
  }
  return keys;
}
