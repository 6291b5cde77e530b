import { randomUUID } from 'node:crypto';
import type Docker from 'dockerode';
import type { Container, ContainerCreateOptions } from 'dockerode';
import { removeContainer } from '../runtimes/docker/removal';
import { runtimeFault } from '../runtimes/faults';
import type { Watch } from './pull';

/**
 * What the names of containers begin with in which this maker makes images. No label says it: that would become the
 * image's, and from there every container's.
 */
export function makingPrefix(maker: string): string {
  return `scanflow-making-${maker}-`;
}

/** Names of the containers in which this process makes images. */
const making = new Set<string>();

/** Is it this process, and no dead one, that makes an image in the container of this name? */
export function isBeingMade(container: string): boolean {
  return making.has(container);
}

/** An image to be made out of another. */
export interface Commit {
  /** `scanflow/name:hash`. */
  tag: string;
  /** Who makes it, should the engine die meanwhile. */
  maker: string;
  options: ContainerCreateOptions;
  /** Dockerfile lines that set the new image's configuration. */
  changes: string[];
  /** Does the work in the container. */
  change(container: Container): Promise<void>;
}

/**
 * Makes an image by changing a container of another one and committing it. So nothing of the way (proxies, certificates)
 * stays in the image or its history, no builder is needed, and Podman does the same. The container is removed in any case.
 */
export async function commitImage(docker: Docker, commit: Commit, watch: Watch): Promise<void> {
  const name = `${makingPrefix(commit.maker)}${randomUUID()}`;
  making.add(name);
  try {
    await commitIn(name, docker, commit, watch);
  } finally {
    making.delete(name);
  }
}

async function commitIn(name: string, docker: Docker, commit: Commit, watch: Watch): Promise<void> {
  const { tag, options, changes, change } = commit;
  const container = await docker.createContainer({ ...options, name });
  const remove = () => removeContainer(docker, container.id);
  const cancel = () => void remove().catch(() => {});
  watch.signal.addEventListener('abort', cancel);
  try {
    // A signal that came before the listener calls nobody.
    watch.signal.throwIfAborted();
    await change(container);
    const [repo, version] = tag.split(':');
    await container.commit({ repo, tag: version, changes });
  } catch (error) {
    throw watch.signal.aborted ? runtimeFault('cancelled', tag) : error;
  } finally {
    watch.signal.removeEventListener('abort', cancel);
    await remove();
  }
}
