import { place, remove } from './artifact-tree';
import {
  type Change,
  type Edits,
  type ExperimentChange,
  fromRow,
  type ModelChange,
  type RegisteredChange,
  type RunChange,
} from './changes';
import type { Dataset, Experiment, LoggedModel, ModelVersion, Point, RegisteredModel, Run } from './records';

/** All that the tracker knows, except the histories of metrics. Only `apply` changes it. */
export interface State {
  experiments: Map<string, Experiment>;
  experimentNames: Map<string, string>;
  runs: Map<string, Run>;
  runKeys: Map<string, string>;
  datasets: Map<string, Dataset>;
  models: Map<string, LoggedModel>;
  registered: Map<string, RegisteredModel>;
}

export function emptyState(): State {
  return {
    experiments: new Map(),
    experimentNames: new Map(),
    runs: new Map(),
    runKeys: new Map(),
    datasets: new Map(),
    models: new Map(),
    registered: new Map(),
  };
}

/** Makes a recorded change. Total: what refers to something absent makes it, so that any prefix of a journal can be read. */
export function apply(state: State, change: Change): void {
  if (change.type === 'experiment') applyExperiment(state, change);
  else if (change.type === 'run') applyRun(state, change);
  else if (change.type === 'dataset') state.datasets.set(change.id, withoutType(change));
  else if (change.type === 'model') applyModel(state, change);
  else applyRegistered(state, change);
}

function applyExperiment(state: State, change: ExperimentChange): void {
  const { type: _, whole, removed, tags, ...info } = change;
  const known = state.experiments.get(change.id);
  // Of the record that was known, not of the one that takes its place: that has no name yet.
  if (known && (removed || info.name !== undefined) && state.experimentNames.get(known.name) === change.id) {
    state.experimentNames.delete(known.name);
  }
  if (removed) {
    state.experiments.delete(change.id);
    return;
  }
  let experiment = whole ? undefined : known;
  if (!experiment) {
    experiment = { ...NEW_EXPERIMENT, id: change.id, tags: new Map() };
    state.experiments.set(change.id, experiment);
  }
  Object.assign(experiment, info);
  state.experimentNames.set(experiment.name, change.id);
  edit(experiment.tags, tags);
}

function applyRun(state: State, change: RunChange): void {
  if (change.removed) {
    removeRun(state, change.id);
    return;
  }
  const {
    type: _,
    whole,
    removed: _removed,
    params,
    tags,
    metrics,
    datasets,
    inputs,
    modelInputs,
    modelOutputs,
    artifacts,
    ...info
  } = change;
  let run = whole ? undefined : state.runs.get(change.id);
  if (!run) {
    run = newRun(change.id);
    state.runs.set(change.id, run);
  }
  Object.assign(run, info);
  if (run.key !== null) state.runKeys.set(run.key, run.id);
  for (const [key, value] of params ?? []) run.params.set(key, value);
  edit(run.tags, tags);
  for (const dataset of datasets ?? []) state.datasets.set(dataset.id, dataset);
  for (const input of inputs ?? []) addInput(run, input);
  for (const model of modelInputs ?? []) if (!run.modelInputs.includes(model)) run.modelInputs.push(model);
  for (const output of modelOutputs ?? []) addOutput(run, output);
  for (const [path, file] of artifacts ?? []) file ? place(run.artifacts, path, file) : remove(run.artifacts, path);
  for (const row of metrics ?? []) {
    const point = fromRow(row);
    if (isLater(point, run.latest.get(point.key))) run.latest.set(point.key, point);
    const model = !whole && point.model !== undefined ? state.models.get(point.model) : undefined;
    if (model) measure(model, run.id, point);
  }
}

function applyModel(state: State, change: ModelChange): void {
  const { type: _, whole, removed, params, tags, metrics, artifacts, ...info } = change;
  if (removed) {
    state.models.delete(change.id);
    return;
  }
  let model = whole ? undefined : state.models.get(change.id);
  if (!model) {
    model = newModel(change.id);
    state.models.set(change.id, model);
  }
  Object.assign(model, info);
  for (const [key, value] of params ?? []) model.params.set(key, value);
  edit(model.tags, tags);
  for (const [run, row] of metrics ?? []) measure(model, run, fromRow(row));
  for (const [path, file] of artifacts ?? []) file ? place(model.artifacts, path, file) : remove(model.artifacts, path);
}

function applyRegistered(state: State, change: RegisteredChange): void {
  const { type: _, whole, removed, renamedTo, tags, aliases, versions, removedVersions, ...info } = change;
  if (removed) {
    state.registered.delete(change.name);
    return;
  }
  let model = whole ? undefined : state.registered.get(change.name);
  if (!model) {
    model = newRegistered(change.name);
    state.registered.set(change.name, model);
  }
  Object.assign(model, info);
  edit(model.tags, tags);
  edit(model.aliases, aliases);
  for (const { tags: versionTags, ...row } of versions ?? []) {
    const version = model.versions.get(row.version) ?? newVersion(row.version);
    Object.assign(version, row);
    edit(version.tags, versionTags);
    model.versions.set(row.version, version);
  }
  for (const version of removedVersions ?? []) removeVersion(model, version);
  if (renamedTo !== undefined) {
    state.registered.delete(change.name);
    model.name = renamedTo;
    state.registered.set(renamedTo, model);
  }
}

function removeRun(state: State, id: string): void {
  const key = state.runs.get(id)?.key ?? null;
  if (key !== null && state.runKeys.get(key) === id) state.runKeys.delete(key);
  state.runs.delete(id);
}

/** Whether a point takes the place of the latest: by step, then time, then value; of equals the later one. */
export function isLater(point: Point, latest: Point | undefined): boolean {
  if (!latest) return true;
  if (point.step !== latest.step) return point.step > latest.step;
  if (point.timestamp !== latest.timestamp) return point.timestamp > latest.timestamp;
  return !(point.value < latest.value);
}

function measure(model: LoggedModel, run: string, point: Point): void {
  const key = JSON.stringify([run, point.key, point.dataset?.name ?? '', point.dataset?.digest ?? '']);
  if (isLater(point, model.metrics.get(key))) model.metrics.set(key, { ...point, run });
}

function addInput(run: Run, input: Run['inputs'][number]): void {
  const at = run.inputs.findIndex((one) => one.dataset === input.dataset);
  if (at < 0) run.inputs.push(input);
  else run.inputs[at] = input;
}

function addOutput(run: Run, output: Run['modelOutputs'][number]): void {
  const at = run.modelOutputs.findIndex((one) => one.model === output.model);
  if (at < 0) run.modelOutputs.push(output);
  else run.modelOutputs[at] = output;
}

function removeVersion(model: RegisteredModel, version: string): void {
  model.versions.delete(version);
  for (const [alias, target] of model.aliases) if (target === version) model.aliases.delete(alias);
}

function edit(map: Map<string, string>, edits: Edits | undefined): void {
  for (const [key, value] of edits ?? []) value === null ? map.delete(key) : map.set(key, value);
}

function withoutType({ type: _, ...dataset }: Dataset & { type: 'dataset' }): Dataset {
  return dataset;
}

const NEW_EXPERIMENT = { name: '', artifactLocation: '', lifecycle: 'active', createdAt: 0, updatedAt: 0 } as const;

function newRun(id: string): Run {
  return {
    id,
    experiment: '0',
    name: '',
    user: '',
    status: 'RUNNING',
    start: 0,
    end: null,
    lifecycle: 'active',
    deletedAt: null,
    owner: null,
    key: null,
    params: new Map(),
    tags: new Map(),
    latest: new Map(),
    inputs: [],
    modelInputs: [],
    modelOutputs: [],
    artifacts: new Map(),
  };
}

function newModel(id: string): LoggedModel {
  return {
    id,
    experiment: '0',
    name: '',
    createdAt: 0,
    updatedAt: 0,
    status: 'LOGGED_MODEL_PENDING',
    modelType: null,
    run: null,
    owner: null,
    lifecycle: 'active',
    deletedAt: null,
    params: new Map(),
    tags: new Map(),
    metrics: new Map(),
    artifacts: new Map(),
  };
}

function newRegistered(name: string): RegisteredModel {
  return {
    name,
    createdAt: 0,
    updatedAt: 0,
    description: '',
    governed: false,
    lastVersion: 0,
    tags: new Map(),
    aliases: new Map(),
    versions: new Map(),
  };
}

function newVersion(version: string): ModelVersion {
  return {
    version,
    createdAt: 0,
    updatedAt: 0,
    stage: 'None',
    description: '',
    user: '',
    source: '',
    location: '',
    artifact: null,
    run: null,
    runLink: null,
    model: null,
    owner: null,
    tags: new Map(),
  };
}
