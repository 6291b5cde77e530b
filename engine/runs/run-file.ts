import path from 'node:path';
import { fault } from '../protocol';
import { type Journal, openJournal, readJournal } from '../store/journal';
import type { Places } from '../workspace/places';
import type { RunEntry } from './entries';
import { foldRun, type RunRecord } from './run-state';

const journalPath = (places: Places, run: string): string => path.join(places.runs, run, 'journal');

/** Opens a run's journal to write: a new run's, or one to go on with. */
export async function openRunFile(
  places: Places,
  run: string,
): Promise<{ journal: Journal<RunEntry>; record: RunRecord | null }> {
  const { journal, events } = await openJournal<RunEntry>(journalPath(places, run));
  return { journal, record: foldRun(events) };
}

/** A run as its journal tells it, without the right to write. @throws fault SF3060 where there is none. */
export async function readRun(places: Places, run: string): Promise<{ record: RunRecord; entries: RunEntry[] }> {
  if (!/^[\w-]+$/.test(run)) throw noRun(run);
  const { events } = await readJournal<RunEntry>(journalPath(places, run)).catch(() => ({ events: [] as RunEntry[] }));
  const record = foldRun(events);
  if (!record) throw noRun(run);
  return { record, entries: events };
}

const noRun = (run: string) => fault('SF3060', 'request', `There is no run ${run}.`, 'List them with `scanflow runs`.');
