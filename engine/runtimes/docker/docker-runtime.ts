import { runtimeFault } from '../faults';
import type { RuntimeOptions } from '../options';
import type { Runtime } from '../runtime';

export function createDockerRuntime(_options: RuntimeOptions): Runtime {
  throw runtimeFault('noDocker', 'the Docker runtime is being built.');
}
