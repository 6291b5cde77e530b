import os from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import type { AttemptSpec } from '../runtime';
import { containerOptions } from './container-options';
import type { DaemonFacts } from './facts';

afterEach(() => {
  vi.restoreAllMocks();
});

const attempt = {
  ...{ workspace: 'w', run: 'r', step: 's', number: 1, directory: '/d', cache: '/c', builtin: null, network: 'run' },
  ...{ environment: { identity: '', description: '', handle: {} }, command: ['true'], env: {}, inputs: [] },
  resources: {},
} as unknown as AttemptSpec;

it('names somebody where the user of the engine has no entry', () => {
  vi.spyOn(os, 'userInfo').mockImplementation(() => {
    throw new Error('A system error occurred: uv_os_get_passwd returned ENOENT');
  });
  const joining = { mode: 'none', hosts: [], named: false };
  const { Env } = containerOptions(attempt, joining, {}, { cpus: 1 } as DaemonFacts);
  expect(Env).toEqual(expect.arrayContaining(['USER=unknown', 'LOGNAME=unknown']));
});

it('is reached by the name of its node, whatever version or branch it is of', () => {
  const joining = { mode: 'net', hosts: [], named: true };
  const step = 'trainer[seed=1]@inference/candidate/cnn[lr=0.1]@training';
  const { NetworkingConfig } = containerOptions({ ...attempt, step }, joining, {}, { cpus: 1 } as DaemonFacts);
  expect(NetworkingConfig?.EndpointsConfig?.net?.Aliases).toEqual(['cnn']);
});

it('lets Python write at once what it prints, unless the node says otherwise', () => {
  const joining = { mode: 'none', hosts: [], named: false };
  const envOf = (env: Record<string, string>) =>
    containerOptions({ ...attempt, env }, joining, {}, { cpus: 1 } as DaemonFacts).Env;
  expect(envOf({})).toContain('PYTHONUNBUFFERED=1');
  expect(envOf({})).toContain('PYTHONDONTWRITEBYTECODE=1');
  expect(envOf({ PYTHONUNBUFFERED: '' })).toContain('PYTHONUNBUFFERED=');
});
