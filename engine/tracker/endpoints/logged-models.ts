import { assertMayWrite, mayWrite, ownerOf } from '../access';
import { plainPath } from '../artifact-places';
import { type Call, get, patch, post, type Route, remove } from '../http/route';
import { changeModel, createModel, requireModel } from '../logged-models';
import { quote } from '../names';
import type { LoggedModel } from '../records';
import { refuse } from '../refusal';
import { checkedParams, checkedTags, requireRun } from '../runs';
import { searchModels } from '../search/logged-models';
import { wireModel } from '../wire';
import { listing } from './artifacts';

const ROOT = '/mlflow/logged-models';
const ONE = `${ROOT}/{model_id}`;
const STATUSES = new Set<string>(['LOGGED_MODEL_PENDING', 'LOGGED_MODEL_READY', 'LOGGED_MODEL_UPLOAD_FAILED']);

/** `/mlflow/logged-models`: the models of MLflow 3, which stand beside runs. */
export const loggedModelRoutes: Route[] = [
  post(ROOT, create),
  post(`${ROOT}/search`, search),
  get(ONE, ({ database, fields, path }) => ({
    model: wireModel(database.state, requireModel(database.state, idOf(path), fields.boolean('allow_deleted'))),
  })),
  patch(ONE, finalize),
  remove(ONE, async (call) => {
    await changeModel(call.database, writable(call).id, { lifecycle: 'deleted', deletedAt: Date.now() });
    return {};
  }),
  patch(`${ONE}/tags`, setTags),
  remove(`${ONE}/tags/{key}`, deleteTag),
  post(`${ONE}/params`, logParams),
  get(`${ONE}/artifacts/directories`, ({ database, fields, path }) => {
    const model = requireModel(database.state, idOf(path));
    const asked = (fields.optionalText('artifact_directory_path') ?? '').replace(/\/+$/, '');
    return listing(model.artifacts, asked === '' ? '' : plainPath(asked), asked === '' ? '' : `${asked}/`);
  }),
];

function idOf(path: ReadonlyMap<string, string>): string {
  return path.get('model_id') ?? '';
}

function writable({ database, scope, path }: Call): LoggedModel {
  const model = requireModel(database.state, idOf(path));
  if (!mayWrite(database.state, scope, model.owner)) {
    assertMayWrite(database.state, scope, model.run, `logged model ${model.id}`);
  }
  return model;
}

async function create({ database, scope, fields }: Call) {
  const run = fields.optionalText('source_run_id') || null;
  if (run !== null) {
    requireRun(database.state, run);
    assertMayWrite(database.state, scope, run, `run ${run}`);
  }
  const id = await createModel(database, {
    experiment: fields.text('experiment_id'),
    name: fields.optionalText('name'),
    modelType: fields.optionalText('model_type'),
    run,
    params: fields.pairs('params'),
    tags: fields.pairs('tags'),
    owner: ownerOf(scope),
  });
  return { model: wireModel(database.state, requireModel(database.state, id)) };
}

async function finalize(call: Call) {
  const { id } = writable(call);
  const status = call.fields.text('status');
  if (!STATUSES.has(status)) throw refuse('INVALID_PARAMETER_VALUE', `Invalid model status ${quote(status)}.`);
  await changeModel(call.database, id, { status: status as LoggedModel['status'] });
  return { model: wireModel(call.database.state, requireModel(call.database.state, id)) };
}

async function setTags(call: Call) {
  const { id } = writable(call);
  const tags = checkedTags(call.fields.pairs('tags'));
  await changeModel(call.database, id, { tags });
  return { model: wireModel(call.database.state, requireModel(call.database.state, id)) };
}

async function deleteTag(call: Call) {
  const { id, tags } = writable(call);
  const key = call.path.get('key') ?? '';
  if (!tags.has(key)) throw refuse('RESOURCE_DOES_NOT_EXIST', `No tag with key ${quote(key)} for model ${id}.`);
  await changeModel(call.database, id, { tags: [[key, null]] });
  return {};
}

async function logParams(call: Call) {
  const { id } = writable(call);
  const params = checkedParams(call.fields.pairs('params'));
  await changeModel(call.database, id, { params });
  return {};
}

function search({ database, fields }: Call) {
  const { items, next } = searchModels(database.state, {
    experiments: fields.texts('experiment_ids'),
    filter: fields.optionalText('filter') ?? '',
    datasets: fields.objects('datasets').map((dataset) => ({
      name: dataset.text('dataset_name'),
      digest: dataset.optionalText('dataset_digest'),
    })),
    orderBy: fields.objects('order_by').map((order) => ({
      field: order.text('field_name'),
      ascending: order.has('ascending') ? order.boolean('ascending') : true,
      dataset: order.optionalText('dataset_name'),
      digest: order.optionalText('dataset_digest'),
    })),
    size: fields.integer('max_results'),
    token: fields.optionalText('page_token'),
  });
  return {
    models: items.map((model) => wireModel(database.state, model)),
    ...(next === null ? {} : { next_page_token: next }),
  };
}
