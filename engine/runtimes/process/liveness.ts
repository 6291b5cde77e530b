import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { AttemptSpec } from '../runtime';
import { attemptMark, MARK, readArguments, readPsLine, runMark, type Supervised } from './supervisor';

const execute = promisify(execFile);

/**
 * Does this pid belong to the attempt's supervisor? Its command line proves it, so a pid that was given to another
 * process is not mistaken for ours. On Windows, where command lines are slow to get, the pid alone is believed.
 */
export async function isSupervisor(pid: number, attempt: AttemptSpec): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (process.platform === 'win32') return true;
  const supervised = await supervisedBy(pid);
  return supervised?.mark === runMark(attempt) && supervised.attempt === attemptMark(attempt);
}

/** Every supervisor on this machine, whoever started it: pid -> what it supervises. Empty on Windows. */
async function allSupervisors(): Promise<Map<number, Supervised>> {
  const found = new Map<number, Supervised>();
  if (process.platform === 'win32') return found;
  if (process.platform === 'linux') {
    for (const pid of await allPids()) {
      const supervised = await fromProc(pid);
      if (supervised) found.set(pid, supervised);
    }
    return found;
  }
  const { stdout } = await execute('ps', ['-A', '-ww', '-o', 'pid=,args='], { maxBuffer: 2 ** 26 });
  for (const line of stdout.split('\n')) {
    const supervised = readPsLine(line);
    if (supervised) found.set(Number.parseInt(line, 10), supervised);
  }
  return found;
}

/**
 * Kills the supervisors of such runs with all that they started, and waits until they are gone. On Linux that includes
 * what made itself a session of its own: it still has the variable that marks a run's programs.
 */
export async function endSupervisors(unwanted: (mark: string) => boolean): Promise<void> {
  const ended = [...(await allSupervisors())].filter(([, { mark }]) => unwanted(mark));
  for (const [pid] of ended) signalGroup(pid, 'SIGKILL');
  // An engine that a program has started is marked, too: it does not end itself.
  const isStray = (pid: number) => {
    const mark = pid === process.pid ? null : markOf(pid);
    return mark !== null && unwanted(mark);
  };
  const strays = process.platform === 'linux' ? (await allPids()).filter(isStray) : [];
  for (const pid of strays) send(pid, 'SIGKILL');
  const stays = async ([pid, { mark, attempt }]: [number, Supervised]) => {
    const now = await supervisedBy(pid);
    return now?.mark === mark && now.attempt === attempt;
  };
  const deadline = performance.now() + 10_000;
  for (const one of ended) while ((await stays(one)) && performance.now() < deadline) await sleep(10);
  for (const pid of strays) while (isStray(pid) && performance.now() < deadline) await sleep(10);
}

/**
 * What runs of such runs on this machine: the run's mark -> pids of supervisors, and on Linux of all that bears the mark.
 * Not what sees other files than we do, as the programs of a container: a workspace there is another one, though its path
 * be the same.
 */
export async function marked(wanted: (mark: string) => boolean): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>();
  const note = async (pid: number, mark: string | null | undefined) => {
    if (!mark || !wanted(mark) || pid === process.pid || found.get(mark)?.includes(pid)) return;
    if (process.platform === 'linux' && !(await seesOurFiles(pid))) return;
    found.set(mark, [...(found.get(mark) ?? []), pid]);
  };
  for (const [pid, { mark }] of await allSupervisors()) await note(pid, mark);
  if (process.platform === 'linux') for (const pid of await allPids()) await note(pid, markOf(pid));
  return found;
}

async function seesOurFiles(pid: number): Promise<boolean> {
  try {
    const [ours, theirs] = await Promise.all([stat('/'), stat(`/proc/${pid}/root/`)]);
    return ours.dev === theirs.dev && ours.ino === theirs.ino;
  } catch {
    return false; // gone, or another user's
  }
}

/** Signals a supervisor, its program and what they started. Windows knows only the end, of the whole tree. */
export function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (process.platform === 'win32') {
    execFile('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true }, () => {});
    return;
  }
  send(-pid, signal);
}

/** One that is gone is as good; one that has become another user's is not ours to end. */
function send(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

async function allPids(): Promise<number[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
}

/** The run in whose program's environment this process was started. */
function markOf(pid: number): string | null {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return variables.find((one) => one.startsWith(`${MARK}=`))?.slice(MARK.length + 1) ?? null;
  } catch {
    return null; // gone, or another user's
  }
}

function supervisedBy(pid: number): Promise<Supervised | null> {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

async function fromProc(pid: number): Promise<Supervised | null> {
  try {
    return readArguments(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0'));
  } catch {
    return null; // gone
  }
}

async function fromPs(pid: number): Promise<Supervised | null> {
  try {
    return readPsLine((await execute('ps', ['-ww', '-o', 'args=', '-p', String(pid)])).stdout.trimEnd());
  } catch {
    return null; // gone
  }
}
