import type { RevisionRow } from '../../engine/protocol';
import type { Problem } from '../../graph';
import type { Outline } from './outline';
import type { Scene } from './scene';

/**
 * What the worker is asked: a text, what of its graph is collapsed (null: as a new reader wants it), the revisions in effect
 * on it, and the text of the run that is shown over it (null: none).
 */
export interface Question {
  id: number;
  text: string;
  /** Undefined: the outline is enough. */
  scene?: { collapsed: string[] | null; revisions: readonly RevisionRow[]; ran: string | null };
}

export interface Reading {
  /** Of the text, without its revisions; null where it is too broken to be a graph. */
  outline: Outline | null;
  problems: Problem[];
  /** The same as the engine runs it, which is what the scene draws. */
  effective?: Outline;
  scene: Scene | null;
  /** The run that is shown was of another workflow than the text has now. */
  stale?: boolean;
}

export type Answer = { id: number } & ({ reading: Reading } | { error: string });
