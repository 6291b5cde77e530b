import type Docker from 'dockerode';
import { expect, it, vi } from 'vitest';
import { commitImage, isBeingMade } from './commit';

it('makes nothing for one who cancels while its container is made', async () => {
  const stop = new AbortController();
  const container = { id: 'c', remove: vi.fn(async () => {}), commit: vi.fn() };
  const docker = {
    createContainer: async () => {
      stop.abort();
      return container;
    },
    getContainer: () => container,
  } as unknown as Docker;
  const change = vi.fn();
  const commit = { tag: 'scanflow/x:1', maker: 'm', options: {}, changes: [], change };
  await expect(commitImage(docker, commit, { progress: () => {}, signal: stop.signal })).rejects.toMatchObject({
    fault: { code: 'SF4013' },
  });
  expect(change).not.toHaveBeenCalled();
  expect(container.commit).not.toHaveBeenCalled();
  expect(container.remove).toHaveBeenCalled();
});

it('knows what this process is making, and no longer', async () => {
  const names: string[] = [];
  const container = { id: 'c', remove: async () => {}, commit: async () => {} };
  const docker = {
    createContainer: async ({ name }: { name: string }) => {
      names.push(name);
      return container;
    },
    getContainer: () => container,
  } as unknown as Docker;
  const change = async () => expect(names.map(isBeingMade)).toEqual([true]);
  const commit = { tag: 'scanflow/x:1', maker: 'm', options: {}, changes: [], change };
  await commitImage(docker, commit, { progress: () => {}, signal: new AbortController().signal });
  expect(names.map(isBeingMade)).toEqual([false]);
});
