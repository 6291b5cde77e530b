import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { type Candidate, conformance } from '../conformance';
import type { RuntimeOptions } from '../options';
import type { AttemptSpec } from '../runtime';
import { createProcessRuntime } from './process-runtime';
import { nodeSupervisor, type Supervisor, shellSupervisor } from './supervisor';

function candidate(supervisor: Supervisor): Candidate {
  const options: RuntimeOptions = {
    root: path.join(os.tmpdir(), `scanflow-root-${process.pid}`),
    bundle: '/nowhere/nodes.js',
    settings: {},
  };
  return {
    name: 'process',
    make: () => createProcessRuntime(options, supervisor),
    options,
    program: { kind: 'command' },
    readOnlyInputs: false,
    async destroy(attempt) {
      process.kill(-Number(await readFile(path.join(attempt.directory, 'runtime/pid'), 'utf8')), 'SIGKILL');
    },
  };
}

conformance('processes under sh', async () => candidate(shellSupervisor));
conformance('processes under the supervisor for Windows', async () => candidate(nodeSupervisor));

test("who comes second to start an attempt waits for the first one's program, also before its pid stands in its file", async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'scanflow-second-'));
  const runtime = candidate(shellSupervisor).make();
  const attempt: AttemptSpec = {
    ...{ workspace: 'w', run: 'r', step: 'step', number: 1, directory, cache: path.join(directory, 'cache') },
    ...{ environment: { identity: '', description: '', handle: {} }, builtin: null, command: ['/bin/true'] },
    ...{ env: {}, inputs: [], resources: {}, network: 'none' },
  };
  const at = (name: string) => path.join(directory, 'runtime', name);
  try {
    await mkdir(path.join(directory, 'runtime'));
    await writeFile(at('pid'), '');
    await runtime.start(attempt);
    const end = runtime.wait(attempt);
    await Promise.all([end, sleep(300).then(() => writeFile(at('exit'), '7\n0m0s 0m0s\n0m1s 0m0s\n'))]);
    expect(await end).toMatchObject({ code: 7, cpuSeconds: 1 });
  } finally {
    await runtime.closeRun(attempt);
    await rm(directory, { recursive: true });
  }
});

test.skipIf(spawnSync('python3', ['--version']).status !== 0)(
  'what a Python program has printed is in its log at once',
  async () => {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'scanflow-python-'));
    const runtime = candidate(shellSupervisor).make();
    const attempt: AttemptSpec = {
      ...{ workspace: 'w', run: 'python', step: 'step', number: 1, directory, cache: path.join(directory, 'cache') },
      ...{ environment: { identity: '', description: '', handle: {} }, builtin: null },
      ...{ command: ['python3', '-c', "import time; print('epoch 1'); time.sleep(60)"] },
      ...{ env: {}, inputs: [], resources: {}, network: 'none' },
    };
    try {
      await runtime.start(attempt);
      await vi.waitFor(async () => expect(await readFile(path.join(directory, 'log'), 'utf8')).toBe('epoch 1\n'), 5000);
    } finally {
      await runtime.closeRun(attempt);
      await rm(directory, { recursive: true });
    }
  },
);
