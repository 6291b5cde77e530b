import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { ContainerCreateOptions } from 'dockerode';
import { statusOf } from './errors';

/** How long a container whose name is taken may take to be there. Milliseconds. */
const BIRTH = 10_000;

/**
 * Makes a container, or finds the one that bears its name.
 *
 * @returns null where it was made here; else the status of the one that is there.
 */
export async function createNamed(
  docker: Docker,
  options: ContainerCreateOptions & { name: string },
): Promise<string | null> {
  try {
    await docker.createContainer(options);
    return null;
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
  }
  // A name is taken a moment before its container can be seen.
  const container = docker.getContainer(options.name);
  const deadline = performance.now() + BIRTH;
  for (;;) {
    try {
      return (await container.inspect()).State.Status;
    } catch (error) {
      if (statusOf(error) !== 404 || performance.now() > deadline) throw error;
      await sleep(50);
    }
  }
}
