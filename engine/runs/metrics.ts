import type { Exit } from '../runtimes/runtime';
import type { RunContext } from './run-context';

/** What a node logged, and what the engine measured of it: `system.duration` (seconds), `system.memory` (bytes). */
export async function collectMetrics(
  context: RunContext,
  trackerRun: string,
  exit: Exit,
): Promise<Record<string, number>> {
  const measured: Record<string, number> = { 'system.duration': durationOf(exit) };
  if (exit.memoryPeak !== null) measured['system.memory'] = exit.memoryPeak;
  const logged = await context.tracker.latestMetrics(trackerRun);
  return Object.fromEntries([...logged, ...Object.entries(measured)]);
}

/** Seconds; never negative, whatever the clock did. */
const durationOf = (exit: Exit): number => Math.max(0, (Date.parse(exit.endedAt) - Date.parse(exit.startedAt)) / 1000);
