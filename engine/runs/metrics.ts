import type { Exit } from '../runtimes/runtime';
import type { JournaledMetric } from './entries';
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

/** What goes where JSON does, which has no NaN and no infinities: a diverged loss must not come back as null. */
export const spelled = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

/** Metrics as journals keep them. */
export const spelledMetrics = (metrics: Iterable<readonly [string, number]>): Record<string, JournaledMetric> =>
  Object.fromEntries([...metrics].map(([name, value]) => [name, spelled(value)]));

/** The same, read. Older journals have null for every number that JSON lacks. */
export const readMetrics = (metrics: Record<string, JournaledMetric>): Map<string, number> =>
  new Map(Object.entries(metrics).map(([name, value]) => [name, value === null ? Number.NaN : Number(value)]));

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
