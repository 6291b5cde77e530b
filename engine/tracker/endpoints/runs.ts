import { assertMayWrite, ownerOf } from '../access';
import type { RunChange } from '../changes';
import { datasetId } from '../datasets';
import { DATASET_LIMIT } from '../http/body';
import type { Fields } from '../http/fields';
import { type Call, get, post, type Route } from '../http/route';
import { LIMITS, quote } from '../names';
import type { Dataset, Point, RunStatus } from '../records';
import { refuse } from '../refusal';
import { changeLifecycle, checkedTags, createRun, logBatch, requireActiveRun, requireRun, updateRun } from '../runs';
import { searchRuns } from '../search/runs';
import { wireRun, wireRunInfo } from '../wire';

/** `/mlflow/runs`. */
export const runRoutes: Route[] = [
  post('/mlflow/runs/create', create),
  get('/mlflow/runs/get', ({ database, fields }) => ({
    run: wireRun(database.state, requireRun(database.state, runIdOf(fields))),
  })),
  post('/mlflow/runs/update', update),
  post('/mlflow/runs/delete', (call) => setLifecycle(call, 'deleted')),
  post('/mlflow/runs/restore', (call) => setLifecycle(call, 'active')),
  post('/mlflow/runs/search', search),
  post('/mlflow/runs/log-metric', (call) => log(call, { metrics: [pointOf(call.fields)] })),
  post('/mlflow/runs/log-parameter', (call) =>
    log(call, { params: [[call.fields.text('key'), call.fields.optionalText('value') ?? '']] }),
  ),
  post('/mlflow/runs/set-tag', (call) =>
    log(call, { tags: [[call.fields.text('key'), call.fields.optionalText('value') ?? '']] }),
  ),
  post('/mlflow/runs/delete-tag', deleteTag),
  post('/mlflow/runs/log-batch', (call) => log(call, batchOf(call.fields))),
  post('/mlflow/runs/log-inputs', logInputs, DATASET_LIMIT),
  post('/mlflow/runs/outputs', logOutputs),
  post('/mlflow/runs/log-model', logModel),
];

const STATUSES = new Set<string>(['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']);
/** Most clients say `run_id`; the oldest only `run_uuid`. */
function runIdOf(fields: Fields): string {
  return fields.optionalText('run_id') || fields.text('run_uuid');
}

function writable({ database, scope, fields }: Call): string {
  const id = runIdOf(fields);
  requireRun(database.state, id);
  assertMayWrite(database.state, scope, id, `run ${id}`);
  return id;
}

async function create({ database, scope, fields }: Call) {
  const id = await createRun(database, {
    experiment: fields.text('experiment_id'),
    name: fields.optionalText('run_name'),
    user: fields.optionalText('user_id') ?? '',
    start: fields.integer('start_time'),
    tags: fields.pairs('tags'),
    owner: ownerOf(scope),
  });
  return { run: wireRun(database.state, requireRun(database.state, id)) };
}

async function update(call: Call) {
  const { database, fields } = call;
  const id = writable(call);
  const status = fields.optionalText('status');
  if (status && !STATUSES.has(status)) throw refuse('INVALID_PARAMETER_VALUE', `Invalid run status ${quote(status)}.`);
  await updateRun(database, id, {
    ...(status ? { status: status as RunStatus } : {}),
    end: fields.integer('end_time'),
    name: fields.optionalText('run_name') ?? '',
  });
  return { run_info: wireRunInfo(database.state, requireRun(database.state, id)) };
}

async function setLifecycle(call: Call, lifecycle: 'active' | 'deleted') {
  const id = writable(call);
  await changeLifecycle(call.database, id, lifecycle);
  return {};
}

async function log(call: Call, batch: Parameters<typeof logBatch>[2]) {
  await logBatch(call.database, writable(call), batch);
  return {};
}

function batchOf(fields: Fields): Parameters<typeof logBatch>[2] {
  const metrics = fields.objects('metrics').map(pointOf);
  const params = fields.pairs('params');
  const tags = fields.pairs('tags');
  assertCount('metrics', metrics.length, LIMITS.metricsABatch);
  assertCount('params', params.length, LIMITS.paramsABatch);
  assertCount('tags', tags.length, LIMITS.tagsABatch);
  assertCount('metrics, params, and tags', metrics.length + params.length + tags.length, LIMITS.entitiesABatch);
  return { metrics, params, tags };
}

function assertCount(what: string, count: number, most: number): void {
  if (count <= most) return;
  throw refuse(
    'INVALID_PARAMETER_VALUE',
    `A batch logging request can contain at most ${most} ${what}. Got ${count}. Please split up the request.`,
  );
}

function pointOf(fields: Fields): Point {
  const point: Point = {
    key: fields.text('key'),
    value: fields.double('value'),
    timestamp: fields.integer('timestamp') ?? Date.now(),
    step: fields.integer('step') ?? 0,
  };
  const model = fields.optionalText('model_id');
  if (model) point.model = model;
  const name = fields.optionalText('dataset_name');
  if (name) point.dataset = { name, digest: fields.optionalText('dataset_digest') ?? '' };
  return point;
}

async function deleteTag(call: Call) {
  const id = writable(call);
  const key = call.fields.text('key');
  await call.database.write([], () => {
    if (!requireActiveRun(call.database.state, id).tags.has(key)) {
      throw refuse('RESOURCE_DOES_NOT_EXIST', `No tag with name: ${quote(key)} in run with id ${id}`);
    }
    return { type: 'run', id, tags: [[key, null]] };
  });
  return {};
}

async function logInputs(call: Call) {
  const { database, fields } = call;
  const id = writable(call);
  const { experiment } = requireActiveRun(database.state, id);
  const change: RunChange = { type: 'run', id, datasets: [], inputs: [] };
  for (const input of fields.objects('datasets')) {
    const dataset = datasetOf(input.object('dataset'), experiment);
    const tags = checkedTags(input.pairs('tags'));
    if (!database.state.datasets.has(dataset.id)) change.datasets?.push(dataset);
    change.inputs?.push({ dataset: dataset.id, tags });
  }
  change.modelInputs = fields.objects('models').map((model) => model.text('model_id'));
  await database.write([], () => {
    requireActiveRun(database.state, id);
    return change;
  });
  return {};
}

function datasetOf(fields: Fields, experiment: string): Dataset {
  const name = limited(fields, 'name', 500);
  const digest = limited(fields, 'digest', 36);
  return {
    id: datasetId(experiment, name, digest),
    experiment,
    name,
    digest,
    sourceType: fields.text('source_type'),
    source: limited(fields, 'source', 65_535),
    schema: fields.optionalText('schema'),
    profile: fields.optionalText('profile'),
  };
}

function limited(fields: Fields, name: string, most: number): string {
  const value = fields.text(name);
  if (value.length > most) throw refuse('INVALID_PARAMETER_VALUE', `Dataset ${name} exceeds the limit of ${most}.`);
  return value;
}

async function logOutputs(call: Call) {
  const id = writable(call);
  const modelOutputs = call.fields.objects('models').map((model) => ({
    model: model.text('model_id'),
    step: model.integer('step') ?? 0,
  }));
  await call.database.write([], () => {
    requireActiveRun(call.database.state, id);
    return { type: 'run', id, modelOutputs };
  });
  return {};
}

/** Clients of MLflow 2 keep the history of a run's models in a tag, as a JSON list. */
async function logModel(call: Call) {
  const id = writable(call);
  const model = call.fields.text('model_json');
  try {
    JSON.parse(model);
  } catch {
    throw refuse('INVALID_PARAMETER_VALUE', 'model_json is not JSON.');
  }
  const key = 'mlflow.log-model.history';
  await call.database.write([`tag:${id}:${key}`], () => {
    const before = requireActiveRun(call.database.state, id).tags.get(key) ?? '';
    return { type: 'run', id, tags: [[key, appended(before, model)]] };
  });
  return {};
}

/** A JSON list with one more item, the others as they are written; what anybody has made of the tag is none: a new one. */
function appended(list: string, item: string): string {
  try {
    const items: unknown = JSON.parse(list);
    if (Array.isArray(items) && items.length > 0) return `${list.slice(0, list.lastIndexOf(']'))},${item}]`;
  } catch {
    // no list
  }
  return `[${item}]`;
}

function search({ database, fields }: Call) {
  const { items, next } = searchRuns(database.state, {
    experiments: fields.texts('experiment_ids'),
    filter: fields.optionalText('filter') ?? '',
    orderBy: fields.texts('order_by'),
    view: fields.optionalText('run_view_type') ?? 'ACTIVE_ONLY',
    size: fields.integer('max_results'),
    token: fields.optionalText('page_token'),
  });
  return {
    runs: items.map((run) => wireRun(database.state, run)),
    ...(next === null ? {} : { next_page_token: next }),
  };
}
