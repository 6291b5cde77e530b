import { spelled } from '../protocol';
import type { JournaledMetric } from './entries';

/** Metrics as journals keep them. */
export const spelledMetrics = (metrics: Iterable<readonly [string, number]>): Record<string, JournaledMetric> =>
  Object.fromEntries([...metrics].map(([name, value]) => [name, spelled(value)]));

/** The same, read. Older journals have null for every number that JSON lacks. */
export const readMetrics = (metrics: Record<string, JournaledMetric>): Map<string, number> =>
  new Map(Object.entries(metrics).map(([name, value]) => [name, value === null ? Number.NaN : Number(value)]));
