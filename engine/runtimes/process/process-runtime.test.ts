import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Candidate, conformance } from '../conformance';
import type { RuntimeOptions } from '../options';
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
