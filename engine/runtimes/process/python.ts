import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { runtimeFault } from '../faults';
import type { RuntimeSettings } from '../options';
import { hostProxy, proxyEnvironment, trustEnvironment } from '../proxy';
import { findExecutable } from './executable';
import { signalGroup } from './liveness';

const execute = promisify(execFile);

/** An interpreter that can make virtual environments. */
export interface Python {
  executable: string;
  /** Implementation, version and platform: what compiled packages depend on. */
  version: string;
}

const PROBE =
  'import sys, platform, sysconfig, venv, ensurepip; print(sys.implementation.name, platform.python_version(), sysconfig.get_platform())';

/** @throws SF4010 where there is none, or it lacks `venv`. */
export async function probePython(settings: RuntimeSettings): Promise<Python> {
  const names = settings.python ? [settings.python] : process.platform === 'win32' ? ['python'] : ['python3', 'python'];
  let reason = '';
  for (const name of names) {
    try {
      const executable = findExecutable(name, process.cwd(), process.env.PATH ?? '');
      const { stdout } = await execute(executable, ['-c', PROBE], { env: process.env });
      return { executable, version: stdout.trim() };
    } catch (error) {
      reason ||= `${name}: ${(error as { stderr?: string }).stderr?.trim().split('\n').at(-1) || (error as Error).message}`;
    }
  }
  throw runtimeFault('noPython', reason);
}

/**
 * Runs a program as one's own, whose end the shell takes over; where the engine is killed, the pipe to it closes, and all
 * that the program has started ends with it. What nobody waits for would go on compiling, beside the next engine's.
 */
const WITH_ENGINE = `
exec 3<&0
"$@" </dev/null 3<&- & program=$!
{ cat <&3; kill -KILL 0; } >/dev/null 2>&1 & watch=$!
exec 3<&-
wait $program; status=$?
kill $watch 2>/dev/null
exit $status`;

/**
 * Runs an installer to its end, each line of its output told as progress.
 *
 * @throws SF4011 with its last lines, SF4026 where it found the disk full, SF4013 where the signal came.
 */
export async function install(
  what: string,
  command: [string, ...string[]],
  settings: RuntimeSettings,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) throw runtimeFault('cancelled', what);
  const env = {
    // What is installed runs code of others: the user's secrets are not for it.
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SCANFLOW_SECRET_'))),
    ...proxyEnvironment(settings.proxy ?? hostProxy(process.env), []),
    ...(settings.caBundle ? trustEnvironment(settings.caBundle) : {}),
  };
  const posix = process.platform !== 'win32';
  const [executable, ...args] = posix ? (['/bin/sh', '-c', WITH_ENGINE, 'sh', ...command] as const) : command;
  const child = spawn(executable, args, { env, stdio: 'pipe', windowsHide: true, detached: posix });
  if (!posix) child.stdin.end();
  // With all that it has started: pip compiles a package in programs of their own.
  const cancel = () => child.pid && signalGroup(child.pid, 'SIGKILL');
  signal.addEventListener('abort', cancel);
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      progress(line);
      last.push(line);
      if (last.length > 20) last.shift();
    });
  const status = await new Promise<string | number | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, killer) => resolve(code ?? killer));
    // What has left its group may hold its output open.
    child.once('exit', () => signal.aborted && resolve(null));
  });
  signal.removeEventListener('abort', cancel);
  if (signal.aborted) throw runtimeFault('cancelled', what);
  if (status === 0) return;
  const errors = last.filter((line) => /error/i.test(line));
  const words = (errors.length > 0 ? errors : last).join('\n');
  throw runtimeFault(/no space left/i.test(words) ? 'noDisk' : 'requirementsFailed', `${what} (${status}): ${words}`);
}
