import { HOST_FAULTS } from '../host/faults';
import { type EngineClient, EXIT, type Fault, type RunSummary, ScanflowError } from '../protocol';
import type { Context } from './command';
import { followRun } from './follow';
import { progressOn } from './screen/progress';
import { LeftAtOnce } from './with-engine';

/**
 * Shows how a run goes until it is no longer `running`. The first Ctrl-C cancels it and waits until all of it is gone, the
 * second leaves at once.
 *
 * @param since Sequence after which the events are news.
 */
export async function followToEnd(
  context: Context,
  client: EngineClient,
  run: string,
  since?: number,
): Promise<RunSummary> {
  const { io, err } = context;
  const progress = progressOn(io, err);
  let leave: (reason: LeftAtOnce) => void = () => {};
  const left = new Promise<never>((_, reject) => {
    leave = reject;
  });
  let pressed = 0;
  const interrupts = io.onInterrupt(() => {
    pressed += 1;
    if (pressed > 1) return leave(new LeftAtOnce());
    progress.say('Cancelling; press Ctrl-C again to leave at once (then `scanflow cancel` or `resume` the run).');
    // Whether the engine is gone is noticed by who follows the run.
    client.cancel({ run }).catch(() => {});
  });
  try {
    return await Promise.race([followRun(client, run, (event) => progress.see(event), since), left]);
  } catch (error) {
    throw engineGone(error) ? goneWith(error.fault, run) : error;
  } finally {
    interrupts.dispose();
    progress.end();
  }
}

/** The other process that was the engine is gone, in the middle of this run. */
function engineGone(error: unknown): error is ScanflowError {
  return error instanceof ScanflowError && error.fault.code === HOST_FAULTS.gone.code;
}

function goneWith(fault: Fault, run: string): ScanflowError {
  return new ScanflowError({ ...fault, remedy: `Nothing recorded is lost: \`scanflow resume ${run}\` goes on.` });
}

/** The exit code that tells how a run ended. */
export function exitOf({ state, fault }: RunSummary): number {
  if (state === 'cancelled') return EXIT.cancelled;
  if (state !== 'failed') return EXIT.done;
  return fault ? EXIT[fault.class] : EXIT.failed;
}
