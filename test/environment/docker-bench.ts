import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe } from 'vitest';
import {
  type AttemptSpec,
  createDockerRuntime,
  type Exit,
  type Runtime,
  type RuntimeSettings,
} from '../../engine/runtimes';
import { type DockerEnvironment, ensureDocker } from './docker';

/** What a file of tests against a real Docker works with. */
export interface DockerBench extends DockerEnvironment {
  /** `describe`; skips with the reason where there is no Docker. */
  suite: (title: string, tests: () => void) => void;
  workspace: string;
  folder: string;
  make(settings?: RuntimeSettings): Runtime;
  /** An attempt as the engine makes it, in a run of its own unless `more` says another. */
  attempt(runtime: Runtime, command: string[], more?: Partial<AttemptSpec>): Promise<AttemptSpec>;
}

/** To be awaited once at the top of a test file. What its tests leave is swept when they are done. */
export async function dockerBench(): Promise<DockerBench> {
  const found = await ensureDocker();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'scanflow-docker-'));
  const workspace = randomUUID();
  const { settings } = found as DockerEnvironment;
  const make = (more: RuntimeSettings = {}) =>
    createDockerRuntime({ root: folder, bundle: '', settings: { ...settings, ...more } });
  afterAll(async () => {
    if (!('reason' in found)) await make().sweep(workspace, { goesOn: async () => false });
    await rm(folder, { recursive: true, force: true });
  });
  return {
    ...(found as DockerEnvironment),
    suite: (title, tests) =>
      'reason' in found ? describe.skip(`${title} (${found.reason})`, tests) : describe(title, tests),
    workspace,
    folder,
    make,
    async attempt(runtime, command, more = {}) {
      const directory = path.join(folder, randomUUID());
      await mkdir(path.join(directory, 'work'), { recursive: true });
      const program = { kind: 'command', image: 'busybox' } as const;
      return {
        workspace,
        run: randomUUID(),
        step: 'node@training',
        number: 1,
        directory,
        cache: path.join(folder, 'cache'),
        environment: await runtime.prepare(program, () => {}, new AbortController().signal),
        builtin: null,
        command,
        env: {},
        inputs: [],
        resources: {},
        network: 'run',
        ...more,
      };
    },
  };
}

export const sh = (script: string, ...args: string[]): string[] => ['sh', '-c', script, 'sh', ...args];

export function logOf(one: AttemptSpec): Promise<string> {
  return readFile(path.join(one.directory, 'log'), 'utf8').catch(() => '');
}

export async function untilLogged(one: AttemptSpec, text: string): Promise<void> {
  while (!(await logOf(one)).includes(text)) await sleep(20);
}

/** Runs an attempt that is alone in its run. */
export async function result(runtime: Runtime, one: AttemptSpec): Promise<Exit> {
  try {
    await runtime.start(one);
    return await runtime.wait(one);
  } finally {
    await runtime.closeRun(one);
  }
}
