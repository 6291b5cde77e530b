import type { ModelChange, PointRow, RunChange } from './changes';
import { toRow } from './changes';
import type { Database } from './database';
import { datasetId } from './datasets';
import { createExperiment, experimentNamed } from './experiments';
import { checkedRun, type MovedRun } from './moved-form';
import type { Dataset } from './records';
import { requireRun } from './runs';
import type { State } from './state';
import { wholeOf } from './whole';

/** These runs and all that were made with their tokens, or inside them. */
export function withChildren(state: State, ids: readonly string[]): string[] {
  const found = new Set(ids.filter((id) => state.runs.has(id)));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { id, owner } of state.runs.values()) if (owner !== null && found.has(owner)) found.add(id);
  }
  return [...found];
}

/** @throws A refusal where there is no such run. */
export async function exportRun(database: Database, id: string): Promise<MovedRun> {
  const { state } = database;
  const { experiment, latest, inputs } = requireRun(state, id);
  const histories: [string, PointRow[]][] = [];
  for (const key of latest.keys()) histories.push([key, (await database.history(id, key)).map(toRow)]);
  const run = wholeOf(state, `run:${id}`) as RunChange;
  const taken = inputs.filter(({ dataset }) => state.datasets.has(dataset));
  return {
    experiment: nameOf(state, experiment),
    run: { ...run, metrics: [], inputs: taken.map(({ tags }, at) => ({ dataset: String(at), tags })) },
    histories: Object.fromEntries(histories),
    datasets: taken.map(({ dataset }) => {
      const { id: _id, experiment: _experiment, ...rest } = state.datasets.get(dataset)!;
      return rest;
    }),
    models: modelsOf(state, id),
  };
}

/** The logged models that a run made, or that it names. */
function modelsOf(state: State, id: string): MovedRun['models'] {
  const { modelInputs, modelOutputs } = requireRun(state, id);
  const named = new Set([...modelInputs, ...modelOutputs.map(({ model }) => model)]);
  return [...state.models.values()]
    .filter((model) => model.run === id || named.has(model.id))
    .map((model) => ({
      ...(wholeOf(state, `model:${model.id}`) as ModelChange),
      experiment: nameOf(state, model.experiment),
    }));
}

const nameOf = (state: State, experiment: string): string => state.experiments.get(experiment)?.name ?? experiment;

/** A journal's record is at most so many points. */
const PIECE = 1000;
/** The experiment of a run that is still coming in: no search looks there. */
const NOWHERE = '';

/**
 * Brings in the histories first and the run last: until all of it is there, it is a deleted run of no experiment, which the
 * next import of the same goes on with and garbage collection takes. One that is here is left as it is, and so is a model.
 *
 * @throws A refusal for what is no run.
 */
export async function importRun(database: Database, id: string, value: unknown): Promise<void> {
  const moved = checkedRun(id, value);
  const { state } = database;
  for (const { experiment, ...model } of moved.models) {
    if (state.models.has(model.id)) continue;
    const place = await experimentOf(database, experiment);
    await database.write([], () => ({ ...model, experiment: place }));
  }
  const here = state.runs.get(id);
  if (here && here.experiment !== NOWHERE) return;
  const experiment = await experimentOf(database, moved.experiment);
  const datasets = moved.datasets.map(
    (dataset): Dataset => ({ ...dataset, experiment, id: datasetId(experiment, dataset.name, dataset.digest) }),
  );
  const inputs = moved.run.inputs?.map(({ dataset, tags }) => ({ dataset: datasets[Number(dataset)]!.id, tags }));
  const incoming = { experiment: NOWHERE, lifecycle: 'deleted', deletedAt: Date.now() } as const;
  for (const points of Object.values(moved.histories)) {
    for (let from = 0; from < points.length; from += PIECE) {
      const metrics = points.slice(from, from + PIECE);
      await database.write([], () => ({ ...incoming, type: 'run', id, metrics }));
    }
  }
  await database.write([], () => ({ ...moved.run, type: 'run', id, experiment, key: null, datasets, inputs }));
}

async function experimentOf(database: Database, name: string): Promise<string> {
  if (!experimentNamed(database.state, name)) {
    await createExperiment(database, { name }).catch((error: unknown) => {
      if (!experimentNamed(database.state, name)) throw error;
    });
  }
  return experimentNamed(database.state, name)!.id;
}
