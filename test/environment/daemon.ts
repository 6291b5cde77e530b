import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { installPackages } from './apt';
import { cacheFolder } from './cache-folder';
import { run } from './run';

/** Images and layers stay; sockets and pid are of one boot, and their paths must be short. */
function places(name: string) {
  const home = cacheFolder(name);
  const mark = createHash('sha256').update(home).digest('hex').slice(0, 8);
  const live = `/run/scanflow-test-${mark}`;
  return {
    data: path.join(home, 'data'),
    log: path.join(home, 'dockerd.log'),
    live,
    exec: path.join(live, 'exec'),
    pid: path.join(live, 'docker.pid'),
    containerd: path.join(live, 'exec/containerd/containerd.pid'),
    socket: path.join(live, 'docker.sock'),
  };
}

/**
 * Starts a Docker daemon of the tests' own, beside any other, and returns its socket. Needs root; installs Docker by apt
 * where it is missing. It keeps running: the next test finds it.
 *
 * @param name Another one beside it, for tests that stop it.
 * @param flags More of dockerd's own.
 * @throws an Error with the reason where it can't be.
 */
export async function startDaemon(name = 'docker', flags: string[] = []): Promise<string> {
  const at = places(name);
  if (await answers(at.socket)) return at.socket;
  if (process.platform !== 'linux') throw new Error('an own Docker daemon needs Linux');
  if (process.getuid?.() !== 0) throw new Error('Docker does not answer, and an own daemon needs root');
  await installDocker();
  await stopDaemon(name);
  for (const folder of [at.data, at.exec]) mkdirSync(folder, { recursive: true });
  const log = openSync(at.log, 'a');
  const daemon = spawn(
    'dockerd',
    [
      ...['--data-root', at.data, '--exec-root', at.exec, '--pidfile', at.pid, '--host', `unix://${at.socket}`],
      ...['--log-level', 'warn', '--shutdown-timeout', '5', ...flags],
    ],
    {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
    },
  );
  closeSync(log);
  daemon.unref();
  let exited: number | null = null;
  daemon.once('exit', (code) => {
    exited = code ?? 1;
  });
  for (let tries = 0; tries < 300; tries++) {
    if (await answers(at.socket)) return at.socket;
    if (exited !== null) break;
    await sleep(200);
  }
  throw new Error(`dockerd does not come up:\n${readFileSync(at.log, 'utf8').split('\n').slice(-15).join('\n')}`);
}

/** Stops the tests' own daemon by its pid, and waits until it and its containerd are gone: the next one needs their files. */
export async function stopDaemon(name = 'docker', signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  const at = places(name);
  const daemon = ownerOf(at.pid);
  if (daemon !== null) process.kill(daemon, signal);
  while (ownerOf(at.pid) !== null) await sleep(100);
  // Its containerd ends with it, a moment later.
  for (let tries = 0; ownerOf(at.containerd) !== null && tries < 100; tries++) await sleep(100);
  // What a machine that went down left may name a process of others by now: the next daemon would wait for its answer.
  for (const file of [at.pid, at.containerd]) if (ownerOf(file) === null) rmSync(file, { force: true });
}

/** Leaves a pid where the daemon and its containerd leave theirs, as a machine that goes down does. */
export function leavePids(name: string, pid: number): void {
  const at = places(name);
  for (const file of [at.pid, at.containerd]) writeFileSync(file, String(pid));
}

/** The pid in a file, of a process that is alive and was started with that file or its folder. */
function ownerOf(file: string): number | null {
  const pid = Number(existsSync(file) ? readFileSync(file, 'utf8') : '');
  if (!(pid > 0)) return null;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(path.dirname(file)) ? pid : null;
  } catch {
    return null;
  }
}

async function answers(socket: string): Promise<boolean> {
  if (!existsSync(socket)) return false;
  return new Docker({ socketPath: socket, timeout: 5000 }).ping().then(
    () => true,
    () => false,
  );
}

async function installDocker(): Promise<void> {
  const present = () =>
    run('sh', ['-c', 'PATH="$PATH:/usr/sbin:/sbin"; command -v dockerd && command -v iptables']).then(
      () => true,
      () => false,
    );
  await installPackages(['docker.io', 'iptables'], present);
}
