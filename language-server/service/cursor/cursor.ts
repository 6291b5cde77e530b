import { entryAt, indentAt } from './lines';

export type Step = string | number;

/** What is being written at a place of a text, whether or not the text is YAML yet. */
export interface Cursor {
  /** Keys and indices that lead from the file to the map (`key`) or to the value (`value`) at the cursor. */
  path: Step[];
  /** `key`: the name of an entry of a map. `value`: what is after a key, or in a list. */
  role: 'key' | 'value';
  /** The word that is being written: all of it, and the part before the cursor. Offsets. */
  start: number;
  end: number;
  written: string;
  flow: boolean;
  quote: '"' | "'" | undefined;
  /** In block style: how far the entry is indented. */
  column: number;
  /** A list item without its dash: the cursor stands where one would begin. */
  dash: boolean;
  /** Keys that the map at the cursor has already, other than the one that is being written. */
  present: Set<string>;
}

interface MapFrame {
  kind: 'map';
  column: number;
  key: string;
  /** Something is written after the key. */
  filled: boolean;
}

interface ListFrame {
  kind: 'list';
  column: number;
  index: number;
}

type Frame = MapFrame | ListFrame;

interface FlowFrame {
  kind: 'map' | 'list';
  key: string | undefined;
  index: number;
  keys: Set<string>;
}

/** The state of reading: what is open at a place. */
interface State {
  frames: Frame[];
  flow: FlowFrame[];
  /** A block scalar goes on while lines are indented more than this. */
  blockText: number | undefined;
  quote: '"' | "'" | undefined;
  /** Where the word that is being read begins. */
  word: number | undefined;
  comment: boolean;
}

const KEY = /("(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|[A-Za-z0-9_$.*/][^\n:#'"{}[\],]*?)[ \t]*:(?=[ \t\r\n]|$)/y;

/**
 * What is at an offset of a text. Nothing is parsed: indentation tells the way in block style and brackets in flow style,
 * so that a half-written line is no obstacle.
 *
 * @returns undefined in a comment.
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
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
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

/** Reads a whole line that is before the cursor. */
function readLine(state: State, text: string, start: number, end: number): void {
  const at = start + indentAt(text, start);
  const column = at - start;
  const blank = at >= end || text[at] === '\r';
  state.comment = false;
  if (blank) return;
  if (state.blockText !== undefined) {
    if (column > state.blockText) return;
    state.blockText = undefined;
  }
  if (state.flow.length > 0 || state.quote) {
    if (!unindented(state, column, text[at]!)) {
      readFlow(state, text, at, end);
      return;
    }
    state.flow = [];
    state.quote = undefined;
  }
  if (text[at] === '#') return;
  readBlock(state, text, start, at, end);
}

/** A line that is no deeper than what holds an open bracket ends it, unless it closes it. */
function unindented(state: State, column: number, sign: string): boolean {
  const holder = state.frames.at(-1);
  return holder !== undefined && column <= holder.column && sign !== ']' && sign !== '}';
}

/** Takes off what a line with this indentation is not inside of. */
function leave(frames: Frame[], column: number, dash: boolean): void {
  for (
    let top = frames.at(-1);
    top && (top.column > column || (top.kind === 'list' && top.column === column && !dash));
    top = frames.at(-1)
  ) {
    frames.pop();
  }
}

/** Reads dashes, a key and what follows, from `at`. @returns where the value begins, after all of them. */
function readHead(state: State, text: string, start: number, at: number, end: number): number {
  let position = at;
  leave(state.frames, position - start, text[position] === '-' && isBlank(text[position + 1]));
  while (text[position] === '-' && position < end && isBlank(text[position + 1])) {
    const column = position - start;
    const top = state.frames.at(-1);
    if (top?.kind === 'list' && top.column === column) top.index++;
    else state.frames.push({ kind: 'list', column, index: 0 });
    position++;
    while (position < end && isBlank(text[position])) position++;
  }
  KEY.lastIndex = position;
  const key = KEY.exec(text);
  if (!key || key.index + key[0].length > end) return position;
  const column = position - start;
  const name = unquoted(key[1]!);
  const top = state.frames.at(-1);
  if (top?.kind === 'map' && top.column === column) {
    top.key = name;
    top.filled = false;
  } else {
    state.frames.push({ kind: 'map', column, key: name, filled: false });
  }
  position += key[0].length;
  while (position < end && isBlank(text[position])) position++;
  return position;
}

function readBlock(state: State, text: string, start: number, at: number, end: number): void {
  const position = readHead(state, text, start, at, end);
  const sign = text[position];
  if (position >= end || sign === '#' || sign === '\r') return;
  const top = state.frames.at(-1);
  if (top?.kind === 'map') top.filled = true;
  if ((sign === '|' || sign === '>') && /^[|>][+\-0-9]*[ \t]*(#.*)?\r?$/.test(text.slice(position, end))) {
    state.blockText = state.frames.findLast((frame) => frame.kind === 'map')?.column ?? 0;
    return;
  }
  if (sign === '{' || sign === '[' || sign === '"' || sign === "'") readFlow(state, text, position, end);
}

/** Reads brackets, quotes and what is between them, from `at` to `end`. */
function readFlow(state: State, text: string, at: number, end: number): void {
  state.word = undefined;
  for (let position = at; position < end; position++) {
    const sign = text[position]!;
    if (state.quote) {
      if (sign === '\\' && state.quote === '"') position++;
      else if (sign === state.quote) state.quote = undefined;
      continue;
    }
    const top = state.flow.at(-1);
    if (sign === '#' && isBlank(text[position - 1])) {
      state.comment = true;
      return;
    }
    if ((sign === '"' || sign === "'") && state.word === undefined) {
      state.quote = sign;
      state.word = position;
    } else if ((sign === '{' || sign === '[') && state.word === undefined) {
      state.flow.push({ kind: sign === '{' ? 'map' : 'list', key: undefined, index: 0, keys: new Set() });
    } else if (sign === '}' || sign === ']') {
      state.flow.pop();
      state.word = undefined;
      const outer = state.flow.at(-1);
      if (!outer) return;
    } else if (sign === ',') {
      if (top) {
        if (top.kind === 'map' && top.key === undefined && state.word !== undefined)
          top.keys.add(wordOf(text, state.word, position));
        top.key = undefined;
        top.index++;
      }
      state.word = undefined;
    } else if (
      sign === ':' &&
      top?.kind === 'map' &&
      top.key === undefined &&
      (isBlank(text[position + 1]) || position + 1 >= end)
    ) {
      top.key = state.word === undefined ? '' : wordOf(text, state.word, position);
      top.keys.add(top.key);
      state.word = undefined;
    } else if (!isBlank(sign) && state.word === undefined) {
      state.word = position;
    }
  }
}

function atLine(state: State, text: string, lineStart: number, offset: number): Cursor | undefined {
  const newline = text.indexOf('\n', offset);
  const lineEnd = newline < 0 ? text.length : newline;
  const at = Math.min(offset, lineStart + indentAt(text, lineStart));
  const column = at - lineStart;
  const sign = text[at];
  if (state.blockText !== undefined && (column > state.blockText || offset - lineStart > state.blockText)) {
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
  if (at >= offset && /^[ \t]*\r?(#.*)?$/.test(rest)) return onBlank(state, text, offset, lineStart, lineEnd);
  return inBlock(state, text, lineStart, at, offset, lineEnd);
}

/** The cursor stands on a line with nothing on it: its column says where it belongs. */
function onBlank(state: State, text: string, offset: number, lineStart: number, lineEnd: number): Cursor {
  const column = offset - lineStart;
  leave(state.frames, column, true);
  const top = state.frames.at(-1);
  if (top?.kind === 'list') {
    // Deeper than the dash is inside the item; at its column is the next item.
    const inside = column > top.column;
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
  const depth = state.frames.length;
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
  // The cursor is in the key itself, or in the dashes before it.
  const dashes = /^[ ]*((?:-[ \t]+)*)/.exec(text.slice(lineStart, lineEnd))!;
  const start = lineStart + dashes[0].length;
  if (offset < start) return undefined;
  const top = state.frames.at(-1);
  const frames = top?.kind === 'map' ? state.frames.slice(0, -1) : state.frames;
  const column = start - lineStart;
  const colon = text.slice(start, lineEnd).search(/[ \t]*:(?=[ \t\r]|$)/);
  const end = colon < 0 ? lineEnd : start + colon;
  if (offset > end) return undefined;
  const present = keysAround(text, lineStart, lineEnd, column);
  return depth >= 0
    ? cursor({ path: stepsOf(frames), role: 'key', start, end, text, offset, column, dash: false, present })
    : undefined;
}

function keyOnLine(text: string, lineStart: number, position: number): boolean {
  return /:[ \t]*$/.test(text.slice(lineStart, position));
}

function afterKey(state: State, text: string, position: number, offset: number, lineEnd: number): Cursor | undefined {
  const sign = text[position];
  if (sign === '{' || sign === '[' || sign === '"' || sign === "'") {
    readFlow(state, text, position, offset);
    return inFlow(state, text, offset, lineEnd);
  }
  if (commentBetween(text, position, offset)) return undefined;
  return value(state, text, Math.min(position, offset), offset, plainEnd(text, offset, lineEnd), undefined, false);
}

/** A word without a colon: a key that is not finished, or an item of a list. */
function loneWord(
  state: State,
  text: string,
  lineStart: number,
  position: number,
  offset: number,
  lineEnd: number,
): Cursor {
  const end = plainEnd(text, offset, lineEnd);
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

function value(
  state: State,
  text: string,
  start: number,
  offset: number,
  end: number,
  quote: Cursor['quote'],
  flow: boolean,
): Cursor {
  return {
    ...cursor({ path: flowPath(state, false), role: 'value', start, end, text, offset, column: 0, dash: false }),
    flow: flow || state.flow.length > 0,
    quote,
  };
}

/** @param holder without the last entry: the way to the map itself. */
function flowPath(state: State, holder: boolean): Step[] {
  const path = stepsOf(state.frames);
  for (const [index, frame] of state.flow.entries()) {
    if (holder && index === state.flow.length - 1) break;
    path.push(frame.kind === 'map' ? (frame.key ?? '') : frame.index);
  }
  return path;
}

const stepsOf = (frames: readonly Frame[]): Step[] =>
  frames.map((frame) => (frame.kind === 'map' ? frame.key : frame.index));

function cursor(of: {
  path: Step[];
  role: Cursor['role'];
  start: number;
  end: number;
  text: string;
  offset: number;
  column: number;
  dash: boolean;
  present?: Set<string>;
}): Cursor {
  const { path, role, start, end, text, offset, column, dash, present } = of;
  return {
    path,
    role,
    start,
    end: Math.max(end, offset),
    written: text.slice(start, offset),
    flow: false,
    quote: undefined,
    column,
    dash,
    present: present ?? new Set(),
  };
}

/** The keys at one indentation, up and down from a line, as far as its map goes. */
function keysAround(text: string, lineStart: number, lineEnd: number, column: number): Set<string> {
  const keys = new Set<string>();
  for (let end = lineStart - 1; end > 0 && keys.size < 1000; ) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
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
function keysAfter(text: string, from: number): Set<string> {
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

const isBlank = (sign: string | undefined): boolean =>
  sign === undefined || sign === ' ' || sign === '\t' || sign === '\n' || sign === '\r';

const unquoted = (written: string): string => (/^["']/.test(written) ? written.slice(1, -1) : written);

const wordOf = (text: string, start: number, end: number): string => unquoted(text.slice(start, end).trim());

const commentBetween = (text: string, from: number, to: number): boolean => /(^|[ \t])#/.test(text.slice(from, to));

function wordStart(text: string, lineStart: number, offset: number): number {
  let start = offset;
  while (start > lineStart && !isBlank(text[start - 1])) start--;
  return start;
}

/** Where a plain value of block style ends that holds an offset. */
function plainEnd(text: string, offset: number, lineEnd: number): number {
  const rest = text.slice(offset, lineEnd);
  const stop = rest.search(/[ \t]+#|[ \t\r]*$/);
  return offset + Math.max(0, stop);
}

function flowEnd(text: string, offset: number, lineEnd: number): number {
  const rest = text.slice(offset, lineEnd);
  const stop = rest.search(/[,\]}{[\r]|:(?=\s)|[ \t]+#|[ \t]*$/);
  return offset + text.slice(offset, offset + Math.max(0, stop)).trimEnd().length;
}

function quoteEnd(text: string, offset: number, lineEnd: number, quote: string): number {
  const end = text.slice(offset, lineEnd).indexOf(quote);
  return end < 0 ? lineEnd : offset + end;
}
