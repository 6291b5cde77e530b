import os from 'node:os';
import type Docker from 'dockerode';
import type { Limit } from '../runtime';

/** What about this daemon changes what we ask of it. */
export interface DaemonFacts {
  /** Uid 0 in a container is the user who runs the daemon. */
  rootless: boolean;
  /** Uids are shifted, so that files would belong to nobody. */
  remapped: boolean;
  /** The host's address is the gateway of a container's network; false where a virtual machine stands between. */
  native: boolean;
  cpus: number;
  /** As images say it: `amd64`, `arm64`. */
  architecture: string;
  /** What it can't enforce. */
  unenforced: Limit[];
}

export async function readFacts(docker: Docker): Promise<DaemonFacts> {
  const info = await docker.info();
  const options = ((info.SecurityOptions ?? []) as string[]).map((text) => text.split(',')[0]);
  const unenforced: Limit[] = [];
  if (info.MemoryLimit === false) unenforced.push('memory');
  if (info.CpuCfsQuota === false) unenforced.push('cpus');
  return {
    rootless: options.includes('name=rootless'),
    remapped: options.includes('name=userns'),
    native: process.platform === 'linux' && !/docker desktop/i.test(info.OperatingSystem ?? ''),
    cpus: info.NCPU,
    architecture: imageArchitecture(info.Architecture),
    unenforced,
  };
}

/** `uname -m` in the words of images. */
export function imageArchitecture(machine: string): string {
  const names = new Map([
    ['x86_64', 'amd64'],
    ['aarch64', 'arm64'],
    ['armv7l', 'arm'],
    ['i686', '386'],
  ]);
  return names.get(machine) ?? machine;
}

/** An address of this host that others can reach; null without a network. */
export function outerAddress(): string | null {
  for (const [name, addresses] of Object.entries(os.networkInterfaces()))
    for (const { family, internal, address } of addresses ?? [])
      if (family === 'IPv4' && !internal && !/^(docker|br-|veth|virbr)/.test(name)) return address;
  return null;
}
