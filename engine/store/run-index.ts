import fs from 'node:fs/promises';
import path from 'node:path';
import type { RunState } from '../protocol/states';
import { temporaryName } from './disk';
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
export async function openRunIndex(folder: string, rebuild?: () => Promise<RunIndexRow[]>): Promise<RunIndex> {
  const file = path.join(folder, 'runs.index');
  const present = await fs.stat(file).then(
    () => true,
    () => false,
  );
  const opened = await openJournal<RunIndexRow>(file).catch(async (error: unknown) => {
    if (!rebuild) throw error;
    await fs.rename(file, `${file}.damaged`);
    return null;
  });
  const whole = present && opened !== null && opened.cutBytes === 0;
  const rows = new Map((opened?.events ?? []).map((row) => [row.run, row]));
  if (!whole && rebuild) for (const row of await rebuild()) rows.set(row.run, row);
  const wasteful = (opened?.events.length ?? 0) > Math.max(1000, COMPACT_AT * rows.size);
  if ((whole && !wasteful) || (!rebuild && !wasteful)) return indexOver(file, opened!.journal, rows);
  await opened?.journal.close();
  return indexOver(file, await rewrite(file, rows), rows);
}

async function rewrite(file: string, rows: Map<string, RunIndexRow>): Promise<Journal<RunIndexRow>> {
  const temporary = temporaryName(file);
  const { journal } = await openJournal<RunIndexRow>(temporary);
  await Promise.all([...rows.values()].map((row) => journal.append(row)));
  await journal.close();
  await fs.rename(temporary, file);
  return (await openJournal<RunIndexRow>(file)).journal;
}

function indexOver(file: string, opened: Journal<RunIndexRow>, rows: Map<string, RunIndexRow>): RunIndex {
  let journal = opened;
  /** Forgetting writes the file anew: what comes meanwhile waits. */
  let rewriting: Promise<void> = Promise.resolve();
  return {
    rows: () => [...rows.values()].sort(newestFirst),
    async put(row) {
      await rewriting;
      await journal.append(row);
      rows.set(row.run, row);
    },
    remove(run) {
      const turn = rewriting.then(async () => {
        if (!rows.delete(run)) return;
        await journal.close();
        journal = await rewrite(file, rows);
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
