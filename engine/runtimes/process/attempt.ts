import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { codeOrSignal } from '../exit';
import type { AttemptSpec, Exit } from '../runtime';
import { isSupervisor } from './liveness';

/** What is known of an attempt from the files in its `runtime/` and from the machine's processes. */
export type Finding =
  | { state: 'absent' }
  | { state: 'running'; pid: number }
  | { state: 'exited'; exit: Exit }
  | { state: 'lost' };

/** Exclusively made before a supervisor is killed: an end without a record is then no riddle. */
const STOP = 'stop';

export async function find(attempt: AttemptSpec): Promise<Finding> {
  const ended = await readEnd(attempt);
  if (ended) return ended;
  const start = await readFile(place(attempt, 'pid'), 'utf8').catch(() => null);
  // The file exists for a moment before the pid stands in it.
  if (start === null || start === '') return (await wasStopped(attempt)) ?? { state: 'absent' };
  const pid = Number(start);
  if (await isSupervisor(pid, attempt)) return { state: 'running', pid };
  // It may have ended between the two looks.
  return (await readEnd(attempt)) ?? (await wasStopped(attempt)) ?? { state: 'lost' };
}

/** Says, before it is done, that this attempt is being killed by us. */
export async function markStopped(attempt: { directory: string }): Promise<void> {
  await writeFile(place(attempt, STOP), '', { flag: 'wx' }).catch(() => {});
}

/** The supervisor's record: the status, then (from a shell) two lines of `times`. */
async function readEnd(attempt: AttemptSpec): Promise<Finding | null> {
  const text = await readFile(place(attempt, 'exit'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  if (lines.length < 4) return null;
  const times = await interval(attempt, 'exit');
  return {
    state: 'exited',
    exit: {
      ...codeOrSignal(Number(lines[0])),
      ...times,
      outOfMemory: false,
      cpuSeconds: lines[2] ? seconds(lines[2]) : null,
      memoryPeak: null,
    },
  };
}

async function wasStopped(attempt: AttemptSpec): Promise<Finding | null> {
  const times = await interval(attempt, STOP).catch(() => null);
  if (!times) return null;
  const exit = { code: null, signal: 'SIGKILL', ...times, outOfMemory: false, cpuSeconds: null, memoryPeak: null };
  return { state: 'exited', exit };
}

/** The files' own times are the record: a shell has no clock without another process. */
async function interval(attempt: AttemptSpec, end: string): Promise<Pick<Exit, 'startedAt' | 'endedAt'>> {
  const ended = (await stat(place(attempt, end))).mtime;
  const started = await stat(place(attempt, 'pid')).then(
    (file) => file.mtime,
    () => ended,
  );
  return { startedAt: started.toISOString(), endedAt: ended.toISOString() };
}

/** `times` of the children: `0m1.234s 0m0.010s`, user and system. */
function seconds(line: string): number {
  let sum = 0;
  for (const [, minutes, rest] of line.matchAll(/(\d+)m([\d.,]+)s/g))
    sum += Number(minutes) * 60 + Number((rest ?? '').replace(',', '.'));
  return sum;
}

function place(attempt: { directory: string }, name: string): string {
  return path.join(attempt.directory, 'runtime', name);
}
