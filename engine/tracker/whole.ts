import { files } from './artifact-tree';
import { type Change, toRow } from './changes';
import type { State } from './state';

/** `run:<id>`, `experiment:<id>`, ...: one thing that changes. */
export type Subject = `${Change['type']}:${string}`;

/** What a change changes, for the checkpoint. */
export function subjectsOf(change: Change): Subject[] {
  if (change.type === 'registered') {
    const subject: Subject = `registered:${change.name}`;
    return change.renamedTo === undefined ? [subject] : [subject, `registered:${change.renamedTo}`];
  }
  const subjects: Subject[] = [`${change.type}:${change.id}`];
  if (change.type === 'run') {
    for (const dataset of change.datasets ?? []) subjects.push(`dataset:${dataset.id}`);
    for (const row of change.metrics ?? []) if (row[4]) subjects.push(`model:${row[4]}`);
  }
  return subjects;
}

/**
 * All there is of a subject as one change; null where there never was one. One that is gone is written down as that: an
 * older record of it may be in the file.
 */
export function wholeOf(state: State, subject: Subject): Change | null {
  const colon = subject.indexOf(':');
  const type = subject.slice(0, colon) as Change['type'];
  const id = subject.slice(colon + 1);
  if (type === 'experiment') {
    const experiment = state.experiments.get(id);
    if (!experiment) return { type, id, removed: true };
    return { ...experiment, type, whole: true, tags: [...experiment.tags] };
  }
  if (type === 'dataset') {
    const dataset = state.datasets.get(id);
    return dataset ? { type, ...dataset } : null;
  }
  if (type === 'run') return wholeRun(state, id);
  if (type === 'model') return wholeModel(state, id);
  return wholeRegistered(state, id);
}

function wholeRun(state: State, id: string): Change {
  const run = state.runs.get(id);
  if (!run) return { type: 'run', id, removed: true };
  const { latest, params, tags, artifacts, ...rest } = run;
  return {
    ...rest,
    type: 'run',
    whole: true,
    params: [...params],
    tags: [...tags],
    inputs: [...run.inputs],
    modelInputs: [...run.modelInputs],
    modelOutputs: [...run.modelOutputs],
    metrics: [...latest.values()].map(toRow),
    artifacts: [...files(artifacts)],
  };
}

function wholeModel(state: State, id: string): Change {
  const model = state.models.get(id);
  if (!model) return { type: 'model', id, removed: true };
  const { metrics, params, tags, artifacts, ...rest } = model;
  return {
    ...rest,
    type: 'model',
    whole: true,
    params: [...params],
    tags: [...tags],
    metrics: [...metrics.values()].map(({ run, ...point }) => [run, toRow(point)]),
    artifacts: [...files(artifacts)],
  };
}

function wholeRegistered(state: State, name: string): Change {
  const model = state.registered.get(name);
  if (!model) return { type: 'registered', name, removed: true };
  return {
    ...model,
    type: 'registered',
    whole: true,
    tags: [...model.tags],
    aliases: [...model.aliases],
    versions: [...model.versions.values()].map((version) => ({ ...version, tags: [...version.tags] })),
  };
}
