export { chooseRuntime } from './choose';
export { createDockerRuntime } from './docker/docker-runtime';
export { LOST, RUNTIME_FAULTS } from './faults';
export type { ProxySettings, RuntimeOptions, RuntimeSettings } from './options';
export { createProcessRuntime } from './process/process-runtime';
export * from './runtime';
