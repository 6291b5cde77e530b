import type Docker from 'dockerode';
import { expect, it } from 'vitest';
import { readFacts } from './facts';

it.each([
  [{ MemoryLimit: true, CpuCfsQuota: true }, []],
  [{ MemoryLimit: true, CpuCfsQuota: false }, ['cpus']],
  [{ MemoryLimit: false, CpuCfsQuota: true }, ['memory']],
  [{}, []],
])('of a daemon that says %j it is known what it does not enforce', async (info, unenforced) => {
  const docker = { info: async () => ({ NCPU: 1, Architecture: 'x86_64', ...info }) } as unknown as Docker;
  expect((await readFacts(docker)).unenforced).toEqual(unenforced);
});
