import { ScanflowError } from '../protocol';
import type { ActiveRuns } from '../runs/active-runs';

/**
 * Lets the run go on that waited for what a person has said. That is on disk and stands, whatever becomes of the run.
 *
 * @returns the run, if it goes on; `notice`, where it should and can't: why, and how it does later.
 */
export async function goOn(
  runs: ActiveRuns,
  run: string,
  by: string,
): Promise<{ run: string | null; notice?: string }> {
  try {
    return { run: await runs.wake(run, by) };
  } catch (error) {
    const why = error instanceof ScanflowError ? `${error.message} ${error.fault.remedy}` : String(error);
    return { run: null, notice: `This is saved, but run ${run} can't go on: ${why} Then: scanflow resume ${run}` };
  }
}
