import type { Frame, State } from './reading';

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

export function value(
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
export function flowPath(state: State, holder: boolean): Step[] {
  const path = stepsOf(state.frames);
  for (const [index, frame] of state.flow.entries()) {
    if (holder && index === state.flow.length - 1) break;
    path.push(frame.kind === 'map' ? (frame.key ?? '') : frame.index);
  }
  return path;
}

export const stepsOf = (frames: readonly Frame[]): Step[] =>
  frames.map((frame) => (frame.kind === 'map' ? frame.key : frame.index));

export function cursor(of: {
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
