import type Docker from 'dockerode';
import { expect, it } from 'vitest';
import { readFacts } from './facts';

it.each([
  [{ MemoryLimit: true, CpuCfsQuota: true }, []],
  [{ MemoryLimit: true, CpuCfsQuota: false }, ['this Docker does not enforce CPU limits']],
  [{ MemoryLimit: false, CpuCfsQuota: true }, ['this Docker does not enforce memory limits']],
  [{}, []],
])('of a daemon that says %j it is known what it does not enforce', async (info, limits) => {
  const docker = { info: async () => ({ NCPU: 1, Architecture: 'x86_64', ...info }) } as unknown as Docker;
  expect((await readFacts(docker)).limits).toEqual(limits);
});
