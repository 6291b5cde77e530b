import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { runtimeFault } from '../faults';
import { MASKING_SCRIPT } from '../masking';
import { PYTHON_DEFAULTS } from '../python-defaults';
import type { AttemptSpec } from '../runtime';
import type { Child } from './end';
import { findExecutable } from './executable';
import { recordInputs } from './input-changes';
import { MARK, runMark, type Supervisor } from './supervisor';

/**
 * Starts an attempt's program under a supervisor, in its own process group, its output appended to the attempt's `log`.
 *
 * @param host The environment that all programs get.
 * @throws SF4004, SF4005 for its command; SF4006, SF4026 where the system refuses.
 */
export async function launch(
  attempt: AttemptSpec,
  bundle: string,
  host: Record<string, string>,
  supervisor: Supervisor,
): Promise<Child> {
  const work = path.join(attempt.directory, 'work');
  const env = programEnvironment(attempt, host);
  const [first = '', ...rest] = attempt.builtin ? [process.execPath, bundle, attempt.builtin] : attempt.command;
  try {
    makePlaces(attempt);
    await recordInputs(attempt);
    const command: [string, ...string[]] = [findExecutable(first, work, env.PATH ?? ''), ...rest];
    // A program writes to its log itself: where it has secrets, another one does.
    const masked = existsSync(path.join(attempt.directory, 'secrets'));
    const masking: [string, ...string[]] = [process.execPath, '-e', MASKING_SCRIPT, attempt.directory, ...command];
    const [file, ...args] = supervisor.invocation(attempt, masked ? masking : command);
    const log = openSync(path.join(attempt.directory, 'log'), 'a');
    const started = startDetached(file, args, { cwd: work, env, stdio: ['ignore', log, log] }, log);
    const child: Child = { pid: started.pid ?? 0, mark: runMark(attempt), gone: false, ended: Promise.resolve() };
    child.ended = new Promise((resolve) => {
      started.once('exit', () => {
        child.gone = true;
        resolve();
      });
    });
    await once(started, 'spawn');
    // The program may outlive this engine; whoever waits for it keeps a timer.
    started.unref();
    return child;
  } catch (error) {
    throw startFault(attempt, error);
  }
}

function startDetached(file: string, args: string[], options: SpawnOptions, log: number): ChildProcess {
  try {
    return spawn(file, args, { ...options, detached: true, windowsHide: true });
  } finally {
    closeSync(log);
  }
}

function programEnvironment(attempt: AttemptSpec, host: Record<string, string>): Record<string, string> {
  const env: Record<string, string> = { ...PYTHON_DEFAULTS, ...host, ...attempt.env, [MARK]: runMark(attempt) };
  const { bin } = attempt.environment.handle;
  if (!bin) return env;
  return { ...env, PATH: `${bin}${path.delimiter}${env.PATH ?? ''}`, VIRTUAL_ENV: path.dirname(bin) };
}

/** Synchronous, as all that is on the way of every node: each of these takes less than a trip through the thread pool. */
function makePlaces(attempt: AttemptSpec): void {
  for (const name of ['runtime', 'work', 'outputs', 'inputs'])
    mkdirSync(path.join(attempt.directory, name), { recursive: true });
  mkdirSync(attempt.cache, { recursive: true });
  for (const { name, source } of attempt.inputs) show(source, path.join(attempt.directory, 'inputs', name));
}

/** Shows an input at its place: a link, or on Windows, where links to files need a right, a copy. */
function show(source: string, place: string): void {
  if (existsSync(place)) return;
  mkdirSync(path.dirname(place), { recursive: true });
  const windows = process.platform === 'win32';
  if (windows && statSync(source).isFile()) cpSync(source, place);
  else symlinkSync(source, place, windows ? 'junction' : null);
}

/** What the system says where a program cannot be started, as a fault. */
function startFault(attempt: AttemptSpec, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!code) return error;
  const what = `${attempt.step}, attempt ${attempt.number}: ${message}`;
  return runtimeFault(code === 'ENOSPC' || code === 'EDQUOT' ? 'noDisk' : 'notStarted', what, { cause: error });
}
