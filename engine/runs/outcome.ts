import type { RunState, StepState } from '../protocol';
import type { StepRecord } from './run-state';

/** What became of a step that had its turn: it is settled, it waits for a person, or it gets another attempt. */
export type Outcome = 'settled' | 'waiting' | 'retry';

const ILL: readonly StepState[] = ['failed', 'timed-out', 'out-of-memory', 'lost'];

/**
 * The state of a run in which nothing can move any more, and that nobody cancelled.
 *
 * @throws where steps have not begun and never will: they wait for each other, and the run is not done.
 */
export function endStateOf(records: Iterable<StepRecord>): RunState {
  const byState = Map.groupBy(records, ({ state }) => state);
  if (ILL.some((state) => byState.has(state))) return 'failed';
  const stuck = byState.get('pending') ?? [];
  if (stuck.length > 0) throw new Error(`${stuck.map(({ step }) => step.name).join(', ')} wait for each other.`);
  return byState.has('waiting') ? 'waiting' : 'succeeded';
}
