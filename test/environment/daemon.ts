import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { installPackages } from './apt';
import { cacheFolder } from './cache-folder';
import { isAlive } from './exclusively';
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

/** Stops the tests' own daemon by its pid, and waits until its pid file is gone: the next one refuses to start before. */
export async function stopDaemon(name = 'docker', signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  const at = places(name);
  const pid = readPid(at.pid);
  if (pid === null || !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(at.pid)) return;
  process.kill(pid, signal);
  while (isAlive(pid) && existsSync(at.pid)) await sleep(100);
  // Its containerd ends with it, a moment later: the next daemon would wait for that one's answer.
  for (let tries = 0; readPid(path.join(at.exec, 'containerd/containerd.pid')) !== null && tries < 100; tries++)
    await sleep(100);
}

/** The pid in a file, of a process that is alive. */
function readPid(file: string): number | null {
  const pid = Number(existsSync(file) ? readFileSync(file, 'utf8') : '');
  return pid > 0 && isAlive(pid) ? pid : null;
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
