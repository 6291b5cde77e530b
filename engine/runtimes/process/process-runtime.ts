import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { bundleIdentity } from '../bundle';
import type { RuntimeOptions } from '../options';
import type { AttemptSpec, Environment, Layout, ProgramSpec, Runtime } from '../runtime';
import { find, markStopped } from './attempt';
import { awaitEnd, type Child, terminate } from './end';
import { hostEnvironment } from './host-environment';
import { changedInputs } from './input-changes';
import { launch } from './launch';
import { endSupervisors, marked, signalGroup } from './liveness';
import { nodeSupervisor, runMark, type Supervisor, shellSupervisor } from './supervisor';
import { createVirtualEnvironments } from './virtual-environment';

/** What plain processes cannot do. */
const LIMITS = [
  'cpus, memory and gpus are not enforced: programs share the machine',
  'the network is the host’s: `network: own` and `network: none` have no effect',
  '`image` and `build` are not used: commands run with the programs of the host',
  'inputs are links to what other nodes made: one that a program wrote to is found when it has ended',
];

/**
 * Nodes as plain processes of this host, each under a tiny supervisor that outlives the engine and leaves the exit code
 * in the attempt's directory. Needs no Docker.
 */
export function createProcessRuntime(
  options: RuntimeOptions,
  supervisor: Supervisor = process.platform === 'win32' ? nodeSupervisor : shellSupervisor,
): Runtime {
  const children = new Map<string, Child>();
  const host = hostEnvironment(options.settings);
  const virtualEnvironments = createVirtualEnvironments(options);

  return {
    name: 'process',
    limits: LIMITS,
    unenforced: ['cpus', 'memory', 'gpus', 'network'],
    layout: hostLayout,

    async check() {
      await mkdir(options.root, { recursive: true });
    },

    async prepare(program, progress, signal) {
      if (program.kind === 'command' && program.requirements)
        return virtualEnvironments.make(program.requirements, progress, signal);
      return plainEnvironment(program, options.bundle);
    },

    async openRun() {
      return { listen: ['127.0.0.1'], trackerHost: '127.0.0.1' };
    },

    async closeRun(scope) {
      const mark = runMark(scope);
      for (const [directory, child] of children) {
        if (child.mark !== mark) continue;
        children.delete(directory);
        if (child.gone) continue;
        markStopped({ directory });
        signalGroup(child.pid, 'SIGKILL');
        await child.ended;
      }
      await endSupervisors((run) => run === mark);
    },

    async start(attempt) {
      if ((await find(attempt)).state !== 'absent' || children.has(attempt.directory)) return;
      children.set(attempt.directory, await launch(attempt, options.bundle, host, supervisor));
    },

    async inspect(attempt) {
      const { state } = await find(attempt);
      const starting = state === 'absent' && children.get(attempt.directory)?.gone === false;
      return starting ? 'running' : state;
    },

    changedInputs,
    wait: (attempt) => awaitEnd(attempt, children.get(attempt.directory)),
    stop: (attempt, grace) => terminate(attempt, grace, children.get(attempt.directory)),

    async release(attempt: AttemptSpec) {
      children.delete(attempt.directory);
    },

    async sweep(workspace, { goesOn, dryRun = false }) {
      const left: string[] = [];
      for (const [mark, pids] of await marked((mark) => mark.startsWith(`${workspace}/`))) {
        const run = mark.slice(workspace.length + 1);
        if (await goesOn(run)) continue;
        if (!dryRun) await endSupervisors((one) => one === mark);
        left.push(...pids.map((pid) => `process ${pid} of run ${run}`));
      }
      return left;
    },
  };
}

function hostLayout(directory: string, cache: string): Layout {
  const at = (name: string) => path.join(directory, name);
  return {
    work: at('work'),
    inputs: at('inputs'),
    outputs: at('outputs'),
    params: at('params.json'),
    progress: at('progress'),
    task: at('task.json'),
    secrets: at('secrets'),
    cache,
  };
}

async function plainEnvironment(program: ProgramSpec, bundle: string): Promise<Environment> {
  if (program.kind === 'builtin')
    return { identity: await bundleIdentity(bundle), description: 'the built-in nodes', handle: {} };
  const host = `${process.platform}-${process.arch}`;
  return { identity: `host:${host}`, description: `the programs of this host (${host})`, handle: {} };
}
