import type { Exit } from '../runtimes/runtime';
import type { RunContext } from './run-context';

/** What a node logged, and what the engine measured of it: see `measured`. */
export async function collectMetrics(
  context: RunContext,
  trackerRun: string,
  exit: Exit,
): Promise<Record<string, number>> {
  const logged = await context.tracker.latestMetrics(trackerRun);
  return Object.fromEntries([...logged, ...Object.entries(measured(exit))]);
}

/** `system.duration`, `system.cpu` (seconds), `system.memory` (bytes at the peak), as far as somebody measured. */
export function measured(exit: Exit): Record<string, number> {
  return {
    'system.duration': durationOf(exit),
    ...(exit.cpuSeconds === null ? {} : { 'system.cpu': exit.cpuSeconds }),
    ...(exit.memoryPeak === null ? {} : { 'system.memory': exit.memoryPeak }),
  };
}

/** Seconds; never negative, whatever the clock did. */
const durationOf = (exit: Exit): number => Math.max(0, (Date.parse(exit.endedAt) - Date.parse(exit.startedAt)) / 1000);
