import { readdir } from 'node:fs/promises';
import type { RunIndexRow } from '../store/run-index';
import type { Places } from '../workspace/places';
import { readRun } from './run-file';

/** The index of runs, made again of their journals: for one that is damaged or gone. */
export async function rebuiltRunIndex(places: Places): Promise<RunIndexRow[]> {
  const rows: RunIndexRow[] = [];
  for (const run of await readdir(places.runs)) {
    const read = await readRun(places, run).catch(() => null);
    if (!read) continue;
    const { header, state, startedAt, endedAt } = read.record;
    rows.push({ run, workflow: header.workflow, file: header.file, state, startedAt, endedAt });
  }
  return rows.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}
