import type { Shapes } from '../messages';
import type { LossesAnswer } from '../samples/questions';
import type { Sample, Variant } from '../samples/sample';
import { type FromAnyone, fromAnyone } from './aid';

export type { Inspected, LossesAnswer } from '../samples/questions';
export type { Sample, Variant } from '../samples/sample';

/** One pass of Algorithm 7's auto-threshold, as the detector's report has it. */
export interface Trial {
  high: number;
  low: number;
  thresholdHigh: number;
  thresholdLow: number;
  count: number;
}

/** The detector in one run: a row of the picture over runs. */
export interface PastRun {
  run: string;
  at: string;
  pValue: number | null;
  /** Share of the samples that were anomalous. */
  share: number | null;
  low: number | null;
  high: number | null;
  /** Losses of the incoming data, sorted. */
  losses: Float32Array;
}

export interface ByClass {
  label: string;
  count: number;
  /** The mean. */
  loss: number;
  /** At most 200, evenly over all. */
  losses: number[];
}

/** The score of which thresholds are written. */
export const BAND = 'reconstruction loss';

/** The drift report shows. */
export type ToDrift =
  | {
      type: 'report';
      /** Of the workspace folder, and the step: the webview remembers them for the next window. */
      key: string;
      step: string;
      run: string;
      node: string;
      workflow: string;
      file: string;
      at: string;
      trials: Trial[];
      /** What the numbers are: `reconstruction loss`, or another score. */
      score: string;
      pValue: number | null;
      /** What the detector decided of the whole batch, by the rate of false alarms that it was given. */
      drifted: boolean;
      /** Samples to be labelled at most. */
      wanted: number;
      losses: LossesAnswer;
      byClass: ByClass[];
      /** Whether there is a text that thresholds could be written to. */
      writable: boolean;
      /** A task about these critical samples is open. */
      task: string | null;
    }
  | { type: 'past'; runs: PastRun[] }
  | { type: 'samples'; from: Variant; samples: { id: string; sample: Sample }[] }
  | { type: 'applied'; low: number; high: number }
  | { type: 'failed'; message: string }
  /** By command: the thresholds that were tried go into the text. */
  | { type: 'write' };

/** It asks. */
export type FromDrift =
  | FromAnyone
  | { type: 'ready' }
  | { type: 'need'; from: Variant; ids: string[] }
  | { type: 'apply'; low: number; high: number }
  | { type: 'label' }
  | { type: 'choose' }
  | { type: 'open'; run: string }
  | { type: 'save'; name: string; text: string };

export const toDrift: Shapes<ToDrift> = {
  report: {
    key: 'text',
    step: 'text',
    run: 'text',
    node: 'text',
    workflow: 'text',
    file: 'text',
    at: 'text',
    trials: 'list',
    score: 'text',
    pValue: 'number?',
    drifted: 'flag',
    wanted: 'number',
    losses: 'object',
    byClass: 'list',
    writable: 'flag',
    task: 'text?',
  },
  past: { runs: 'list' },
  samples: { from: 'text', samples: 'list' },
  applied: { low: 'number', high: 'number' },
  failed: { message: 'text' },
  write: {},
};

export const fromDrift: Shapes<FromDrift> = {
  ...fromAnyone,
  ready: {},
  need: { from: 'text', ids: 'texts' },
  apply: { low: 'number', high: 'number' },
  label: {},
  choose: {},
  open: { run: 'text' },
  save: { name: 'text', text: 'text' },
};
