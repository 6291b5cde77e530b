import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The state of the sources when a run began. */
export interface GitState {
  commit: string;
  /** '' where no branch is checked out. */
  branch: string;
  /** Of `origin`, without credentials; '' where there is none. */
  repository: string;
  /** Files that differ from the commit, new ones included. */
  changed: number;
}

/** The store is no source. */
const OURS = ['--', ':(top)', ':(top,exclude,glob)**/.scanflow/**'];

/** What git knows of a folder; null where it is no work tree, or there is no git. A repository's own programs never run. */
export async function gitState(folder: string): Promise<GitState | null> {
  try {
    const commit = await git(folder, 'rev-parse', '--verify', 'HEAD');
    const [branch, repository, status] = await Promise.all([
      git(folder, 'symbolic-ref', '--short', '-q', 'HEAD').catch(() => ''),
      git(folder, 'config', '--get', 'remote.origin.url').catch(() => ''),
      git(folder, 'status', '--porcelain', '--untracked-files=normal', '--ignore-submodules=all', ...OURS),
    ]);
    const changed = status === '' ? 0 : status.split('\n').length;
    return { commit, branch, repository: withoutCredentials(repository), changed };
  } catch {
    return null;
  }
}

async function git(folder: string, ...args: string[]): Promise<string> {
  // A monitor or a hook that a repository's configuration names would be a program of strangers.
  const safe = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '--no-optional-locks'];
  const { stdout } = await promisify(execFile)('git', [...safe, ...args], {
    cwd: folder,
    timeout: 10_000,
    maxBuffer: 16 << 20,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
  });
  return stdout.trimEnd();
}

function withoutCredentials(address: string): string {
  try {
    const url = new URL(address);
    url.username = '';
    url.password = '';
    return url.href;
  } catch {
    return address;
  }
}
