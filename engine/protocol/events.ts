import type { Decision, StepSummary } from './run';
import type { RunState } from './states';

/** What a client that follows a run sees; `sequence` has no gaps within a run. */
export type RunEvent = { run: string; sequence: number; at: string } & (
  | { type: 'planned'; steps: StepSummary[] }
  | { type: 'step'; step: StepSummary }
  | { type: 'task'; task: string; title: string; count: number }
  | { type: 'decision'; decision: Decision }
  | { type: 'notice'; message: string }
  | { type: 'state'; state: RunState }
);

/**
 * How far a step is, told between the events of the journal: it does not count in their sequence and may repeat a number.
 */
export function isProgress(event: RunEvent): boolean {
  return event.type === 'step' && event.step.progress !== null;
}
