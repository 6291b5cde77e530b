import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { Container } from 'dockerode';
import type { RuntimeSettings } from '../options';
import type { AttemptSpec } from '../runtime';
import { containerOptions, makeMountPoints } from './container-options';
import { reasonOf, statusOf } from './errors';
import type { DaemonFacts } from './facts';
import { attemptName } from './labels';
import { attachLog, forgetLog, type LogCopy } from './log-copy';
import { createNamed } from './named-container';
import { removeContainer } from './removal';
import type { RunPlace } from './run-place';

/**
 * Starts an attempt's container, or adopts the one that bears its name.
 *
 * @returns the copy of its output, null where it was started before.
 */
export async function startContainer(
  docker: Docker,
  attempt: AttemptSpec,
  place: RunPlace,
  settings: RuntimeSettings,
  facts: DaemonFacts,
): Promise<LogCopy | null> {
  await makeMountPoints(attempt);
  const container = docker.getContainer(attemptName(attempt));
  for (let again = false; ; again = true) {
    const joining = await place.join(attempt.network);
    const present = await createNamed(docker, containerOptions(attempt, joining, settings, facts));
    if (present !== null && present !== 'created') return null;
    const adopted = present !== null;
    const log = await attachLog(container, attempt.directory);
    try {
      await container.start();
      return log;
    } catch (error) {
      if (statusOf(error) === 304) return log; // somebody was faster
      // Whoever made it may be starting it at this moment: it is taken away only if nobody does.
      if (adopted && (await startsSoon(container))) return log;
      log.stop();
      if (statusOf(error) === 0) throw error;
      await removeContainer(docker, container.id);
      await forgetLog(attempt.directory);
      const anchorGone = /cannot join network|no such container|joining network namespace/i.test(reasonOf(error));
      if (again || !anchorGone) throw error;
      place.anchorLost();
    }
  }
}

async function startsSoon(container: Container): Promise<boolean> {
  for (let tries = 0; tries < 40; tries++) {
    const status = await container.inspect().then(
      ({ State }) => State.Status,
      () => 'gone',
    );
    if (status !== 'created') return status !== 'gone';
    await sleep(50);
  }
  return false;
}

/** SIGTERM, and SIGKILL after the grace period (seconds, fractions allowed). Returns when it no longer runs. */
export async function stopContainer(container: Container, grace: number): Promise<void> {
  const over = new AbortController();
  try {
    await container.kill({ signal: 'SIGTERM' });
    const ended = container.wait({ condition: 'not-running', abortSignal: over.signal }).then(() => true);
    ended.catch(() => {});
    const pausing = sleep(grace * 1000, false, { signal: over.signal });
    pausing.catch(() => {});
    if (await Promise.race([ended, pausing])) return;
    await container.kill({ signal: 'SIGKILL' });
    await ended;
  } catch (error) {
    // 404: gone; 409: not running.
    if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
  } finally {
    over.abort();
  }
}
