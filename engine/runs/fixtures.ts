import type { Step } from '../plan';
import type { RunHeader } from './entries';

/** The smallest run, for tests. */
export function fakeHeader(): RunHeader {
  return {
    run: 'r',
    file: 'f.scanflow',
    workflow: 'f',
    text: '',
    request: { file: 'f.scanflow' },
    parameters: {},
    phases: ['any'],
    runtime: 'process',
    jobs: 1,
    sources: {},
    files: {},
    revisions: [],
  };
}

/** A step that runs nothing in particular, for tests. */
export function fakeStep(name: string, change: Partial<Step> = {}): Step {
  const [node = name, phase = 'any'] = name.split('@');
  return {
    name,
    node,
    version: {},
    phase,
    branch: null,
    history: name,
    role: 'execute',
    program: { kind: 'builtin', name: 'none' },
    parameters: {},
    scope: {},
    inputs: [],
    outputs: [],
    after: [],
    revisions: '',
    resources: {},
    timeout: null,
    retry: { limit: 0, on: [], backoff: 1 },
    network: 'run',
    cache: true,
    secrets: [],
    completes: null,
    manual: false,
    every: null,
    when: null,
    ...change,
  };
}
