import type { InsertedNode, TaskSample } from './requests';
import type { Decision } from './run';

/** A decision that waits, for tests and for pages that show one. */
export const exampleDecision = (rest: Partial<Decision> = {}): Decision => ({
  id: 'd-1',
  improver: 'trainer',
  state: 'waiting',
  metric: 'score.accuracy',
  goal: 'maximize',
  threshold: 0,
  guard: 0.003,
  heldBack: { champion: 0.8, candidate: 0.9 },
  test: { champion: 0.9731, candidate: 0.9812 },
  bare: null,
  reason: 'The candidate gains 0.1 on the held-back feedback.',
  by: null,
  at: null,
  ...rest,
});

/** A sample that nobody has said anything of. */
export const exampleSample = (id: string, rest: Partial<TaskSample> = {}): TaskSample => ({
  id,
  severity: null,
  candidates: [],
  answer: null,
  skipped: false,
  reason: null,
  flagged: false,
  suggestion: null,
  look: null,
  again: null,
  ...rest,
});

/** A denoiser that stands before a port. */
export const insertOf = (before: string): InsertedNode => ({
  op: 'insert',
  node: `denoiser/denoiser(${before})#0a1b2c`,
  name: 'denoiser',
  program: 'scanflow/denoiser',
  builtin: true,
  before,
  input: 'data',
  output: 'data',
});

/** What joins the feedback of a revision to what goes to a port. */
export const mergeOf = (before: string, revision = '0a1b2c'): InsertedNode => ({
  op: 'merge',
  node: `trainer/merge(${before})#${revision}`,
  name: 'merge',
  program: 'merge',
  builtin: true,
  before,
  input: 'base',
  output: 'data',
});
