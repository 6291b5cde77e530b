export { chooseRuntime, workingRuntimes } from './choose';
export { createDockerRuntime } from './docker/docker-runtime';
export { LOST } from './faults';
export type { RuntimeOptions, RuntimeSettings } from './options';
export { createProcessRuntime } from './process/process-runtime';
export * from './runtime';
