import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { Container, ContainerInspectInfo } from 'dockerode';
import { codeOrSignal } from '../exit';
import { runtimeFault } from '../faults';
import { logTail } from '../log-tail';
import type { AttemptSpec, Exit } from '../runtime';
import { within } from './connect';
import { dockerFault, isConnectionError, statusOf } from './errors';
import type { Footprint } from './footprint';

/** Seconds in which the daemon must answer. */
const ANSWER = 10;
/** Milliseconds that a daemon which goes needs after the first of its containers: the others have a second to stop. */
const GOING = 4000;
/** Seconds without the daemon after which waiting gives up. The container may go on: a resume adopts it. */
const AWAY = 60;

/** How a container ended, and whether the daemon was away meanwhile. */
export interface Ending {
  info: ContainerInspectInfo;
  cut: boolean;
}

/**
 * Waits until a container has ended. Its state comes from `wait` and `inspect` only, never from the output; a wait that is
 * cut says nothing, so the container is looked at again.
 *
 * @param wasStopped Whether we have asked it to stop.
 * @param look Called now and then while it runs.
 * @throws SF4007 where it is gone, or was ended by the daemon's own end; SF4003 where the daemon stays away.
 */
export async function awaitContainer(
  docker: Docker,
  container: Container,
  what: string,
  wasStopped: () => boolean,
  look: () => Promise<void>,
): Promise<Ending> {
  let cut = false;
  /** When the daemon was lost; null once the container was seen to run after that: it outlived it. */
  let lostAt: number | null = null;
  const lookAlive = () => {
    lostAt = null;
    return look();
  };
  for (;;) {
    try {
      let info = await untilNotRunning(container, lookAlive);
      if (isKilled(info) && !wasStopped()) {
        if (await daemonEnded(docker, info, lostAt))
          throw runtimeFault('lost', `${what}: it ended when the Docker daemon did.`);
        // That memory ran out may reach the daemon after the end does.
        info = await within(ANSWER, container.inspect());
      }
      if (info.State.Status === 'created') throw runtimeFault('lost', `${what}: its container never started.`);
      return { info, cut };
    } catch (error) {
      if (statusOf(error) === 404) throw runtimeFault('lost', `${what}: its container was removed.`, { cause: error });
      if (!isConnectionError(error)) throw dockerFault(error, what);
      cut = true;
      lostAt ??= Date.now();
      await daemonBack(docker, what);
    }
  }
}

/** Does something that may be done twice until the daemon answers; a daemon that is away is waited for. */
export async function whenAnswered<T>(docker: Docker, what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!isConnectionError(error)) throw error;
    await daemonBack(docker, what);
    return action();
  }
}

async function daemonBack(docker: Docker, what: string): Promise<void> {
  const deadline = performance.now() + AWAY * 1000;
  for (;;) {
    try {
      await within(ANSWER, docker.ping());
      return;
    } catch (error) {
      if (performance.now() > deadline) throw dockerFault(error, what);
      await sleep(500);
    }
  }
}

/** A connection can die without a word: so the container is looked at while its wait is silent. */
async function untilNotRunning(container: Container, look: () => Promise<void>): Promise<ContainerInspectInfo> {
  const stop = new AbortController();
  const ended = container.wait({ condition: 'not-running', abortSignal: stop.signal }).then(() => true);
  ended.catch(() => {}); // aborted
  try {
    for (let pause = 250; ; pause = Math.min(pause * 2, 5000)) {
      const pausing = sleep(pause, false, { signal: stop.signal });
      pausing.catch(() => {});
      const over = await Promise.race([ended, pausing]);
      const info = await within(ANSWER, container.inspect());
      if (over || !info.State.Running) return info;
      await within(ANSWER, look());
    }
  } finally {
    stop.abort();
  }
}

function isKilled({ State }: ContainerInspectInfo): boolean {
  return !State.OOMKilled && [137, 143, 255].includes(State.ExitCode);
}

/**
 * Docker without live-restore ends what runs when it goes: that is not the program's failure. Either it went before we
 * heard of the end, or it goes in this moment: it stops its containers first.
 */
async function daemonEnded(docker: Docker, { State }: ContainerInspectInfo, lostAt: number | null): Promise<boolean> {
  if (lostAt !== null) return Date.parse(State.FinishedAt) > lostAt - 5000;
  try {
    // A stream that is as open as the daemon is there.
    const events = (await within(ANSWER, docker.getEvents({ filters: { type: ['daemon'] } }))) as Readable;
    const gone = new Promise<boolean>((resolve) => events.once('close', () => resolve(true)));
    events.on('error', () => {}).resume();
    const going = await Promise.race([gone, sleep(GOING, false)]);
    events.destroy();
    return going;
  } catch (error) {
    if (isConnectionError(error)) return true;
    throw error;
  }
}

export function toExit({ State }: ContainerInspectInfo, footprint: Footprint): Exit {
  const endedAt = Date.parse(State.FinishedAt);
  // The daemon writes down a start once it hears that it succeeded: what is over at once may have ended before.
  const startedAt = Math.min(Date.parse(State.StartedAt), endedAt);
  return {
    ...codeOrSignal(State.ExitCode),
    outOfMemory: State.OOMKilled,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: new Date(endedAt).toISOString(),
    cpuSeconds: footprint.cpuSeconds,
    memoryPeak: footprint.memoryPeak,
  };
}

/**
 * The init process of a container starts the program: that it could not stands in the output alone, in its own words.
 * Without a log (a program can take its own away) nothing is known.
 *
 * @throws SF4004, SF4005, SF4023.
 */
export async function refuseUnstarted(attempt: AttemptSpec, status: number): Promise<void> {
  if (![1, 126, 127].includes(status)) return;
  const line = (await logTail(attempt.directory, 1024).catch(() => '')).trimEnd().split('\n').at(-1) ?? '';
  const reason = /^(?:\[FATAL tini \(\d+\)\] exec .* failed|ERROR \(catatonit:\d+\): failed to exec pid1): (.*)$/.exec(
    line,
  )?.[1];
  if (!reason) return;
  const what = `\`${attempt.command[0] ?? 'the image’s program'}\` of ${attempt.step} (${reason}).`;
  if (/No such file/.test(reason)) throw runtimeFault('noCommand', what);
  throw runtimeFault(/format/.test(reason) ? 'wrongPlatform' : 'notExecutable', what);
}
