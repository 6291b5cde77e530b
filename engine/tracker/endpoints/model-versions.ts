import { assertMayWrite, mayWrite, ownerOf } from '../access';
import type { VersionRow } from '../changes';
import { type Call, get, patch, post, type Route, remove } from '../http/route';
import { requireModel } from '../logged-models';
import { resolveSource } from '../model-source';
import { assertLength, quote } from '../names';
import type { ModelVersion, Stage } from '../records';
import { refuse } from '../refusal';
import {
  assertRegistryTag,
  changeRegistered,
  createVersion,
  DESCRIPTION_LIMIT,
  RUN_LINK_LIMIT,
  requireRegistered,
  requireVersion,
  STAGES,
} from '../registry';
import { requireRun } from '../runs';
import { searchVersions } from '../search/registry';
import { type Wire, wireVersion } from '../wire';

const ROOT = '/mlflow/model-versions';

/** `/mlflow/model-versions`. A node's token may make versions of what its run made, and change those. */
export const modelVersionRoutes: Route[] = [
  post(`${ROOT}/create`, create),
  get(`${ROOT}/get`, (call) => answer(call, call.fields.text('name'), call.fields.text('version'))),
  get(`${ROOT}/search`, search),
  get(`${ROOT}/get-download-uri`, ({ database, fields }) => ({
    artifact_uri: requireVersion(database.state, fields.text('name'), fields.text('version')).location,
  })),
  patch(`${ROOT}/update`, update),
  post(`${ROOT}/transition-stage`, transition),
  remove(`${ROOT}/delete`, deleteVersion),
  post(`${ROOT}/set-tag`, setTag),
  remove(`${ROOT}/delete-tag`, deleteTag),
];

function answer({ database }: Call, name: string, number: string): Wire {
  const version = requireVersion(database.state, name, number);
  return { model_version: wireVersion(requireRegistered(database.state, name), version) };
}

async function create(call: Call) {
  const { database, scope, fields } = call;
  const { state } = database;
  const name = fields.text('name');
  const description = fields.optionalText('description') ?? '';
  const runLink = fields.optionalText('run_link') || null;
  assertLength('Description', description, DESCRIPTION_LIMIT);
  assertLength('Run link', runLink ?? '', RUN_LINK_LIMIT);
  const source = resolveSource(state, fields.text('source'));
  const model = fields.optionalText('model_id') || source.model;
  const run = fields.optionalText('run_id') || (model === null ? source.run : requireModel(state, model, true).run);
  if (run !== null) requireRun(state, run);
  assertMayWrite(state, scope, run, run === null ? 'models of no run' : `what run ${run} made`);
  const version = await createVersion(database, name, {
    source: fields.text('source'),
    location: source.location,
    run,
    runLink,
    model,
    description,
    user: '',
    owner: ownerOf(scope),
    artifact: null,
    tags: fields.pairs('tags'),
  });
  return answer(call, name, version);
}

function search({ database, fields }: Call) {
  const { items, next } = searchVersions(database.state, {
    filter: fields.optionalText('filter') ?? '',
    orderBy: fields.texts('order_by'),
    size: fields.integer('max_results'),
    token: fields.optionalText('page_token'),
  });
  return {
    model_versions: items.map(({ model, version }) => wireVersion(model, version)),
    ...(next === null ? {} : { next_page_token: next }),
  };
}

/** Changes one version that this token may change. */
async function changeVersion(
  call: Call,
  change: (version: ModelVersion) => Omit<VersionRow, 'version'> | null,
  others: (version: ModelVersion) => VersionRow[] = () => [],
): Promise<Wire> {
  const { database, scope, fields } = call;
  const name = fields.text('name');
  const number = fields.text('version');
  await changeRegistered(database, name, () => {
    const version = requireVersion(database.state, name, number);
    if (!mayWrite(database.state, scope, version.owner)) {
      assertMayWrite(database.state, scope, version.run, `version ${number} of ${quote(name)}`);
    }
    const changed = change(version);
    if (!changed) return null;
    const updatedAt = Date.now();
    return { updatedAt, versions: [{ version: version.version, updatedAt, ...changed }, ...others(version)] };
  });
  return answer(call, name, number);
}

function update(call: Call) {
  const description = call.fields.optionalText('description') ?? '';
  assertLength('Description', description, DESCRIPTION_LIMIT);
  return changeVersion(call, () => ({ description }));
}

function transition(call: Call) {
  const asked = call.fields.text('stage').toLowerCase();
  const stage = [...STAGES].find((one) => one.toLowerCase() === asked) as Stage | undefined;
  if (!stage) throw refuse('INVALID_PARAMETER_VALUE', `Invalid Model Version stage: ${quote(asked)}.`);
  const archive = call.fields.boolean('archive_existing_versions');
  if (archive && stage !== 'Staging' && stage !== 'Production') {
    throw refuse('INVALID_PARAMETER_VALUE', 'Only versions in Staging or Production are archived by a transition.');
  }
  const { governed } = requireRegistered(call.database.state, call.fields.text('name'));
  return changeVersion(
    call,
    ({ version, artifact }) => {
      // Others may be added to a governed model; those that it proposed have the stage that was decided.
      if (governed && artifact !== null) throw governedStage(version, call.fields.text('name'));
      return { stage };
    },
    ({ version }) => (archive ? others(call, version, stage) : []),
  );
}

function others({ database, fields }: Call, version: string, stage: Stage): VersionRow[] {
  const updatedAt = Date.now();
  return [...requireRegistered(database.state, fields.text('name')).versions.values()]
    .filter((one) => one.version !== version && one.stage === stage && one.artifact === null)
    .map((one) => ({ version: one.version, stage: 'Archived', updatedAt }));
}

function governedStage(version: string, name: string) {
  return refuse(
    'INVALID_PARAMETER_VALUE',
    `The stage of version ${version} of ${quote(name)} follows the decisions on its improver: use \`scanflow promote\`, ` +
      '`reject` or `rollback`.',
  );
}

async function deleteVersion(call: Call) {
  const { database, scope, fields } = call;
  const name = fields.text('name');
  const number = fields.text('version');
  await changeRegistered(database, name, ({ governed }) => {
    const version = requireVersion(database.state, name, number);
    assertMayWrite(database.state, scope, version.owner, `version ${number} of ${quote(name)}`);
    if (governed && version.artifact !== null) {
      throw refuse('INVALID_PARAMETER_VALUE', `Version ${number} of ${quote(name)} is part of a decision: it stays.`);
    }
    return { removedVersions: [version.version], updatedAt: Date.now() };
  });
  return {};
}

async function setTag(call: Call) {
  const key = call.fields.text('key');
  const value = call.fields.optionalText('value') ?? '';
  assertRegistryTag(key, value);
  await changeVersion(call, () => ({ tags: [[key, value]] }));
  return {};
}

async function deleteTag(call: Call) {
  const key = call.fields.text('key');
  await changeVersion(call, ({ tags }) => (tags.has(key) ? { tags: [[key, null]] } : null));
  return {};
}
