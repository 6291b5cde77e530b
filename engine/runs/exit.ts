import { type Fault, fault, type StepState } from '../protocol';
import type { Exit } from '../runtimes/runtime';

/** A bad end, in the words of the state table. */
export interface Ill {
  state: StepState;
  fault: Fault | null;
  /** Another attempt could not end better: no retry. */
  final?: boolean;
}

/**
 * How an attempt ended, in the words of the state table; null: well.
 *
 * @param why.words What it said last; `origins`: sentences on the data that it speaks of.
 */
export function stateOfExit(
  exit: Exit,
  why: { cancelled: boolean; timedOut: boolean; timeout: number | null; words: string | null; origins: string },
): Ill | null {
  if (why.cancelled) return { state: 'cancelled', fault: null };
  if (why.timedOut) {
    return {
      state: 'timed-out',
      fault: fault(
        'SF3051',
        'failed',
        `The node was stopped after its timeout of ${why.timeout} seconds.`,
        'Raise its `timeout`, or make it faster.',
      ).fault,
    };
  }
  // A program that ended well got over what became of one of its children.
  if (exit.outOfMemory && exit.code !== 0) {
    return {
      state: 'out-of-memory',
      fault: fault('SF3052', 'failed', 'The node ran out of memory.', 'Raise `resources.memory`.').fault,
    };
  }
  if (exit.code === 0) return null;
  const how =
    exit.code === null
      ? `was killed by ${exit.signal ?? 'a signal'}.`
      : `exited with ${exit.code}${why.words === null ? '.' : `: ${why.words}${/[.!?…]$/.test(why.words) ? '' : '.'}`}`;
  return {
    state: 'failed',
    fault: fault('SF3050', 'failed', `The node ${how} ${why.origins}`.trimEnd(), remedyFor(why.words)).fault,
  };
}

/** What MLflow's client says where a script sets an experiment of its own, and its run is given by the environment. */
const OTHER_EXPERIMENT = 'active experiment ID does not match environment run ID';

function remedyFor(words: string | null): string {
  if (!words?.includes(OTHER_EXPERIMENT)) return 'Read its log.';
  return "Its run is there already, in the experiment of the workflow: in the script, write `if 'MLFLOW_RUN_ID' not in os.environ:` before `mlflow.set_experiment(...)`.";
}
