import type Docker from 'dockerode';
import type { OpenRun, RunScope } from '../runtime';
import { anchorImage } from './anchor-image';
import { type Joining, TRACKER } from './container-options';
import { statusOf } from './errors';
import { type DaemonFacts, outerAddress } from './facts';
import { LABEL, NETWORK, nameOf, runLabels } from './labels';
import { createNamed } from './named-container';

/** A run's private network, and the container that holds it open while nodes come and go. */
export interface RunPlace {
  open: OpenRun;
  /** Makes the anchor on the first call; nodes of the run join its network, which costs half of a network of their own. */
  join(network: 'run' | 'own' | 'none'): Promise<Joining>;
  /** To be called when a node could not join: the anchor may have gone (a restart of the daemon). */
  anchorLost(): void;
}

export async function openRunPlace(docker: Docker, scope: RunScope, facts: DaemonFacts): Promise<RunPlace> {
  const name = nameOf(scope, NETWORK);
  const gateway = await openNetwork(docker, scope, name);
  const { open, address } = trackerAddress(facts, gateway);
  const hosts = [`${TRACKER}:${address}`];
  let anchor: Promise<string | null> | null = null;
  return {
    open,
    async join(network) {
      if (network === 'none') return { mode: 'none', hosts: [], named: false };
      if (network === 'own') return { mode: name, hosts, named: true };
      anchor ??= startAnchor(docker, scope, name, hosts, facts).catch((error) => {
        anchor = null;
        throw error;
      });
      const container = await anchor;
      return container
        ? { mode: `container:${container}`, hosts: [], named: false }
        : { mode: name, hosts, named: true };
    },
    anchorLost() {
      anchor = null;
    },
  };
}

/** Where the tracker listens, and where containers find it. */
function trackerAddress(facts: DaemonFacts, gateway: string): { open: OpenRun; address: string } {
  // Behind a virtual machine the daemon forwards to the host's loopback.
  if (!facts.native) return { open: { listen: ['127.0.0.1'], trackerHost: TRACKER }, address: 'host-gateway' };
  // The gateway of a rootless daemon is in a namespace of its own; an outer address of this host is not.
  const address = facts.rootless ? (outerAddress() ?? gateway) : gateway;
  return { open: { listen: [address], trackerHost: TRACKER }, address };
}

async function openNetwork(docker: Docker, scope: RunScope, name: string): Promise<string> {
  try {
    await docker.createNetwork({ Name: name, CheckDuplicate: true, Driver: 'bridge', Labels: runLabels(scope) });
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
  }
  const network = await docker.getNetwork(name).inspect();
  return network.IPAM?.Config?.[0]?.Gateway ?? '';
}

async function startAnchor(
  docker: Docker,
  scope: RunScope,
  network: string,
  hosts: string[],
  facts: DaemonFacts,
): Promise<string | null> {
  const image = await anchorImage(docker, facts.architecture);
  if (!image) return null;
  const name = nameOf(scope, LABEL.anchor);
  await createNamed(docker, {
    name,
    Image: image,
    Labels: { ...runLabels(scope), [LABEL.anchor]: 'true' },
    StopTimeout: 1,
    HostConfig: {
      NetworkMode: network,
      ExtraHosts: hosts,
      CapDrop: ['ALL'],
      ReadonlyRootfs: true,
      LogConfig: { Type: 'json-file', Config: {} },
    },
  });
  const anchor = docker.getContainer(name);
  try {
    await anchor.start();
  } catch (error) {
    if (statusOf(error) !== 304) throw error;
  }
  return name;
}
