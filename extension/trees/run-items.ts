import type { OutputRow, Passage, RunRow, RunSummary, StepSummary } from '../../engine/protocol';
import type { Mirror } from '../runs/mirror';

/** What the Runs view shows: run > branch > step > attempts, metrics, what came in, what it left. */
export type RunItem =
  | { type: 'run'; mirror: Mirror; row: RunRow }
  | { type: 'branch'; mirror: Mirror; run: string; name: string; steps: StepItem[] }
  | StepItem
  | { type: 'attempt'; mirror: Mirror; run: string; step: string; attempt: number; state: StepSummary['state'] | null }
  | { type: 'metric'; name: string; value: number | null }
  | { type: 'inputs'; mirror: Mirror; run: string; step: string }
  | { type: 'outputs'; mirror: Mirror; run: string; step: string }
  | { type: 'passage'; mirror: Mirror; passage: Passage }
  /** What is below a row could not be read. */
  | { type: 'fault'; message: string; remedy: string }
  /** There are more runs, which are shown when they are asked for. */
  | { type: 'older'; newest: number }
  | { type: 'output'; mirror: Mirror; output: OutputRow };

export interface StepItem {
  type: 'step';
  mirror: Mirror;
  run: string;
  step: StepSummary;
  metrics: Record<string, number>;
}

/** The steps of a run in their order; those of a candidate's branch together (`trainer/candidate/test`). */
export function stepItems(mirror: Mirror, { run, nodes, metrics }: RunSummary): RunItem[] {
  const items = nodes.map((step): StepItem => {
    const measured = metrics[step.name.replace(/@[^@]*$/, '')] ?? {};
    return { type: 'step', mirror, run, step, metrics: measured };
  });
  const branches = Map.groupBy(items, ({ step }) => step.name.split('/').slice(0, -1).join('/'));
  return [...branches].flatMap(([name, steps]): RunItem[] =>
    name === '' ? steps : [{ type: 'branch', mirror, run, name, steps }],
  );
}

/** The attempts of a step, the last with its state. What they logged is asked for when it is to be read. */
export function attemptItems({ mirror, run, step }: StepItem): RunItem[] {
  return Array.from({ length: step.attempt }, (_, at) => {
    const state = at + 1 === step.attempt ? step.state : null;
    return { type: 'attempt', mirror, run, step: step.name, attempt: at + 1, state };
  });
}

/**
 * Whether a run has all words of a filter: in its workflow, file, id or state.
 *
 * @param state As its row says it.
 */
export function fitsFilter({ workflow, file, run }: Omit<RunRow, 'state'>, state: string, filter: string): boolean {
  const all = [workflow, file, run, state].join(' ').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
