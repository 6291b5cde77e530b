import { indentAt } from './lines';

export interface MapFrame {
  kind: 'map';
  column: number;
  key: string;
  /** Something is written after the key, on its line. */
  filled: boolean;
}

export interface ListFrame {
  kind: 'list';
  column: number;
  index: number;
  /** Something that is no key is written after the dash, on its line. */
  filled: boolean;
}

export type Frame = MapFrame | ListFrame;

export interface FlowFrame {
  kind: 'map' | 'list';
  key: string | undefined;
  index: number;
  keys: Set<string>;
}

/** The state of reading: what is open at a place. */
export interface State {
  frames: Frame[];
  flow: FlowFrame[];
  /** A block scalar goes on while lines are indented more than this. */
  blockText: number | undefined;
  quote: '"' | "'" | undefined;
  /** Where the word that is being read begins. */
  word: number | undefined;
  comment: boolean;
}

/** Greedy up to the last sign of the name: one that grew towards the colon would be quadratic in the blanks on its way. */
export const KEY =
  /("(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|[A-Za-z0-9_$.*/](?:[^\n:#'"{}[\],]*[^\s:#'"{}[\],])?)[ \t]*:(?=[ \t\r\n]|$)/y;

/** Reads a whole line that is before the cursor. */
export function readLine(state: State, text: string, start: number, end: number): void {
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
export function unindented(state: State, column: number, sign: string): boolean {
  const holder = state.frames.at(-1);
  return holder !== undefined && column <= holder.column && sign !== ']' && sign !== '}';
}

/** Takes off what a line with this indentation is not inside of. */
export function leave(frames: Frame[], column: number, dash: boolean): void {
  frames.length = depthOf(frames, column, dash);
}

/** How many frames a line with this indentation is inside of, or goes on with. */
function depthOf(frames: readonly Frame[], column: number, dash: boolean): number {
  const outside = ({ kind, column: own }: Frame) => own > column || (kind === 'list' && own === column && !dash);
  return frames.findLastIndex((frame) => !outside(frame)) + 1;
}

/** Can a key stand at a column? Not below what has its value on its line, and not where no sibling is. */
export function hasPlace(frames: readonly Frame[], column: number, dash: boolean): boolean {
  const depth = depthOf(frames, column, dash);
  const holder = frames[depth - 1];
  if (!holder || holder.column === column) return true;
  const sibling = frames[depth];
  return (holder.kind === 'list' || !holder.filled) && (!sibling || sibling.column === column);
}

/** Reads dashes, a key and what follows, from `at`. @returns where the value begins, after all of them. */
export function readHead(state: State, text: string, start: number, at: number, end: number): number {
  let position = at;
  leave(state.frames, position - start, text[position] === '-' && isBlank(text[position + 1]));
  while (text[position] === '-' && position < end && isBlank(text[position + 1])) {
    const column = position - start;
    const top = state.frames.at(-1);
    if (top?.kind === 'list' && top.column === column) {
      top.index++;
      top.filled = false;
    } else {
      state.frames.push({ kind: 'list', column, index: 0, filled: false });
    }
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
  if (top && position > at) top.filled = true;
  if ((sign === '|' || sign === '>') && /^[|>][+\-0-9]*[ \t]*(#.*)?\r?$/.test(text.slice(position, end))) {
    state.blockText = top?.column ?? 0;
    return;
  }
  if (sign === '{' || sign === '[' || sign === '"' || sign === "'") readFlow(state, text, position, end);
}

/** Reads brackets, quotes and what is between them, from `at` to `end`. */
export function readFlow(state: State, text: string, at: number, end: number): void {
  state.word = undefined;
  for (let position = at; position < end; position++) {
    const sign = text[position]!;
    if (state.quote) {
      if (sign === '\\' && state.quote === '"') position++;
      else if (sign === "'" && state.quote === sign && text[position + 1] === sign && position + 1 < end) position++;
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

export const isBlank = (sign: string | undefined): boolean =>
  sign === undefined || sign === ' ' || sign === '\t' || sign === '\n' || sign === '\r';

export const unquoted = (written: string): string => (/^["']/.test(written) ? written.slice(1, -1) : written);

const wordOf = (text: string, start: number, end: number): string => unquoted(text.slice(start, end).trim());
