import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, open, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { runtimeFault } from '../faults';
import type { RuntimeOptions } from '../options';
import type { AttemptSpec } from '../runtime';
import type { Child } from './end';
import { findExecutable } from './executable';
import { hostEnvironment } from './host-environment';
import { runMark, type Supervisor } from './supervisor';

/**
 * Starts an attempt's program under a supervisor, in its own process group, its output appended to the attempt's `log`.
 *
 * @throws SF4004, SF4005 for its command; SF4006, SF4026 where the system refuses.
 */
export async function launch(attempt: AttemptSpec, options: RuntimeOptions, supervisor: Supervisor): Promise<Child> {
  const work = path.join(attempt.directory, 'work');
  const env = programEnvironment(attempt, options);
  const [first = '', ...rest] = attempt.builtin ? [process.execPath, options.bundle, attempt.builtin] : attempt.command;
  try {
    await makePlaces(attempt);
    const [file, ...args] = supervisor.invocation(attempt, [
      await findExecutable(first, work, env.PATH ?? ''),
      ...rest,
    ]);
    const log = await open(path.join(attempt.directory, 'log'), 'a');
    try {
      const started = spawn(file, args, {
        cwd: work,
        env,
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        windowsHide: true,
      });
      const child: Child = { pid: 0, mark: runMark(attempt), gone: false, ended: Promise.resolve() };
      child.ended = new Promise((resolve) => {
        started.once('exit', () => {
          child.gone = true;
          resolve();
        });
      });
      await once(started, 'spawn');
      child.pid = started.pid as number;
      // The program may outlive this engine; whoever waits for it keeps a timer.
      started.unref();
      return child;
    } finally {
      await log.close();
    }
  } catch (error) {
    throw startFault(attempt, error);
  }
}

function programEnvironment(attempt: AttemptSpec, options: RuntimeOptions): Record<string, string> {
  const env = { ...hostEnvironment(options.settings), ...attempt.env };
  const { bin } = attempt.environment.handle;
  if (!bin) return env;
  return { ...env, PATH: `${bin}${path.delimiter}${env.PATH ?? ''}`, VIRTUAL_ENV: path.dirname(bin) };
}

async function makePlaces(attempt: AttemptSpec): Promise<void> {
  const inputs = path.join(attempt.directory, 'inputs');
  const folders = ['runtime', 'work', 'outputs'].map((name) => path.join(attempt.directory, name));
  await Promise.all([...folders, inputs, attempt.cache].map((folder) => mkdir(folder, { recursive: true })));
  await Promise.all(attempt.inputs.map(({ name, source }) => show(source, path.join(inputs, name))));
}

/** Shows an input at its place: a link, or on Windows, where links to files need a right, a copy. */
async function show(source: string, place: string): Promise<void> {
  await mkdir(path.dirname(place), { recursive: true });
  const windows = process.platform === 'win32';
  if (windows && (await stat(source)).isFile()) return copyFile(source, place);
  await symlink(source, place, windows ? 'junction' : null).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** What the system says where a program cannot be started, as a fault. */
function startFault(attempt: AttemptSpec, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!code) return error;
  const what = `${attempt.step}, attempt ${attempt.number}: ${message}`;
  return runtimeFault(code === 'ENOSPC' || code === 'EDQUOT' ? 'noDisk' : 'notStarted', what, { cause: error });
}
