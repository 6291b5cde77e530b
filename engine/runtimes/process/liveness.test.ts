import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AttemptSpec } from '../runtime';
import { createProcessRuntime } from './process-runtime';

const { platform } = process;
const set = (value: NodeJS.Platform) => Object.defineProperty(process, 'platform', { value });

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'scanflow-Übung 日本-'));
  // Where there is no /proc, `ps` is asked; and no terminal has set a language.
  set('darwin');
  vi.stubEnv('LC_ALL', 'C');
});
afterEach(async () => {
  set(platform);
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true });
});

test.skipIf(platform === 'win32')('a supervisor is known by what `ps` says in any language', async () => {
  const runtime = createProcessRuntime({ root: directory, bundle: '', settings: {} });
  const attempt: AttemptSpec = {
    ...{ workspace: 'w', run: path.basename(directory).slice(-6), step: 'step', number: 1, directory },
    ...{ environment: { identity: '', description: '', handle: {} }, builtin: null, cache: path.join(directory, 'c') },
    ...{ command: ['/bin/sleep', '0.5'], env: {}, inputs: [], resources: {}, network: 'none' },
  };
  await runtime.start(attempt);
  expect(await runtime.wait(attempt)).toMatchObject({ code: 0 });
  await runtime.closeRun(attempt);
});
