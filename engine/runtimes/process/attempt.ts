import { lstatSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readAttemptFileSync } from '../attempt-file';
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
/** No record is longer. Bytes. */
const RECORD = 4096;

/**
 * Synchronous where it reads: these are a few bytes, and a trip through the thread pool takes longer than the reading, on
 * the way of every node.
 */
export async function find(attempt: AttemptSpec): Promise<Finding> {
  const ended = readEnd(attempt);
  if (ended) return ended;
  const start = readText(attempt, 'pid');
  // The file exists for a moment before the pid stands in it.
  if (start === '') return wasStopped(attempt) ?? { state: 'absent' };
  const pid = Number(start);
  if (await isSupervisor(pid, attempt)) return { state: 'running', pid };
  // It may have ended between the two looks.
  return readEnd(attempt) ?? wasStopped(attempt) ?? { state: 'lost' };
}

/** Says, before it is done, that this attempt is being killed by us. */
export function markStopped(attempt: { directory: string }): void {
  try {
    writeFileSync(place(attempt, STOP), '', { flag: 'wx' });
  } catch {
    // It was said before, or the directory is gone and with it all that could be read.
  }
}

/** The supervisor's record: the status, then (from a shell) two lines of `times`. */
function readEnd(attempt: AttemptSpec): Finding | null {
  const lines = readText(attempt, 'exit').split('\n');
  const times = lines.length < 4 ? null : interval(attempt, 'exit');
  if (!times) return null;
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

function wasStopped(attempt: AttemptSpec): Finding | null {
  const times = interval(attempt, STOP);
  if (!times) return null;
  const exit = { code: null, signal: 'SIGKILL', ...times, outOfMemory: false, cpuSeconds: null, memoryPeak: null };
  return { state: 'exited', exit };
}

/** The files' own times are the record: a shell has no clock without another process. */
function interval(attempt: AttemptSpec, end: string): Pick<Exit, 'startedAt' | 'endedAt'> | null {
  const ended = lstatSync(place(attempt, end), { throwIfNoEntry: false })?.mtime;
  const started = lstatSync(place(attempt, 'pid'), { throwIfNoEntry: false })?.mtime ?? ended;
  return ended && started ? { startedAt: started.toISOString(), endedAt: ended.toISOString() } : null;
}

function readText(attempt: AttemptSpec, name: string): string {
  try {
    return readAttemptFileSync(place(attempt, name), RECORD).toString();
  } catch {
    return ''; // not there yet, or never
  }
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
