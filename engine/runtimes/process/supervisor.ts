import { createHash } from 'node:crypto';
import type { AttemptSpec } from '../runtime';

/**
 * The process between engine and program. It outlives the engine, and leaves two files in the attempt's `runtime/`:
 * `pid` before the program starts (created exclusively: of two supervisors of one attempt only one goes on, the other leaves
 * without a word in the log), `exit` when it has ended. An exit file is whole when its third line is there.
 *
 * $1 is the run, $2 stands for the attempt, $3 is its directory, the rest the command: nothing of it is ever parsed by the shell, and
 * `exec` with an absolute path is never a builtin. TERM, INT and HUP are caught, not ignored, so that the program gets
 * them and its end is still recorded. Only builtins are used besides the program: this costs one start of `sh`. What
 * the program leaves running in its process group ends with it, as in a container. One line, because `ps` prints it.
 */
const SCRIPT = [
  'set -C',
  'trap : TERM INT HUP',
  'exec 3>&2 2>/dev/null',
  `printf '%s\\n' "$$" >"$3/runtime/pid" || exit 125`,
  'd=$3',
  'shift 3',
  '( exec "$@" 2>&3 3>&- )',
  'c=$?',
  `{ printf '%s\\n' "$c"; times; } >"$d/runtime/exit"`,
  'kill -9 0',
].join('; ');

/** The same for Windows, in Node: there is no POSIX shell. */
const WINDOWS_SCRIPT = `
const { spawn } = require('node:child_process');
const { writeFileSync } = require('node:fs');
const [, , directory, command, ...args] = process.argv.slice(2);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
try {
  writeFileSync(directory + '/runtime/pid', process.pid + '\\n', { flag: 'wx' });
} catch {
  process.exit(125);
}
const numbers = require('node:os').constants.signals;
const end = (status) => {
  writeFileSync(directory + '/runtime/exit', status + '\\n\\n\\n', { flag: 'wx' });
  process.exit();
};
spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], windowsHide: true })
  .on('error', (error) => { console.error(error.message); end(127); })
  .on('exit', (code, signal) => end(code ?? 128 + numbers[signal]));`;

/** Marks a supervisor among the processes of a machine. */
const NAME = 'scanflow-supervisor';

/** The variable in a program's environment that names its run: what it starts inherits it. */
export const MARK = 'SCANFLOW_SUPERVISED';

export interface Supervisor {
  /** Executable and arguments that supervise the command (its first word an absolute path) in the attempt's directory. */
  invocation(attempt: AttemptSpec, command: string[]): [string, ...string[]];
}

export const shellSupervisor: Supervisor = {
  invocation: (attempt, command) => ['/bin/sh', '-c', SCRIPT, ...marksOf(attempt), attempt.directory, ...command],
};

/** Not needed on POSIX, but works there: so it is tested. */
export const nodeSupervisor: Supervisor = {
  invocation: (attempt, command) => [
    process.execPath,
    '-e',
    WINDOWS_SCRIPT,
    ...marksOf(attempt),
    attempt.directory,
    ...command,
  ],
};

/** How a supervisor's command line names its run. */
export function runMark(scope: { workspace: string; run: string }): string {
  return `${scope.workspace}/${scope.run}`;
}

function marksOf(attempt: AttemptSpec): string[] {
  return [NAME, runMark(attempt), attemptMark(attempt)];
}

/** Stands for an attempt's directory: what `ps` makes of letters depends on the language that its environment names. */
export function attemptMark({ directory }: { directory: string }): string {
  return createHash('sha256').update(directory).digest('hex').slice(0, 24);
}

/** What a supervisor's command line says: the proof that a pid is ours, which re-use of pids cannot fool. */
export interface Supervised {
  /** `runMark` of its run. */
  mark: string;
  /** `attemptMark` of its attempt. */
  attempt: string;
}

/** Reads arguments as /proc gives them; null for any other process. */
export function readArguments(args: string[]): Supervised | null {
  const [, , , name, mark, attempt] = args;
  return name === NAME && mark && attempt ? { mark, attempt } : null;
}

/** Reads arguments as `ps` gives them, in one line. */
export function readPsLine(line: string): Supervised | null {
  const [, mark, attempt] = / scanflow-supervisor (\S+) (\S+) /.exec(line) ?? [];
  return mark && attempt ? { mark, attempt } : null;
}
