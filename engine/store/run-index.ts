import path from 'node:path';
import type { RunState } from '../protocol/states';
import { openDerived, swap, writeBeside } from './derived';
import { type Journal, openJournal } from './journal';

/** One run as a list shows it. */
export interface RunIndexRow {
  run: string;
  workflow: string;
  file: string;
  state: RunState;
  startedAt: string;
  endedAt: string | null;
}

/** The list of runs: derived from the runs' journals, kept so that ten thousand of them need not be opened. */
export interface RunIndex {
  /** Newest first. */
  rows(): RunIndexRow[];
  /** The row of a run, or its new state. */
  put(row: RunIndexRow): Promise<void>;
  /** Forgets a run. */
  remove(run: string): Promise<void>;
  close(): Promise<void>;
}

/** When the file holds this many times its rows, opening writes it anew. */
const COMPACT_AT = 4;

/**
 * @param folder Holds `runs.index`.
 * @param rebuild Reads the rows from the journals; called where the index is damaged, or absent.
 */
export async function openRunIndex(folder: string, rebuild: () => Promise<RunIndexRow[]>): Promise<RunIndex> {
  const file = path.join(folder, 'runs.index');
  const { journal, events, whole } = await openDerived<RunIndexRow>(file);
  const rows = new Map(events.map((row) => [row.run, row]));
  if (!whole) for (const row of await rebuild()) rows.set(row.run, row);
  const wasteful = events.length > Math.max(1000, COMPACT_AT * rows.size);
  if (whole && !wasteful) return indexOver(file, journal!, rows);
  return indexOver(file, await swap(journal, await writeBeside(file, rows.values()), file), rows);
}

function indexOver(file: string, opened: Journal<RunIndexRow>, rows: Map<string, RunIndexRow>): RunIndex {
  let journal = opened;
  /** Forgetting writes the file anew: what comes meanwhile waits. */
  let rewriting: Promise<void> = Promise.resolve();
  /** What is on its way into the file when that begins must be in the new one. */
  let putting: Promise<unknown> = Promise.resolve();
  return {
    rows: () => [...rows.values()].sort(newestFirst),
    put(row) {
      const done = rewriting.then(async () => {
        await journal.append(row);
        rows.set(row.run, row);
      });
      putting = Promise.allSettled([putting, done]);
      return done;
    },
    remove(run) {
      const before = putting;
      const turn = rewriting.then(async () => {
        await before;
        if (!rows.has(run)) return;
        const temporary = await writeBeside(
          file,
          [...rows.values()].filter((row) => row.run !== run),
        );
        try {
          journal = await swap(journal, temporary, file);
        } catch (error) {
          journal = (await openJournal<RunIndexRow>(file)).journal;
          throw error;
        }
        rows.delete(run);
      });
      rewriting = turn.catch(() => {});
      return turn;
    },
    async close() {
      await rewriting;
      await journal.close();
    },
  };
}

function newestFirst(a: RunIndexRow, b: RunIndexRow): number {
  return compare(b.startedAt, a.startedAt) || compare(b.run, a.run);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
