import { commentBetween, flowEnd, keyEnd, plainEnd, quoteEnd, wordStart } from './ends';
import { type Cursor, cursor, flowPath, stepsOf, value } from './found';
import { entryAt, indentAt, lineStartAt } from './lines';
import { hasPlace, isBlank, leave, readFlow, readHead, readLine, type State, unindented } from './reading';
import { keysAfter, keysAround } from './siblings';

export type { Cursor, Step } from './found';

/**
 * What is at an offset of a text. Nothing is parsed: indentation tells the way in block style and brackets in flow style,
 * so that a half-written line is no obstacle.
 *
 * @returns undefined in a comment, and where nothing can be written.
 */
export function cursorAt(text: string, offset: number): Cursor | undefined {
  const entry = entryAt(text, offset);
  const state: State = {
    frames: [],
    flow: [],
    blockText: undefined,
    quote: undefined,
    word: undefined,
    comment: false,
  };
  const lineStart = lineStartAt(text, offset);
  if (entry.section !== undefined && entry.start > entry.sectionStart) {
    state.frames.push({ kind: 'map', column: 0, key: entry.section, filled: false });
  }
  let start = entry.start;
  while (start < lineStart) {
    const end = text.indexOf('\n', start);
    readLine(state, text, start, end);
    start = end + 1;
  }
  return atLine(state, text, lineStart, offset);
}

function atLine(state: State, text: string, lineStart: number, offset: number): Cursor | undefined {
  // A comment ends with its line.
  state.comment = false;
  const newline = text.indexOf('\n', offset);
  const whole = newline < 0 ? text.length : newline;
  const lineEnd = whole > offset && text[whole - 1] === '\r' ? whole - 1 : whole;
  const at = Math.min(offset, lineStart + indentAt(text, lineStart));
  const column = at - lineStart;
  const sign = text[at];
  if (state.blockText !== undefined && column > state.blockText) {
    return value(state, text, wordStart(text, lineStart, offset), offset, lineEnd, undefined, false);
  }
  state.blockText = undefined;
  const open = state.flow.length > 0 || state.quote !== undefined;
  if (open && (at >= offset || !unindented(state, column, sign ?? ' '))) {
    readFlow(state, text, at, offset);
    return inFlow(state, text, offset, lineEnd);
  }
  state.flow = [];
  state.quote = undefined;
  if (sign === '#' && at < offset) return undefined;
  const rest = text.slice(offset, lineEnd);
  const blank = at >= offset && /^[ \t]*\r?(#.*)?$/.test(rest);
  const dash = blank || (sign === '-' && isBlank(text[at + 1]));
  if (!hasPlace(state.frames, column, dash)) return undefined;
  // A line of YAML must not be moved by what is written in its indentation.
  if (!blank && at >= offset && isBlank(sign)) return undefined;
  if (blank) return onBlank(state, text, offset, lineStart, lineEnd);
  return inBlock(state, text, lineStart, at, offset, lineEnd);
}

/** The cursor stands on a line with nothing on it: its column says where it belongs. */
function onBlank(state: State, text: string, offset: number, lineStart: number, lineEnd: number): Cursor | undefined {
  const column = offset - lineStart;
  leave(state.frames, column, true);
  const top = state.frames.at(-1);
  if (top?.kind === 'list') {
    // Deeper than the dash is inside the item; at its column is the next item.
    const inside = column > top.column;
    if (inside && top.filled) return undefined;
    const path = [...stepsOf(state.frames.slice(0, -1)), inside ? top.index : top.index + 1];
    return cursor({
      path,
      role: inside ? 'key' : 'value',
      start: offset,
      end: offset,
      text,
      offset,
      column,
      dash: !inside,
    });
  }
  if (top && column > top.column) {
    const path = stepsOf(state.frames);
    return cursor({
      path,
      role: 'key',
      start: offset,
      end: offset,
      text,
      offset,
      column,
      dash: true,
      present: keysAround(text, lineStart, lineEnd, column),
    });
  }
  const path = stepsOf(state.frames.slice(0, -1));
  return cursor({
    path,
    role: 'key',
    start: offset,
    end: offset,
    text,
    offset,
    column,
    dash: false,
    present: keysAround(text, lineStart, lineEnd, column),
  });
}

/** The cursor stands on a line of block style: before, in or after its key. */
function inBlock(
  state: State,
  text: string,
  lineStart: number,
  at: number,
  offset: number,
  lineEnd: number,
): Cursor | undefined {
  const position = readHead(state, text, lineStart, at, lineEnd);
  if (offset >= position) {
    const top = state.frames.at(-1);
    const sign = text[position];
    if (top?.kind === 'map' && keyOnLine(text, lineStart, position))
      return afterKey(state, text, position, offset, lineEnd);
    if (sign === '{' || sign === '[' || sign === '"' || sign === "'") {
      readFlow(state, text, position, offset);
      return inFlow(state, text, offset, lineEnd);
    }
    if (commentBetween(text, position, offset)) return undefined;
    return loneWord(state, text, lineStart, position, offset, lineEnd);
  }
  // Blanks or a comment after the cursor, and the colon before it.
  if (/^[ \t]*$/.test(text.slice(offset, position)) && keyOnLine(text, lineStart, offset))
    return afterKey(state, text, position, offset, lineEnd);
  // The cursor is in the key itself, or in the dashes before it.
  const dashes = /^[ ]*((?:-[ \t]+)*)/.exec(text.slice(lineStart, lineEnd))!;
  const start = lineStart + dashes[0].length;
  const afterDash = lineStart + /^[ ]*(?:-(?:[ \t]+-)*[ \t])?/.exec(text.slice(lineStart, lineEnd))![0].length;
  const nothingYet = text[offset - 1] === '-' && /^[ \t]*(?:#.*)?$/.test(text.slice(offset, lineEnd));
  if (offset < start && (offset >= afterDash || nothingYet)) {
    return value(state, text, offset, offset, plainEnd(text, offset, lineEnd), undefined, false);
  }
  if (offset < start) return undefined;
  const top = state.frames.at(-1);
  const frames = top?.kind === 'map' ? state.frames.slice(0, -1) : state.frames;
  const column = start - lineStart;
  const end = keyEnd(text, start, lineEnd);
  if (offset > end) return undefined;
  const present = keysAround(text, lineStart, lineEnd, column);
  return cursor({ path: stepsOf(frames), role: 'key', start, end, text, offset, column, dash: false, present });
}

function keyOnLine(text: string, lineStart: number, position: number): boolean {
  return /:[ \t]*$/.test(text.slice(lineStart, position));
}

function afterKey(state: State, text: string, position: number, offset: number, lineEnd: number): Cursor | undefined {
  const sign = text[position];
  if (sign === '{' || sign === '[' || sign === '"' || sign === "'") {
    // Before what is closed in itself there is no place for another value.
    if (offset < position) return undefined;
    readFlow(state, text, position, offset);
    return inFlow(state, text, offset, lineEnd);
  }
  if (commentBetween(text, position, offset)) return undefined;
  return value(state, text, Math.min(position, offset), offset, plainEnd(text, offset, lineEnd), undefined, false);
}

/** A word that is no key: one that is not finished, or an item of a list. */
function loneWord(
  state: State,
  text: string,
  lineStart: number,
  position: number,
  offset: number,
  lineEnd: number,
): Cursor {
  // What has no name yet may have its colon and its value.
  const end = Math.min(plainEnd(text, offset, lineEnd), keyEnd(text, offset, lineEnd));
  const top = state.frames.at(-1);
  const column = position - lineStart;
  if (top?.kind === 'list' && column > top.column) {
    const present = keysAround(text, lineStart, lineEnd, column);
    return { ...value(state, text, position, offset, end, undefined, false), column, present };
  }
  const sibling = top?.kind === 'map' && top.column === column;
  const path = stepsOf(sibling ? state.frames.slice(0, -1) : state.frames);
  return cursor({
    path,
    role: 'key',
    start: position,
    end,
    text,
    offset,
    column,
    dash: !sibling,
    present: keysAround(text, lineStart, lineEnd, column),
  });
}

function inFlow(state: State, text: string, offset: number, lineEnd: number): Cursor | undefined {
  if (state.comment) return undefined;
  const top = state.flow.at(-1);
  const quote = state.quote;
  const open = state.word === undefined ? offset : state.word + (quote ? 1 : 0);
  const start = Math.min(open, offset);
  const end = quote ? quoteEnd(text, offset, lineEnd, quote) : flowEnd(text, offset, lineEnd);
  if (!top) return value(state, text, start, offset, end, quote, quote === undefined);
  if (top.kind === 'map' && top.key === undefined) {
    const present = new Set([...top.keys, ...keysAfter(text, end)]);
    return {
      ...cursor({
        path: flowPath(state, true),
        role: 'key',
        start,
        end,
        text,
        offset,
        column: 0,
        dash: false,
        present,
      }),
      flow: true,
      quote,
    };
  }
  return value(state, text, start, offset, end, quote, true);
}
