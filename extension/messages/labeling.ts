import type { AnswerStep, GainPoint, GivenAnswer, Look, TaskSample } from '../../engine/protocol';
import type { Shapes } from '../messages';
import type { Sample, Thumbs, Variant } from '../samples/sample';
import { type FromAnyone, fromAnyone } from './aid';

export type { AnswerStep, GainPoint, GivenAnswer, Look, TaskSample } from '../../engine/protocol';
export type { Cell, Sample, Thumbs, Variant } from '../samples/sample';

/** What the keys of the labeling view do. */
export type LabelAction =
  | 'accept'
  | 'skip'
  | 'skipWithReason'
  | 'flag'
  | 'undo'
  | 'redo'
  | 'next'
  | 'previous'
  | 'view'
  | 'reveal'
  | 'grid'
  | 'widen'
  | 'sameClass'
  | 'keys';

/** A clean sample that may be the twin of a critical one. */
export interface Twin {
  id: string;
  /** Of the clean sample; null where the data has none. */
  label: string | null;
  distance: number;
}

export interface Change {
  id: string;
  /** null: open again. */
  given: GivenAnswer | null;
  /** Only where that stands still: what a person saw who takes a step back. */
  expected?: GivenAnswer | null;
  look?: Look;
}

/** The labeling view and its grid show. */
export type ToLabeling =
  | {
      type: 'task';
      task: string;
      kind: 'label' | 'find';
      title: string;
      workflow: string;
      classes: string[];
      items: TaskSample[];
      done: AnswerStep[];
      undone: AnswerStep[];
      /** Shown as a grid at first: there is room for it. */
      grid: boolean;
      /** Where the person was. */
      at: number;
      autoAdvance: boolean;
      blind: boolean;
      /** The share of samples that are asked a second time. */
      askAgain: number;
      /** What there is to see of a sample. */
      views: Variant[];
      /** What labels gained in this workflow before. */
      gains: GainPoint[];
      /** Labels of earlier cycles that the next candidate learns from, too. */
      joined: number;
    }
  | { type: 'none'; waiting: number }
  | { type: 'failed'; message: string }
  | { type: 'samples'; from: Variant; samples: { id: string; sample: Sample }[] }
  | { type: 'thumbs'; from: Variant; thumbs: Thumbs }
  | { type: 'twins'; id: string; twins: Twin[] }
  | { type: 'similar'; to: string; ids: string[] }
  /** The engine has that of these samples: what this screen said of them, or what another did. */
  | { type: 'saved'; changes: Change[] }
  | { type: 'holding'; ids: string[]; seconds: number }
  /** The engine did not take it. */
  | { type: 'refused'; of: 'answer' | 'again' | 'flag'; ids: string[]; message: string }
  /** Another screen or client said something of this task, or another run asks about more samples. */
  | { type: 'changed'; task: string; items: TaskSample[]; done: AnswerStep[]; undone: AnswerStep[] }
  | {
      type: 'closed';
      run: string | null;
      labelled: number;
      skipped: number;
      counts: number[];
      classes: string[];
      /** Asked a second time, and answered the same. */
      again: number;
      same: number;
      /** Answered before anything was shown that a machine says. */
      blind: number;
      /** Seconds a label: the one in the middle; null where none was timed. */
      pace: number | null;
    }
  | { type: 'assign'; index: number }
  | { type: 'act'; action: LabelAction };

/** They ask. */
export type FromLabeling =
  | FromAnyone
  | { type: 'ready' }
  | { type: 'need'; from: Variant; ids: string[] }
  | { type: 'thumbs'; from: Variant; ids: string[] }
  | { type: 'twins'; id: string; count: number }
  | { type: 'similar'; to: string }
  | { type: 'answer'; task: string; changes: Change[]; step: 'undo' | 'redo' | '' }
  | { type: 'again'; task: string; id: string; answer: string }
  | { type: 'flag'; task: string; ids: string[]; on: boolean }
  | { type: 'at'; task: string; index: number }
  | { type: 'finish'; task: string }
  | { type: 'open' }
  | { type: 'save'; name: string; text: string }
  | { type: 'grid' }
  | { type: 'focus'; on: boolean; input: boolean };

export const toLabeling: Shapes<ToLabeling> = {
  task: {
    task: 'text',
    kind: 'text',
    title: 'text',
    workflow: 'text',
    classes: 'texts',
    items: 'list',
    done: 'list',
    undone: 'list',
    grid: 'flag',
    at: 'number',
    autoAdvance: 'flag',
    blind: 'flag',
    askAgain: 'number',
    views: 'texts',
    gains: 'list',
    joined: 'number',
  },
  none: { waiting: 'number' },
  failed: { message: 'text' },
  samples: { from: 'text', samples: 'list' },
  thumbs: { from: 'text', thumbs: 'object' },
  twins: { id: 'text', twins: 'list' },
  similar: { to: 'text', ids: 'texts' },
  saved: { changes: 'list' },
  holding: { ids: 'texts', seconds: 'number' },
  refused: { of: 'text', ids: 'texts', message: 'text' },
  changed: { task: 'text', items: 'list', done: 'list', undone: 'list' },
  closed: {
    run: 'text?',
    labelled: 'number',
    skipped: 'number',
    counts: 'list',
    classes: 'texts',
    again: 'number',
    same: 'number',
    blind: 'number',
    pace: 'number?',
  },
  assign: { index: 'number' },
  act: { action: 'text' },
};

export const fromLabeling: Shapes<FromLabeling> = {
  ...fromAnyone,
  ready: {},
  need: { from: 'text', ids: 'texts' },
  thumbs: { from: 'text', ids: 'texts' },
  twins: { id: 'text', count: 'number' },
  similar: { to: 'text' },
  answer: { task: 'text', changes: 'list', step: 'text' },
  again: { task: 'text', id: 'text', answer: 'text' },
  flag: { task: 'text', ids: 'texts', on: 'flag' },
  at: { task: 'text', index: 'number' },
  finish: { task: 'text' },
  open: {},
  save: { name: 'text', text: 'text' },
  grid: {},
  focus: { on: 'flag', input: 'flag' },
};

/** The changes of an answer that came from a webview, or null where it is none. */
export function changesOf(list: readonly unknown[]): Change[] | null {
  const changes: Change[] = [];
  for (const entry of list) {
    const { id, given, expected, look } = (entry ?? {}) as Record<'id' | 'given' | 'expected' | 'look', unknown>;
    if (typeof id !== 'string' || !isGiven(given) || (expected !== undefined && !isGiven(expected))) return null;
    changes.push({
      id,
      given,
      ...(expected === undefined ? {} : { expected }),
      ...(given === null ? {} : lookOf(look)),
    });
  }
  return changes;
}

function isGiven(value: unknown): value is GivenAnswer | null {
  if (value === null || typeof value !== 'object') return value === null;
  const { answer, reason } = value as { answer?: unknown; reason?: unknown };
  return [answer, reason].every((text) => text === null || typeof text === 'string');
}

function lookOf(value: unknown): { look?: Look } {
  const { seconds, blind } = (value ?? {}) as { seconds?: unknown; blind?: unknown };
  return typeof seconds === 'number' && typeof blind === 'boolean' ? { look: { seconds, blind } } : {};
}
