import { type FSWatcher, watch } from 'node:fs';
import path from 'node:path';
import { runtimeFault } from '../faults';
import type { AttemptSpec, Exit } from '../runtime';
import { find, markStopped } from './attempt';
import { memoryPeak } from './footprint';
import { signalGroup } from './liveness';

/** A supervisor that is a child of this engine: its end is an event. */
export interface Child {
  pid: number;
  /** `runMark` of its run. */
  mark: string;
  gone: boolean;
  ended: Promise<void>;
}

/** How long a supervisor that is not our child may take to write its pid. Milliseconds. */
const BIRTH = 3000;

/**
 * Waits for an attempt's end: by event where the supervisor is our child, by watching its folder where it is not. The
 * timer is the net under both, and the moment to look at the memory.
 *
 * @throws SF4007 where nobody recorded how it ended, SF4006 where the supervisor could not even begin.
 */
export async function awaitEnd(attempt: AttemptSpec, child: Child | undefined): Promise<Exit> {
  const folder = child ? null : watchFolder(path.join(attempt.directory, 'runtime'));
  let birth: number | null = null;
  let peak: number | null = null;
  try {
    for (let pause = child ? 10 : 0; ; pause = Math.min(pause * 2 + 10, 1000)) {
      await firstOf(pause, [child && !child.gone ? child.ended : null, folder?.changed() ?? null]);
      // Of two engines that start an attempt at once one's child ends, because the other's was the first to make the file of its pid.
      if (child?.gone ?? true) birth ??= performance.now() + BIRTH;
      const found = await find(attempt);
      if (found.state === 'exited') return { ...found.exit, memoryPeak: peak };
      if (found.state === 'running') peak = larger(peak, await memoryPeak(found.pid));
      else if (found.state === 'lost' || (birth !== null && performance.now() > birth))
        throw unrecorded(attempt, child);
    }
  } finally {
    folder?.close();
  }
}

/**
 * Asks the program to stop, and kills its process group after the grace period. Returns when it is gone.
 *
 * @param grace Seconds.
 */
export async function terminate(attempt: AttemptSpec, grace: number, child: Child | undefined): Promise<void> {
  const first = await find(attempt);
  const pid = first.state === 'running' ? first.pid : child && !child.gone ? child.pid : null;
  if (pid === null) return;
  markStopped(attempt);
  signalGroup(pid, 'SIGTERM');
  if (await ends(attempt, child, grace * 1000)) return;
  signalGroup(pid, 'SIGKILL');
  // Only a process that hangs in the kernel outlives this; there is nothing more to be done about it.
  await ends(attempt, child, 10_000);
}

async function ends(attempt: AttemptSpec, child: Child | undefined, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  for (let pause = 5; ; pause = Math.min(pause * 2, 200)) {
    const running = (child && !child.gone) || (await find(attempt)).state === 'running';
    if (!running) return true;
    const left = deadline - performance.now();
    if (left <= 0) return false;
    await firstOf(Math.min(pause, left), [child && !child.gone ? child.ended : null]);
  }
}

function unrecorded(attempt: AttemptSpec, child: Child | undefined) {
  const who = `${attempt.step}, attempt ${attempt.number}`;
  return child
    ? runtimeFault('lost', `${who} (process ${child.pid}).`)
    : runtimeFault('lost', `${who}: its supervisor is gone and left no exit code in ${attempt.directory}.`);
}

function larger(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

/** Resolves with the first of the promises, at the latest after the pause; leaves no timer behind. */
async function firstOf(milliseconds: number, promises: (Promise<void> | null)[]): Promise<void> {
  if (milliseconds === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const pause = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([pause, ...promises.filter((promise) => promise !== null)]);
  clearTimeout(timer);
}

/** A folder's next change, as often as asked. Where folders can't be watched, the caller's timer must do. */
function watchFolder(folder: string): { changed(): Promise<void>; close(): void } {
  let wake = () => {};
  let watcher: FSWatcher | null = null;
  try {
    watcher = watch(folder, () => wake());
    watcher.on('error', () => watcher?.close());
  } catch {
    // absent, or the system has no watches left
  }
  return {
    changed: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
    close: () => watcher?.close(),
  };
}
