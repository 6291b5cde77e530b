import type { RequestName, Requests } from '../protocol';
import { hostFault } from './faults';

/** The notification by which followed runs come to a client. */
export const EVENT = 'event';

/** JSON-RPC error code of a refusal that carries a Fault in `data`. */
export const FAULT_CODE = 1;

/** What a parameter is, as far as the wire checks it; `?`: may be absent. */
type Kind<T> = T extends string
  ? 'string'
  : T extends number
    ? 'number'
    : T extends boolean
      ? 'boolean'
      : T extends string[]
        ? 'strings'
        : 'object';
type Shape<P> = { [K in keyof P]-?: undefined extends P[K] ? `${Kind<NonNullable<P[K]>>}?` : Kind<P[K]> };

/**
 * Every request and its parameters, as data: what the compiler knows of `Requests` and a socket can't.
 * A request that is added to the contract fails the build until it stands here, and the tests until docs/protocol.md names it.
 */
export const REQUESTS: { [N in RequestName]: Shape<Requests[N][0]> } = {
  handshake: { protocol: 'number', token: 'string' },
  validate: { file: 'string' },
  build: { file: 'string', runtime: 'string?' },
  images: {},
  pruneImages: {},
  pushImage: { name: 'string', target: 'string' },
  run: {
    file: 'string',
    phase: 'string?',
    to: 'strings?',
    only: 'strings?',
    parameters: 'object?',
    inputs: 'object?',
    runtime: 'string?',
    jobs: 'number?',
    fresh: 'boolean?',
    by: 'string?',
  },
  watch: {
    file: 'string',
    off: 'boolean?',
    parameters: 'object?',
    runtime: 'string?',
    jobs: 'number?',
    by: 'string?',
  },
  watches: {},
  endedWatches: {},
  resume: { run: 'string' },
  cancel: { run: 'string' },
  settled: { run: 'string' },
  show: { run: 'string' },
  runs: { limit: 'number?' },
  follow: { run: 'string', after: 'number?' },
  logs: { run: 'string', node: 'string?' },
  inspect: { run: 'string', edge: 'string' },
  outputs: { run: 'string', node: 'string?' },
  parameters: { run: 'string', node: 'string?' },
  curves: { run: 'string', node: 'string?' },
  explain: { run: 'string', node: 'string?' },
  tasks: { all: 'boolean?' },
  task: { task: 'string' },
  answer: {
    task: 'string',
    answers: 'object',
    open: 'strings?',
    reasons: 'object?',
    looks: 'object?',
    expected: 'object?',
    again: 'object?',
    step: 'string?',
    close: 'boolean?',
    by: 'string?',
  },
  flag: { task: 'string', ids: 'strings', on: 'boolean', by: 'string?' },
  models: {},
  registry: { model: 'string?' },
  decisions: {},
  revisions: {},
  review: { decision: 'string' },
  gains: { workflow: 'string' },
  promote: { decision: 'string', reason: 'string?', by: 'string?' },
  reject: { decision: 'string', reason: 'string?', by: 'string?' },
  rollback: { workflow: 'string', reason: 'string?', by: 'string?' },
  secrets: { set: 'object' },
  query: { filter: 'string?', order: 'strings?', limit: 'number?', workflow: 'string?', execution: 'string?' },
  lineage: { thing: 'string' },
  provenance: { thing: 'string', format: 'string' },
  export: { runs: 'strings', to: 'string' },
  import: { from: 'string', by: 'string?' },
  gc: { dryRun: 'boolean?', olderThan: 'number?', grace: 'number?' },
  tracker: { port: 'number?' },
  closeTracker: { uri: 'string' },
};

const shapes = new Map(Object.entries(REQUESTS).map(([name, shape]) => [name, new Map(Object.entries(shape))]));

export function isRequest(method: string): method is RequestName {
  return shapes.has(method);
}

/**
 * Checks the parameters of a request that came over a socket.
 * @returns the parameters, without those that the contract does not name.
 * @throws SF3806 which says what does not fit.
 */
export function checkParameters(method: RequestName, parameters: unknown): Record<string, unknown> {
  const given = plainObject(parameters ?? {});
  if (given === null) throw hostFault('badRequest', `the parameters of ${method} are no object.`);
  const checked: Record<string, unknown> = {};
  for (const [name, kind] of shapes.get(method) ?? []) {
    const value = given.get(name);
    if (value === undefined || (value === null && kind.endsWith('?'))) {
      if (!kind.endsWith('?')) throw hostFault('badRequest', `${method} lacks ${name}.`);
      continue;
    }
    if (!fits(value, kind.replace('?', '')))
      throw hostFault('badRequest', `${name} of ${method} is not ${article(kind)}.`);
    checked[name] = value;
  }
  return checked;
}

function fits(value: unknown, kind: string): boolean {
  if (kind === 'strings') return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
  if (kind === 'number') return Number.isFinite(value);
  if (kind === 'object') return plainObject(value) !== null;
  return typeof value === kind;
}

function article(kind: string): string {
  const name = kind.replace('?', '');
  if (name === 'strings') return 'a list of texts';
  if (name === 'string') return 'a text';
  return name === 'object' ? 'an object' : `a ${name}`;
}

/** An object's own entries; null for anything else, and for one with a key that could reach a prototype. */
function plainObject(value: unknown): Map<string, unknown> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const entries = new Map<string, unknown>(Object.entries(value));
  return entries.has('__proto__') ? null : entries;
}
