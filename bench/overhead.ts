import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  type AttemptSpec,
  createDockerRuntime,
  createProcessRuntime,
  type Environment,
  type Runtime,
} from '../engine/runtimes';
import { containerOptions } from '../engine/runtimes/docker/container-options';
import { readFacts } from '../engine/runtimes/docker/facts';
import { LABEL, nameOf } from '../engine/runtimes/docker/labels';
import { ensureDocker } from '../test/environment/docker';

/** Milliseconds of one kind of no-op: median, and the middle half. */
interface Spread {
  median: number;
  quarter: number;
  threeQuarters: number;
}

/** What a no-op attempt costs through a runtime, against the bare floor under it, taken in turns in one run. */
interface Comparison {
  attempts: number;
  floor: Spread;
  runtime: Spread;
  /** Median of the runtime over median of the floor. */
  ratio: number;
  /** Milliseconds. */
  difference: number;
  /** Milliseconds of CPU an attempt, of this process and its children (not of a daemon); null where it is not told. */
  cpu: { floor: number; runtime: number } | null;
}

/**
 * `start`, `wait` and `release` of no-op attempts: for processes against `spawn` of the same program, for Docker against
 * create, start, wait and remove of the same container in the network of the same anchor by dockerode.
 */
export default async function overhead(): Promise<{ process: Comparison; docker: Comparison | { reason: string } }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'scanflow-bench-'));
  try {
    return { process: await processes(folder), docker: await containers(folder) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function processes(folder: string): Promise<Comparison> {
  const runtime = createProcessRuntime({ root: folder, bundle: '', settings: {} });
  const scope = { workspace: 'bench', run: randomUUID() };
  return compare(200, folder, runtime, scope, { identity: '', description: '', handle: {} }, async (attempt) => {
    const child = spawn(attempt.command[0]!, attempt.command.slice(1), { stdio: 'ignore' });
    await once(child, 'exit');
  });
}

async function containers(folder: string): Promise<Comparison | { reason: string }> {
  const found = await ensureDocker();
  if ('reason' in found) return found;
  const { docker, settings } = found;
  const runtime = createDockerRuntime({ root: folder, bundle: '', settings });
  const program = { kind: 'command', image: 'busybox' } as const;
  const environment = await runtime.prepare(program, () => {}, new AbortController().signal);
  const scope = { workspace: 'bench', run: randomUUID() };
  const joining = { mode: `container:${nameOf(scope, LABEL.anchor)}`, hosts: [], named: false };
  const facts = await readFacts(docker);
  await runtime.openRun(scope);
  try {
    return await compare(40, folder, runtime, scope, environment, async (attempt) => {
      const { HostConfig, ...options } = containerOptions(attempt, joining, settings, facts);
      const container = await docker.createContainer({ ...options, name: undefined, HostConfig });
      await container.start();
      await container.wait();
      await container.remove();
    });
  } finally {
    await runtime.closeRun(scope);
  }
}

async function compare(
  attempts: number,
  folder: string,
  runtime: Runtime,
  scope: { workspace: string; run: string },
  environment: Environment,
  bare: (attempt: AttemptSpec) => Promise<void>,
): Promise<Comparison> {
  const times = { floor: [] as number[], runtime: [] as number[] };
  const cpu = { floor: 0, runtime: 0 };
  for (let number = 0; number < attempts + 2; number++) {
    const attempt = await makeAttempt(folder, scope, environment, number);
    const before = cpuSoFar();
    const through = await timed(async () => {
      await runtime.start(attempt);
      await runtime.wait(attempt);
      await runtime.release(attempt);
    });
    const between = cpuSoFar();
    const floor = await timed(() => bare(attempt));
    // The first two warm up both.
    if (number < 2) continue;
    cpu.runtime += between - before;
    cpu.floor += cpuSoFar() - between;
    times.runtime.push(through);
    times.floor.push(floor);
  }
  const [floor, ours] = [spread(times.floor), spread(times.runtime)];
  return {
    attempts,
    floor,
    runtime: ours,
    ratio: round(ours.median / floor.median),
    difference: round(ours.median - floor.median),
    cpu: Number.isNaN(cpu.floor)
      ? null
      : { floor: round(cpu.floor / attempts), runtime: round(cpu.runtime / attempts) },
  };
}

/** Milliseconds, in the kernel's steps of ten: only sums of many say something. */
function cpuSoFar(): number {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ').slice(11, 15);
    return fields.reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
  } catch {
    return Number.NaN;
  }
}

/** An attempt as the engine makes it, its folders included. */
async function makeAttempt(
  folder: string,
  scope: { workspace: string; run: string },
  environment: Environment,
  number: number,
): Promise<AttemptSpec> {
  const directory = path.join(folder, randomUUID());
  const cache = path.join(folder, 'cache');
  for (const name of ['work', 'inputs', 'outputs']) await mkdir(path.join(directory, name), { recursive: true });
  await mkdir(cache, { recursive: true });
  return {
    ...scope,
    step: 'noop',
    number,
    directory,
    cache,
    environment,
    builtin: null,
    command: ['/bin/true'],
    env: {},
    inputs: [],
    resources: {},
    network: 'run',
  };
}

async function timed(action: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

function spread(times: number[]): Spread {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN);
  return { median: at(0.5), quarter: at(0.25), threeQuarters: at(0.75) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

if (require.main === module) void overhead().then((result) => console.log(JSON.stringify(result, null, 2)));
