import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'vitest';
import { createDockerRuntime, type RuntimeOptions } from '../../engine/runtimes';
import { conformance } from '../../engine/runtimes/conformance';
import { attemptName } from '../../engine/runtimes/docker/labels';
import { ensureDocker } from './docker';

const environment = await ensureDocker();

if ('reason' in environment) {
  describe.skip('containers', () => it(`needs Docker: ${environment.reason}`, () => {}));
} else {
  const options: RuntimeOptions = {
    root: path.join(os.tmpdir(), `scanflow-root-${process.pid}`),
    bundle: '/nowhere/nodes.js',
    settings: environment.settings,
  };
  conformance('containers', async () => ({
    name: 'docker',
    make: () => createDockerRuntime(options),
    options,
    program: { kind: 'command', image: 'busybox' },
    readOnlyInputs: true,
    destroy: (attempt) => environment.docker.getContainer(attemptName(attempt)).remove({ force: true }),
  }));
}
