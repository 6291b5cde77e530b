import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { statusOf } from './errors';
import { isOurs, LABEL, labelled } from './labels';

/**
 * Removes every container and network that has these labels, is ours by its name, and is wanted gone.
 *
 * @returns what was removed, for a person.
 */
export async function removeLabelled(
  docker: Docker,
  labels: Record<string, string>,
  unwanted: (run: string) => boolean = () => true,
): Promise<string[]> {
  const filters = labelled(labels);
  const removed: string[] = [];
  const containers = (await docker.listContainers({ all: true, filters })).filter(
    ({ Labels, Names }) => isOurs(Labels, Names[0] ?? '', 'container') && unwanted(Labels[LABEL.run] ?? ''),
  );
  const [nodes, anchors] = [
    containers.filter((one) => !isAnchor(one.Labels)),
    containers.filter((one) => isAnchor(one.Labels)),
  ];
  // Nodes first: an anchor's network is theirs.
  for (const group of [nodes, anchors]) {
    await Promise.all(group.map(({ Id }) => removeContainer(docker, Id)));
    removed.push(...group.map(({ Names }) => `container ${Names[0]?.slice(1)}`));
  }
  for (const { Id, Name, Labels = {} } of await docker.listNetworks({ filters })) {
    if (!isOurs(Labels, Name, 'network') || !unwanted(Labels[LABEL.run] ?? '')) continue;
    await removeNetwork(docker, Id);
    removed.push(`network ${Name}`);
  }
  return removed;
}

/** Kills and removes; one that is gone, or that somebody else is removing, is as good. */
export async function removeContainer(docker: Docker, id: string): Promise<void> {
  const container = docker.getContainer(id);
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) return;
    if (status !== 409) throw error;
    await container.wait({ condition: 'removed' }).catch((gone: unknown) => {
      if (statusOf(gone) !== 404) throw gone;
    });
  }
}

/** A network is in use for a moment after its last container. */
async function removeNetwork(docker: Docker, id: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await docker.getNetwork(id).remove();
      return;
    } catch (error) {
      if (statusOf(error) === 404) return;
      if (tries === 10) throw error;
      await sleep(100 * tries);
    }
  }
}

function isAnchor(labels: Record<string, string>): boolean {
  return labels[LABEL.anchor] !== undefined;
}
