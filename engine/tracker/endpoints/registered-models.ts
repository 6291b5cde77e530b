import { assertMayWrite, mayWrite } from '../access';
import { type Call, get, patch, post, type Route, remove } from '../http/route';
import { assertLength, quote } from '../names';
import { refuse } from '../refusal';
import {
  assertAlias,
  assertFree,
  assertModelName,
  assertRegistryTag,
  changeRegistered,
  DESCRIPTION_LIMIT,
  latestVersions,
  requireRegistered,
  requireVersion,
} from '../registry';
import { searchRegistered } from '../search/registry';
import { type Wire, wireRegistered, wireVersion } from '../wire';

const ROOT = '/mlflow/registered-models';

/** `/mlflow/registered-models`. A node's token may register new ones and point aliases at its own versions. */
export const registeredModelRoutes: Route[] = [
  post(`${ROOT}/create`, create),
  get(`${ROOT}/get`, (call) => answer(call, call.fields.text('name'))),
  get(`${ROOT}/search`, search),
  post(`${ROOT}/rename`, rename),
  patch(`${ROOT}/update`, update),
  remove(`${ROOT}/delete`, deleteModel),
  post(`${ROOT}/get-latest-versions`, latest),
  get(`${ROOT}/get-latest-versions`, latest),
  post(`${ROOT}/set-tag`, setTag),
  remove(`${ROOT}/delete-tag`, deleteTag),
  post(`${ROOT}/alias`, setAlias),
  remove(`${ROOT}/alias`, deleteAlias),
  get(`${ROOT}/alias`, byAlias),
];

function answer({ database }: Call, name: string): Wire {
  return { registered_model: wireRegistered(requireRegistered(database.state, name)) };
}

function assertPerson({ database, scope }: Call, name: string): void {
  assertMayWrite(database.state, scope, null, `registered model ${quote(name)}`);
}

async function create(call: Call) {
  const { database, fields } = call;
  const name = fields.text('name');
  const description = fields.optionalText('description') ?? '';
  const tags = fields.pairs('tags');
  assertModelName(name);
  assertLength('Description', description, DESCRIPTION_LIMIT);
  for (const [key, value] of tags) assertRegistryTag(key, value);
  await database.write([`registered:${name}`], () => {
    if (database.state.registered.has(name)) {
      throw refuse('RESOURCE_ALREADY_EXISTS', `Registered Model (name=${quote(name)}) already exists.`);
    }
    const now = Date.now();
    return { type: 'registered', name, createdAt: now, updatedAt: now, description, tags };
  });
  return answer(call, name);
}

function search({ database, fields }: Call) {
  const { items, next } = searchRegistered(database.state, {
    filter: fields.optionalText('filter') ?? '',
    orderBy: fields.texts('order_by'),
    size: fields.integer('max_results'),
    token: fields.optionalText('page_token'),
  });
  return { registered_models: items.map(wireRegistered), ...(next === null ? {} : { next_page_token: next }) };
}

async function rename(call: Call) {
  const name = call.fields.text('name');
  const renamedTo = call.fields.text('new_name');
  assertModelName(renamedTo);
  assertPerson(call, name);
  await changeRegistered(
    call.database,
    name,
    ({ governed }) => {
      if (governed) {
        throw refuse('INVALID_PARAMETER_VALUE', `${quote(name)} is named after its workflow: rename the node there.`);
      }
      if (call.database.state.registered.has(renamedTo)) {
        throw refuse('RESOURCE_ALREADY_EXISTS', `Registered Model (name=${quote(renamedTo)}) already exists.`);
      }
      return { renamedTo, updatedAt: Date.now() };
    },
    [renamedTo],
  );
  return answer(call, renamedTo);
}

async function update(call: Call) {
  const name = call.fields.text('name');
  const description = call.fields.optionalText('description') ?? '';
  assertLength('Description', description, DESCRIPTION_LIMIT);
  assertPerson(call, name);
  await changeRegistered(call.database, name, () => ({ description, updatedAt: Date.now() }));
  return answer(call, name);
}

async function deleteModel(call: Call) {
  const name = call.fields.text('name');
  assertPerson(call, name);
  await changeRegistered(call.database, name, ({ governed }) => {
    if (governed) {
      throw refuse(
        'INVALID_PARAMETER_VALUE',
        `${quote(name)} follows its workflow's decisions: it can't be deleted here.`,
      );
    }
    return { removed: true };
  });
  return {};
}

function latest({ database, fields }: Call) {
  const model = requireRegistered(database.state, fields.text('name'));
  return { model_versions: latestVersions(model, fields.texts('stages')).map((one) => wireVersion(model, one)) };
}

async function setTag(call: Call) {
  const { fields } = call;
  const name = fields.text('name');
  const key = fields.text('key');
  const value = fields.optionalText('value') ?? '';
  assertRegistryTag(key, value);
  assertPerson(call, name);
  await changeRegistered(call.database, name, () => ({ tags: [[key, value]], updatedAt: Date.now() }));
  return {};
}

async function deleteTag(call: Call) {
  const name = call.fields.text('name');
  const key = call.fields.text('key');
  assertPerson(call, name);
  await changeRegistered(call.database, name, ({ tags }) =>
    tags.has(key) ? { tags: [[key, null]], updatedAt: Date.now() } : null,
  );
  return {};
}

async function setAlias(call: Call) {
  const { database, scope, fields } = call;
  const name = fields.text('name');
  const alias = fields.text('alias');
  const asked = fields.text('version');
  assertAlias(alias);
  await changeRegistered(database, name, (model) => {
    const version = requireVersion(database.state, name, asked);
    assertFree(model, alias);
    assertMayWrite(database.state, scope, version.owner, `version ${asked} of ${quote(name)}`);
    return { aliases: [[alias, version.version]], updatedAt: Date.now() };
  });
  return {};
}

async function deleteAlias(call: Call) {
  const { database, scope, fields } = call;
  const name = fields.text('name');
  const alias = fields.text('alias');
  assertAlias(alias);
  await changeRegistered(database, name, (model) => {
    const target = model.aliases.get(alias);
    if (target === undefined) return null;
    assertFree(model, alias);
    if (!mayWrite(database.state, scope, model.versions.get(target)?.owner ?? null)) assertPerson(call, name);
    return { aliases: [[alias, null]], updatedAt: Date.now() };
  });
  return {};
}

function byAlias({ database, fields }: Call) {
  const model = requireRegistered(database.state, fields.text('name'));
  const alias = fields.text('alias');
  const version = model.versions.get(model.aliases.get(alias) ?? '');
  // As MLflow's own server answers: clients tell a missing alias from a missing model by it.
  if (!version) throw refuse('INVALID_PARAMETER_VALUE', `Registered model alias ${alias} not found.`);
  return { model_version: wireVersion(model, version) };
}
