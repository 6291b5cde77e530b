import type { RunEntry } from '../runs/entries';
import { isDecision } from './model-ledger';

/**
 * Is this the journal of a run, each entry and each field of its kind? It comes with an archive, which is anybody's: what is
 * taken in is read by every list of runs from then on. What the entries say together, their fold checks.
 *
 * @returns null, or where it is none: the number of the entry, from 1; 0 for what is no list.
 */
export function oddEntry(value: unknown): number | null {
  if (!Array.isArray(value)) return 0;
  const odd = value.findIndex((entry) => !isRecord(entry) || !KINDS.get(entry.type as RunEntry['type'])?.(entry));
  return odd < 0 ? null : odd + 1;
}

type Kind = (value: unknown) => boolean;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text: Kind = (value) => typeof value === 'string';
const number: Kind = (value) => typeof value === 'number';
const flag: Kind = (value) => typeof value === 'boolean';
const moment: Kind = (value) => typeof value === 'string' && Number.isFinite(Date.parse(value));
const digest: Kind = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const oneOf =
  (...words: readonly unknown[]): Kind =>
  (value) =>
    words.includes(value);
const orNull =
  (kind: Kind): Kind =>
  (value) =>
    value === null || kind(value);
const ifThere =
  (kind: Kind): Kind =>
  (value) =>
    value === undefined || kind(value);
const list =
  (kind: Kind): Kind =>
  (value) =>
    Array.isArray(value) && value.every(kind);
const record =
  (kind: Kind): Kind =>
  (value) =>
    isRecord(value) && Object.values(value).every(kind);
const shape =
  (fields: Record<string, Kind>): Kind =>
  (value) =>
    isRecord(value) && Object.entries(fields).every(([name, kind]) => kind(value[name]));
const anyOf =
  (...kinds: readonly Kind[]): Kind =>
  (value) =>
    kinds.some((kind) => kind(value));

const anything: Kind = () => true;

const fault = shape({ code: text, class: text, message: text, remedy: text });

const program = anyOf(
  shape({ kind: oneOf('builtin'), name: text }),
  shape({
    ...{ kind: oneOf('command'), executor: text, files: list(text), command: list(text), env: record(text) },
    ...{ image: ifThere(text), build: ifThere(text), requirements: ifThere(text) },
  }),
  shape({ kind: oneOf('none') }),
);

const origin = anyOf(
  shape({ kind: oneOf('source'), name: text }),
  shape({ kind: oneOf('step'), step: text, port: orNull(text) }),
  shape({ kind: oneOf('artifact'), digest }),
);

const step = shape({
  ...{ name: text, node: text, version: record(text), phase: text, branch: orNull(text), history: orNull(text) },
  ...{ role: oneOf('execute', 'supply', 'gate'), program, parameters: record(anything), scope: record(anything) },
  inputs: list(
    shape({
      ...{ port: text, index: orNull(number), origin, via: oneOf('volume', 'tracker') },
      ...{ carries: list(text), optional: flag },
    }),
  ),
  outputs: list(shape({ name: text, type: text, optional: flag, path: text })),
  ...{ after: list(text), revisions: text, resources: record(number), timeout: orNull(number) },
  ...{ retry: shape({ limit: number, on: list(text), backoff: number }), network: text, cache: flag },
  ...{ secrets: list(text), completes: orNull(text), manual: flag, every: orNull(number), when: orNull(text) },
});

const supply = shape({ step: text, from: orNull(text), history: list(text), phases: list(text) });

const revision = shape({
  ...{ id: text, improver: text },
  changes: list(shape({ op: oneOf('merge', 'insert', 'set') })),
});

const gate = shape({
  ...{ step: text, proposed: revision, change: text, base: text },
  branches: list(shape({ side: text, on: text, scores: list(text) })),
});

const header = {
  ...{ run: text, file: text, workflow: text, text: digest },
  request: shape({ by: ifThere(text), only: ifThere(list(text)), to: ifThere(list(text)) }),
  ...{ parameters: record(anything), phases: list(text), runtime: oneOf('process', 'docker'), jobs: number },
  ...{ sources: record(digest), sourcePaths: ifThere(record(text)), files: record(digest), due: ifThere(list(text)) },
  carried: ifThere(record(list(digest))),
  revisions: list(revision),
  trackers: ifThere(record(shape({ uri: text, secret: orNull(text) }))),
  git: ifThere(shape({ commit: text, branch: text, repository: text, changed: number })),
};

const spec = shape({ number, directory: text, builtin: orNull(text), command: list(text) });

const exit = shape({
  ...{ code: orNull(number), signal: orNull(text), outOfMemory: flag, startedAt: moment, endedAt: moment },
  ...{ cpuSeconds: orNull(number), memoryPeak: orNull(number) },
});

const outputs = { outputs: record(digest), metrics: record(orNull(anyOf(number, text))), trackerRun: orNull(text) };

/** The fields of each entry besides its time. */
const FIELDS: Record<RunEntry['type'], Record<string, Kind>> = {
  created: { ...header, steps: list(step), supplies: list(supply) },
  planned: { steps: list(step), supplies: list(supply), gates: list(gate) },
  opened: { ports: record(number) },
  moved: { step: text, to: text, reason: ifThere(text), fault: ifThere(fault) },
  keyed: { step: text, key: text, fields: record(text) },
  attempt: { step: text, spec, trackerRun: text },
  exited: { step: text, attempt: number, exit },
  settled: { step: text, state: text, from: ifThere(text), reason: ifThere(text), ...outputs },
  asked: { step: text, task: text, title: text, count: number },
  decided: { step: text, decision: isDecision },
  notice: { message: text },
  resumed: { by: text },
  ended: { state: text, fault: ifThere(fault) },
};

const KINDS = new Map(
  Object.entries(FIELDS).map(([type, fields]) => [type as RunEntry['type'], shape({ at: moment, ...fields })]),
);
