import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { meetingFolders, surroundings, workspaceHash } from '../../engine/host/place';
import { ensureDocker } from '../environment/docker';

/** The command as it is installed. */
export const scanflow = path.resolve('dist/scanflow.js');

/** A workspace in a temporary folder, and the command in it. */
export interface Place {
  root: string;
  write(files: Record<string, string>): void;
  /** @param through A program and its arguments that start the command, as `setpriv` does. */
  command(
    args: string[],
    env?: Record<string, string>,
    through?: string[],
  ): { status: number | null; stdout: string; stderr: string };
  /** The command, not waited for. */
  start(args: string[]): ChildProcess;
  /** Everything outside the store that nobody took away, and what is half-written in it. */
  left(): Promise<string[]>;
  remove(): void;
}

export function place(): Place {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scanflow-bad-')));
  const argv = (args: string[]) => [scanflow, ...args, '--workspace', root];
  return {
    root,
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
        writeFileSync(path.join(root, name), text);
      }
    },
    command: (args, env = {}, through = []) => {
      const [program, ...rest] = [...through, process.execPath, ...argv(args)] as [string, ...string[]];
      return spawnSync(program, rest, {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, NO_COLOR: '1', ...env },
      });
    },
    start: (args) => spawn(process.execPath, argv(args), { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] }),
    left: async () => [
      ...leftProcesses(root),
      ...(await leftSockets(root)),
      ...leftHalves(root),
      ...(await leftInDocker(root)),
    ],
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Processes that still speak of this workspace. */
function leftProcesses(root: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return words.includes(root) ? [`process ${pid}: ${words}`] : [];
      } catch {
        return [];
      }
    });
}

/** Cards and sockets by which an engine of this workspace could be found. */
async function leftSockets(root: string): Promise<string[]> {
  const hash = await workspaceHash(root);
  return meetingFolders(surroundings()).flatMap((folder) => {
    try {
      return readdirSync(folder).filter((name) => name.startsWith(hash));
    } catch {
      return [];
    }
  });
}

/** Temporary files of the store. */
function leftHalves(root: string): string[] {
  try {
    return readdirSync(path.join(root, '.scanflow'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      /(^|\/)artifacts\/temporary\/.|\.tmp\b|\/secrets\//.test(name),
    );
  } catch {
    return [];
  }
}

/** Containers and networks of this workspace. Where there is no Docker, there are none. */
async function leftInDocker(root: string): Promise<string[]> {
  const environment = await ensureDocker();
  if ('reason' in environment) return [];
  const filters = { label: [`scanflow.workspace=${await workspaceHash(root)}`] };
  const [containers, networks] = await Promise.all([
    environment.docker.listContainers({ all: true, filters }),
    environment.docker.listNetworks({ filters }),
  ]);
  return [...containers.flatMap(({ Names }) => Names), ...networks.map(({ Name }) => Name)];
}
