import path from 'node:path';
import { fault } from '../protocol';
import { realDisk, temporaryName } from '../store/disk';
import { diskFault } from '../store/faults';
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

/**
 * A run that came in, whole or not at all; in the place of what is there of it.
 *
 * @throws SF5003, SF5004.
 */
export async function writeRunFile(places: Places, run: string, entries: readonly RunEntry[]): Promise<void> {
  const file = journalPath(places, run);
  const temporary = temporaryName(file);
  try {
    const { journal } = await openJournal<RunEntry>(temporary);
    try {
      await Promise.all(entries.map((entry) => journal.append(entry)));
    } finally {
      await journal.close();
    }
    await realDisk.rename(temporary, file);
    await realDisk.syncFolder(path.dirname(file));
  } catch (error) {
    await realDisk.remove(temporary).catch(() => undefined);
    throw diskFault('writing', file, error);
  }
}

/**
 * A run as its journal tells it, without the right to write.
 *
 * @throws fault SF3060 where there is none, SF5001, SF5002, SF5004 where there is one that can't be read.
 */
export async function readRun(places: Places, run: string): Promise<{ record: RunRecord; entries: RunEntry[] }> {
  if (!/^[\w-]+$/.test(run)) throw noRun(run);
  const { events } = await readJournal<RunEntry>(journalPath(places, run));
  const record = foldRun(events);
  if (!record) throw noRun(run);
  return { record, entries: events };
}

const noRun = (run: string) => fault('SF3060', 'request', `There is no run ${run}.`, 'List them with `scanflow runs`.');
