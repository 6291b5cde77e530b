import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { statusOf } from './errors';
import { isOurs, LABEL, labelled } from './labels';

/** Removes every container and network that has these labels and is ours by its name. */
export async function removeLabelled(docker: Docker, labels: Record<string, string>): Promise<void> {
  const containers = await ourContainers(docker, labels);
  const [nodes, anchors] = [
    containers.filter((one) => !isAnchor(one.Labels)),
    containers.filter((one) => isAnchor(one.Labels)),
  ];
  // Nodes first: an anchor's network is theirs.
  for (const group of [nodes, anchors]) await Promise.all(group.map(({ Id }) => removeContainer(docker, Id)));
  for (const { Id } of await ourNetworks(docker, labels)) await removeNetwork(docker, Id);
}

/** Runs of a workspace of which containers or networks are there, each with these in words for a person. */
export async function runsPresent(docker: Docker, workspace: string): Promise<Map<string, string[]>> {
  const labels = { [LABEL.workspace]: workspace };
  const present = new Map<string, string[]>();
  const note = (run: string | undefined, thing: string) => {
    if (run !== undefined) present.set(run, [...(present.get(run) ?? []), `${thing} of run ${run}`]);
  };
  for (const { Labels, Names } of await ourContainers(docker, labels))
    note(Labels[LABEL.run], `container ${Names[0]?.slice(1)}`);
  for (const { Labels, Name } of await ourNetworks(docker, labels)) note(Labels?.[LABEL.run], `network ${Name}`);
  return present;
}

async function ourContainers(docker: Docker, labels: Record<string, string>): Promise<Docker.ContainerInfo[]> {
  const all = await docker.listContainers({ all: true, filters: labelled(labels) });
  return all.filter(({ Labels, Names }) => isOurs(Labels, Names[0] ?? '', 'container'));
}

async function ourNetworks(docker: Docker, labels: Record<string, string>): Promise<Docker.NetworkInspectInfo[]> {
  const all = await docker.listNetworks({ filters: labelled(labels) });
  return all.filter(({ Labels = {}, Name }) => isOurs(Labels, Name, 'network'));
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
