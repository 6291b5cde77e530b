import type { CandidateMark, NodeProblem, NodeStatus } from '../../extension/messages';

/** What lies over the scene: states, problems, what a person looks at. */
export interface Overlay {
  phases: string[];
  hiddenPhases: ReadonlySet<string>;
  status: ReadonlyMap<string, NodeStatus>;
  /** The run that the states are of, where it ran another text than there is now. */
  stale: string | null;
  problems: ReadonlyMap<string, NodeProblem>;
  /** What improvers proposed last. */
  candidates: ReadonlyMap<string, CandidateMark>;
  selected: string | null;
  /** What a search found, or what a focus is on; the rest is dim. Null: all is lit. */
  lit: ReadonlySet<string> | null;
  /** Where an edge begins that is about to be drawn. */
  connecting: string | null;
}
