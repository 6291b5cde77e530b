import type { Sample, Thumbs, Variant } from './sample';

/** What the thread that reads datasets is asked. Files are absolute. */
export type SampleQuestion =
  | { kind: 'samples'; file: string; ids: string[]; variant: Variant }
  | { kind: 'thumbs'; file: string; ids: string[]; variant: Variant }
  /** The samples of `clean` nearest to one of `file`. */
  | { kind: 'twins'; file: string; clean: string; id: string; count: number }
  /** All samples of `file`, the most similar to one of them first. */
  | { kind: 'similar'; file: string; id: string }
  /** What a detector left for people; `report` is its JSON. */
  | { kind: 'losses'; file: string; report: string | null };

/** One that was shown to the detector: critical ones, and some others. */
export interface Inspected {
  id: string;
  loss: number;
  critical: boolean;
  anomalous: boolean;
}

export interface LossesAnswer {
  /** Losses, sorted; of very many every so many. */
  train: Float32Array;
  reference: Float32Array;
  test: Float32Array;
  /** How many there are of each. */
  totals: { train: number; reference: number; test: number };
  shown: Inspected[];
  /** Mean difference between a sample and its reconstruction, a feature (a pixel): of critical ones and of the others. */
  features: { names: string[]; width: number; height: number; critical: Float32Array; others: Float32Array };
}

export interface SampleAnswers {
  samples: { id: string; sample: Sample }[];
  thumbs: Thumbs | null;
  twins: { id: string; label: string | null; distance: number }[];
  similar: string[];
  losses: { losses: LossesAnswer; report: unknown };
}

export type AnswerOf<Q extends SampleQuestion> = SampleAnswers[Q['kind']];
