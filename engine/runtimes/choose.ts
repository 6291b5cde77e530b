import { createDockerRuntime } from './docker/docker-runtime';
import type { RuntimeOptions } from './options';
import { createProcessRuntime } from './process/process-runtime';
import type { Runtime } from './runtime';

/**
 * The runtime that a person asked for; `auto` takes Docker where it answers.
 *
 * @throws the fault of the runtime's `check` where a named one can't work here.
 */
export async function chooseRuntime(wish: 'auto' | 'docker' | 'process', options: RuntimeOptions): Promise<Runtime> {
  if (wish === 'process') return checked(createProcessRuntime(options));
  const docker = createDockerRuntime(options);
  if (wish === 'docker') return checked(docker);
  return docker.check().then(
    () => docker,
    () => checked(createProcessRuntime(options)),
  );
}

/** The runtimes that work on this machine: what was started before may be in either. */
export async function workingRuntimes(options: RuntimeOptions): Promise<Runtime[]> {
  const all = [createProcessRuntime(options), createDockerRuntime(options)];
  const checks = await Promise.allSettled(all.map((runtime) => runtime.check()));
  return all.filter((_, index) => checks[index]?.status === 'fulfilled');
}

async function checked(runtime: Runtime): Promise<Runtime> {
  await runtime.check();
  return runtime;
}
