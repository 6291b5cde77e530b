import { assertMayWrite } from '../access';
import { CONTEXT_TAG } from '../datasets';
import {
  assertExperimentTag,
  createExperiment,
  DEFAULT_EXPERIMENT,
  experimentNamed,
  requireActive,
  requireExperiment,
} from '../experiments';
import { type Call, get, post, type Route } from '../http/route';
import { assertLength, LIMITS, quote } from '../names';
import { refuse } from '../refusal';
import { changeLifecycle } from '../runs';
import { searchExperiments } from '../search/experiments';
import { wireExperiment } from '../wire';

/** As with MLflow's own server. */
const MOST_EXPERIMENTS = 20;
const MOST_SUMMARIES = 1000;

/** `/mlflow/experiments`. A node's token may make experiments, and leaves those that are there alone. */
export const experimentRoutes: Route[] = [
  post('/mlflow/experiments/create', create),
  get('/mlflow/experiments/get', ({ database, fields }) => ({
    experiment: wireExperiment(requireExperiment(database.state, fields.text('experiment_id'))),
  })),
  get('/mlflow/experiments/get-by-name', ({ database, fields }) => {
    const name = fields.text('experiment_name');
    const experiment = experimentNamed(database.state, name);
    if (!experiment) {
      throw refuse('RESOURCE_DOES_NOT_EXIST', `Could not find experiment with name ${quote(name)}`);
    }
    return { experiment: wireExperiment(experiment) };
  }),
  get('/mlflow/experiments/search', search),
  post('/mlflow/experiments/search', search),
  post('/mlflow/experiments/search-datasets', searchDatasets),
  post('/mlflow/experiments/delete', (call) => setLifecycle(call, 'deleted')),
  post('/mlflow/experiments/restore', (call) => setLifecycle(call, 'active')),
  post('/mlflow/experiments/update', rename),
  post('/mlflow/experiments/set-experiment-tag', setTag),
  post('/mlflow/experiments/delete-experiment-tag', deleteTag),
];

async function create({ database, fields }: Call) {
  const experiment_id = await createExperiment(database, {
    name: fields.text('name'),
    artifactLocation: fields.optionalText('artifact_location'),
    tags: fields.pairs('tags'),
  });
  return { experiment_id };
}

function search({ database, fields }: Call) {
  const { items, next } = searchExperiments(database.state, {
    filter: fields.optionalText('filter') ?? '',
    orderBy: fields.texts('order_by'),
    view: fields.optionalText('view_type') ?? 'ACTIVE_ONLY',
    size: fields.integer('max_results'),
    token: fields.optionalText('page_token'),
  });
  return { experiments: items.map(wireExperiment), ...(next === null ? {} : { next_page_token: next }) };
}

/** The datasets that runs of some experiments took, each once for each context: what MLflow's page filters runs by. */
function searchDatasets({ database, fields }: Call) {
  const experiments = new Set(fields.texts('experiment_ids'));
  if (experiments.size === 0 || experiments.size > MOST_EXPERIMENTS) {
    const given = `1 to ${MOST_EXPERIMENTS} of them, not ${experiments.size}`;
    throw refuse('INVALID_PARAMETER_VALUE', `Searching datasets needs the ids of experiments: ${given}.`);
  }
  const { runs, datasets } = database.state;
  const summaries = new Map<string, object>();
  for (const { experiment, inputs } of runs.values()) {
    if (!experiments.has(experiment)) continue;
    for (const { dataset, tags } of inputs) {
      const found = datasets.get(dataset);
      if (!found) continue;
      const { name, digest } = found;
      const context = tags.find(([key]) => key === CONTEXT_TAG)?.[1];
      const key = JSON.stringify([experiment, name, digest, context]);
      summaries.set(key, { experiment_id: experiment, name, digest, ...(context === undefined ? {} : { context }) });
      if (summaries.size === MOST_SUMMARIES) return { dataset_summaries: [...summaries.values()] };
    }
  }
  return { dataset_summaries: [...summaries.values()] };
}

async function setLifecycle({ database, scope, fields }: Call, lifecycle: 'active' | 'deleted') {
  const id = fields.text('experiment_id');
  assertMayWrite(database.state, scope, null, `experiment ${id}`);
  await database.write([`experiment:${id}`], () => {
    const experiment = requireExperiment(database.state, id);
    if (lifecycle === 'deleted' && id === DEFAULT_EXPERIMENT) {
      throw refuse('INVALID_PARAMETER_VALUE', 'Cannot delete the default experiment. It must always exist.');
    }
    if (experiment.lifecycle === lifecycle) {
      throw refuse('INVALID_PARAMETER_VALUE', `Experiment ${id} is ${lifecycle} already.`);
    }
    return { type: 'experiment', id, lifecycle, updatedAt: Date.now() };
  });
  // Its runs go and come with it, whatever they were, as with MLflow's own server.
  const runs = [...database.state.runs.values()].filter(({ experiment }) => experiment === id);
  await Promise.all(runs.map((run) => changeLifecycle(database, run.id, lifecycle)));
  return {};
}

async function rename({ database, scope, fields }: Call) {
  const id = fields.text('experiment_id');
  const name = fields.text('new_name');
  assertLength('Experiment name', name, LIMITS.experimentName);
  assertMayWrite(database.state, scope, null, `experiment ${id}`);
  await database.write([`experiment:${id}`, `experiment-name:${name}`], () => {
    requireActive(requireExperiment(database.state, id));
    const same = experimentNamed(database.state, name);
    if (same && same.id !== id) {
      throw refuse('RESOURCE_ALREADY_EXISTS', `Experiment(name=${quote(name)}) already exists.`);
    }
    return { type: 'experiment', id, name, updatedAt: Date.now() };
  });
  return {};
}

async function setTag({ database, scope, fields }: Call) {
  const id = fields.text('experiment_id');
  const key = fields.text('key');
  const value = fields.optionalText('value') ?? '';
  assertExperimentTag(key, value);
  assertMayWrite(database.state, scope, null, `experiment ${id}`);
  await database.write([], () => {
    requireActive(requireExperiment(database.state, id));
    return { type: 'experiment', id, tags: [[key, value]], updatedAt: Date.now() };
  });
  return {};
}

async function deleteTag({ database, scope, fields }: Call) {
  const id = fields.text('experiment_id');
  const key = fields.text('key');
  assertMayWrite(database.state, scope, null, `experiment ${id}`);
  await database.write([], () => {
    const experiment = requireExperiment(database.state, id);
    requireActive(experiment);
    if (!experiment.tags.has(key)) {
      throw refuse('RESOURCE_DOES_NOT_EXIST', `No tag with key ${quote(key)} in experiment ${id}`);
    }
    return { type: 'experiment', id, tags: [[key, null]], updatedAt: Date.now() };
  });
  return {};
}
