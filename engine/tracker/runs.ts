import { randomUUID } from 'node:crypto';
import { type RunChange, toRow } from './changes';
import type { Database } from './database';
import { type TrackedInput, trackedDatasets } from './datasets';
import { requireActive, requireExperiment } from './experiments';
import { assertKey, assertLength, LIMITS, quote, shortened } from './names';
import type { Lifecycle, Point, Run, RunStatus, StoredFile } from './records';
import { refuse } from './refusal';
import { randomName } from './run-name';
import type { State } from './state';

export const RUN_NAME_TAG = 'mlflow.runName';

export function requireRun(state: State, id: string): Run {
  const run = state.runs.get(id);
  if (!run) throw refuse('RESOURCE_DOES_NOT_EXIST', `Run with id=${quote(id)} not found`);
  return run;
}

export function requireActiveRun(state: State, id: string): Run {
  const run = requireRun(state, id);
  if (run.lifecycle === 'active') return run;
  throw refuse('INVALID_PARAMETER_VALUE', `The run ${id} must be in the 'active' state. Current state is deleted.`);
}

export interface NewRun {
  experiment: string;
  name?: string | null;
  user?: string;
  start?: number | null;
  tags?: [string, string][];
  params?: [string, string][];
  owner: string | null;
  key?: string;
  inputs?: readonly TrackedInput[];
}

/** @returns its id; with a `key` that a run has, that one's. */
export async function createRun(database: Database, options: NewRun): Promise<string> {
  const { state } = database;
  const { key = null } = options;
  const tags = checkedTags(options.tags ?? []);
  const params = checkedParams(options.params ?? []);
  const experiment = requireExperiment(state, options.experiment);
  requireActive(experiment);
  const tagged = new Map(tags).get(RUN_NAME_TAG);
  if (options.name && tagged !== undefined && tagged !== options.name) {
    throw refuse(
      'INVALID_PARAMETER_VALUE',
      `Both 'run_name' argument and '${RUN_NAME_TAG}' tag are specified, but with different values.`,
    );
  }
  const name = options.name || tagged || randomName();
  assertLength('Run name', name, LIMITS.tagValue);
  let id = randomUUID().replaceAll('-', '');
  await database.write(key === null ? [] : [`run-key:${key}`], () => {
    const existing = key === null ? undefined : state.runKeys.get(key);
    if (existing !== undefined) {
      id = existing;
      const { status, lifecycle } = requireRun(state, id);
      if (status === 'RUNNING' && lifecycle === 'active') return null;
      // What goes on is no garbage, though somebody deleted it: its node logs to it.
      return { type: 'run', id, status: 'RUNNING', end: null, lifecycle: 'active', deletedAt: null };
    }
    return {
      type: 'run',
      id,
      experiment: experiment.id,
      name,
      user: options.user ?? '',
      status: 'RUNNING',
      start: options.start ?? Date.now(),
      owner: options.owner,
      key,
      tags: [...new Map(tags).set(RUN_NAME_TAG, name)],
      params,
      ...(options.inputs?.length ? trackedDatasets(experiment.id, options.inputs) : {}),
    };
  });
  return id;
}

export interface BatchOfRun {
  metrics?: Point[];
  params?: [string, string][];
  tags?: [string, string][];
}

/** All of it or nothing. A parameter has one value for ever; the same again is fine. */
export async function logBatch(database: Database, id: string, batch: BatchOfRun): Promise<void> {
  const { metrics = [] } = batch;
  const params = checkedParams(batch.params ?? []);
  const tags = checkedTags(batch.tags ?? []);
  for (const point of metrics) assertKey('metric', point.key);
  const claims = params.map(([key]) => `param:${id}:${key}`);
  await database.write(claims, () => {
    const run = requireActiveRun(database.state, id);
    const fresh = new Map<string, string>();
    for (const [key, value] of params) {
      const before = run.params.get(key) ?? fresh.get(key);
      if (before === undefined) fresh.set(key, value);
      else if (before !== value) throw paramChanged(id, key, before, value);
    }
    const change: RunChange = { type: 'run', id };
    if (metrics.length > 0) change.metrics = metrics.map(toRow);
    if (fresh.size > 0) change.params = [...fresh];
    if (tags.length > 0) {
      change.tags = tags;
      const name = new Map(tags).get(RUN_NAME_TAG);
      if (name !== undefined) change.name = name;
    }
    return Object.keys(change).length > 2 ? change : null;
  });
}

/** What is known of a run when it ends. */
export interface EndOfRun {
  metrics?: readonly Point[];
  tags?: [string, string][];
  artifacts?: [string, StoredFile][];
}

/** How a run ended, whatever became of it: one that somebody deleted meanwhile has ended, too. All of it or nothing. */
export async function endRun(database: Database, id: string, status: RunStatus, end: EndOfRun = {}): Promise<void> {
  const tags = checkedTags(end.tags ?? []);
  await database.write([`artifact:${id}`], () => {
    requireRun(database.state, id);
    const change: RunChange = { type: 'run', id, status, end: Date.now(), tags, artifacts: end.artifacts ?? [] };
    if (end.metrics?.length) change.metrics = end.metrics.map(toRow);
    return change;
  });
}

/** Leaves what is not given. */
export async function updateRun(
  database: Database,
  id: string,
  options: { status?: RunStatus; end?: number | null; name?: string },
): Promise<void> {
  if (options.name !== undefined) assertLength('Run name', options.name, LIMITS.tagValue);
  await database.write([], () => {
    requireActiveRun(database.state, id);
    const change: RunChange = { type: 'run', id };
    if (options.status !== undefined) change.status = options.status;
    if (options.end !== undefined && options.end !== null) change.end = options.end;
    else if (options.status === 'RUNNING') change.end = null;
    if (options.name) {
      change.name = options.name;
      change.tags = [[RUN_NAME_TAG, options.name]];
    }
    return Object.keys(change).length > 2 ? change : null;
  });
}

/** Deletes a run, so that it can be restored until the garbage is collected, or restores it. */
export async function changeLifecycle(database: Database, id: string, lifecycle: Lifecycle): Promise<void> {
  // With the same claim as emptying the trash: what is being restored does not go.
  await database.write([`artifact:${id}`], () => {
    const run = requireRun(database.state, id);
    if (run.lifecycle === lifecycle) return null;
    return { type: 'run', id, lifecycle, deletedAt: lifecycle === 'active' ? null : Date.now() };
  });
}

/** Values that are too long are cut, as MLflow's server does by default: a long one should not lose a whole batch. */
export function checkedParams(params: [string, string][]): [string, string][] {
  return params.map(([key, value]) => {
    assertKey('parameter', key);
    return [key, shortened(value, LIMITS.paramValue)];
  });
}

/** See checkedParams. */
export function checkedTags(tags: [string, string][]): [string, string][] {
  return tags.map(([key, value]) => {
    assertKey('tag', key);
    return [key, shortened(value, LIMITS.tagValue)];
  });
}

function paramChanged(run: string, key: string, before: string, value: string) {
  return refuse(
    'INVALID_PARAMETER_VALUE',
    `Changing param values is not allowed. Param with key=${quote(key)} was already logged with value=${quote(before)} ` +
      `for run ID=${quote(run)}. Attempted logging new value ${quote(value)}.`,
  );
}
