import { lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fault, type GarbageReport } from '../protocol';
import type { EngineRooms } from '../runs/run-context';
import { readRun } from '../runs/run-file';
import type { StepRecord } from '../runs/run-state';
import type { RunIndex } from '../store/run-index';
import type { LedgerState } from '../workspace/ledger';
import { ENDED } from './format';
import { marked } from './marks';

export interface CollectOptions {
  dryRun: boolean;
  /** Runs that ended more than so many days ago are forgotten, too; null: none. */
  olderThan: number | null;
  /** Content that was written less than so many milliseconds ago stays: somebody may be about to refer to it. */
  grace: number;
  /** Takes away what runs left in runtimes when their engine died. */
  sweep(dryRun: boolean): Promise<string[]>;
}

/** Folders of an attempt that are of no use once its outputs are in the store, or it failed. What it said stays. */
const SPENT = ['work', 'inputs', 'outputs'];
/** Where its runtime keeps how it ended. */
const RUNTIME = 'runtime';

/**
 * Mark and sweep: what clients deleted in the tracker, content that nothing refers to, the folders of attempts whose outputs are kept by content or that failed, what runs left
 * in runtimes when their engine died, and, where it is asked for, old runs. A run stays that made a registered model or that a decision or a task is about, and
 * one that has not ended.
 *
 * @throws SF3086 while runs go on, SF5004 where a journal can't be read.
 */
export async function collectGarbage(
  rooms: EngineRooms,
  index: RunIndex,
  busy: boolean,
  { dryRun, olderThan, grace, sweep }: CollectOptions,
): Promise<GarbageReport> {
  if (busy) {
    throw fault(
      'SF3086',
      'request',
      'Runs are going on.',
      'Collect garbage when they are over: `scanflow runs` lists them.',
    );
  }
  const forgotten = olderThan === null ? [] : forgettable(rooms, index, olderThan);
  const attempts = await spentFolders(rooms, new Set(forgotten));
  // What old runs show in the tracker goes with them; in a dry run it is only counted.
  const shown = await shownBy(rooms, forgotten);
  const trash = rooms.tracker.trash(await trackedAndNeeded(rooms, index), Date.now() - grace);
  // Before anything is taken away: where a journal can't be read, nothing is.
  const marks = await marked(rooms, new Set(forgotten), { outputsOf: shown, trash });
  if (!dryRun) {
    await rooms.tracker.forgetOutputs([...shown]);
    await rooms.tracker.emptyTrash(trash);
    // Clients go on meanwhile: what one restored, or logged, keeps its content.
    const left = { outputsOf: shown, trash: { runs: [], models: [], experiments: [] } };
    for (const digest of rooms.tracker.artifactDigests(left)) marks.add(digest);
    for (const run of forgotten) {
      await index.remove(run);
      await rm(path.join(rooms.places.runs, run), { recursive: true, force: true });
    }
    for (const { place } of attempts) await rm(place, { recursive: true, force: true });
  }
  const leftovers = await sweep(dryRun);
  const report: GarbageReport = {
    dryRun,
    runs: forgotten,
    leftovers,
    deleted: { runs: trash.runs.length, models: trash.models.length, experiments: trash.experiments.length },
    folders: { count: attempts.length, bytes: sum(attempts) },
    artifacts: { count: 0, bytes: 0 },
    kept: { count: 0, bytes: 0 },
  };
  for await (const digest of rooms.artifacts.list()) {
    const place = rooms.artifacts.pathOf(digest);
    const { ctimeMs } = await lstat(place);
    const garbage = !marks.has(digest) && Date.now() - ctimeMs >= grace;
    const part = garbage ? report.artifacts : report.kept;
    part.count += 1;
    part.bytes += await sizeOf(place);
    if (garbage && !dryRun) await rooms.artifacts.remove(digest);
  }
  if (!dryRun) await rooms.artifacts.removeDamaged();
  return report;
}

/**
 * Runs that a registered model, a decision or a task is about, and the last one of each watch: without it, its batch would
 * look like one whose run never began, and be taken again.
 */
function neededBy({ models, imported, proposals, tasks, batches }: LedgerState): Set<string> {
  return new Set([
    ...[...batches.values()].flatMap((taken) => taken.at(-1)?.run ?? []),
    ...[...models, ...imported.models].map(({ run }) => run),
    ...[...proposals.values()].map(({ run }) => run),
    ...[...tasks.values()].map(({ run }) => run),
  ]);
}

/** Runs of the tracker that the engine still reads, though a client deleted them: of those, of what goes on, of supplies. */
async function trackedAndNeeded(rooms: EngineRooms, index: RunIndex): Promise<Set<string>> {
  const unfinished = index.rows().filter(({ state }) => !ENDED.includes(state));
  const supplying = [...rooms.history.supplies()].map(({ run }) => run);
  const runs = new Set([...neededBy(rooms.ledger.state), ...unfinished.map(({ run }) => run), ...supplying]);
  return trackedBy(rooms, [...runs]);
}

function forgettable({ ledger }: EngineRooms, index: RunIndex, days: number): string[] {
  const needed = neededBy(ledger.state);
  const before = Date.now() - days * 86_400_000;
  return index
    .rows()
    .filter(
      ({ run, state, endedAt }) => ENDED.includes(state) && !needed.has(run) && Date.parse(endedAt ?? '') < before,
    )
    .map(({ run }) => run);
}

/** Folders of attempts that are over, in runs that are: their outputs are in the store, or nobody asks for them. */
async function spentFolders(
  { places }: EngineRooms,
  without: ReadonlySet<string>,
): Promise<{ place: string; bytes: number }[]> {
  const found: { place: string; bytes: number }[] = [];
  for (const run of await readdir(places.runs)) {
    const read = without.has(run) ? null : await readRun(places, run).catch(() => null);
    if (!read || !ENDED.includes(read.record.state)) continue;
    const resumable = !['succeeded', 'superseded'].includes(read.record.state);
    const open = new Set(
      resumable ? [...read.record.steps.values()].filter(goesOn).map(({ spec }) => spec?.directory) : [],
    );
    const steps = path.join(places.runs, run, 'steps');
    for (const step of await readdir(steps).catch(() => [])) {
      for (const attempt of await readdir(path.join(steps, step))) {
        const directory = path.join(steps, step, attempt);
        if (open.has(directory)) continue;
        for (const name of resumable ? SPENT : [...SPENT, RUNTIME]) {
          const place = path.join(directory, name);
          if (await lstat(place).catch(() => null)) found.push({ place, bytes: await sizeOf(place) });
        }
      }
    }
  }
  return found;
}

/** Has it an attempt that a resume takes up, or a question that it collects the answers to? */
const goesOn = ({ state }: StepRecord): boolean => ['preparing', 'running', 'waiting'].includes(state);

/** What goes with these runs in the tracker. A step that was cached shows the run that executed it, which may be older. */
async function shownBy(rooms: EngineRooms, runs: readonly string[]): Promise<Set<string>> {
  if (runs.length === 0) return new Set();
  const kept = (await readdir(rooms.places.runs)).filter((run) => !runs.includes(run));
  const stays = await trackedBy(rooms, kept);
  const goes = [...(await trackedBy(rooms, runs))].filter((tracked) => !stays.has(tracked));
  return new Set(rooms.tracker.withChildren(goes));
}

/** The tracker's runs of these runs' steps. */
async function trackedBy({ places }: EngineRooms, runs: readonly string[]): Promise<Set<string>> {
  const tracked = new Set<string>();
  for (const run of runs) {
    const read = await readRun(places, run).catch(() => null);
    for (const { trackerRun } of read?.record.steps.values() ?? []) if (trackerRun !== null) tracked.add(trackerRun);
  }
  return tracked;
}

async function sizeOf(place: string): Promise<number> {
  const stats = await lstat(place).catch(() => null);
  if (!stats?.isDirectory()) return stats?.isFile() ? stats.size : 0;
  const sizes = await Promise.all((await readdir(place)).map((name) => sizeOf(path.join(place, name))));
  return sizes.reduce((total, size) => total + size, 0);
}

const sum = (parts: readonly { bytes: number }[]): number => parts.reduce((total, { bytes }) => total + bytes, 0);
