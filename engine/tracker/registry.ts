import type { RegisteredChange } from './changes';
import type { Database } from './database';
import { assertKey, assertLength, LIMITS, quote } from './names';
import type { ModelVersion, RegisteredModel, Stage } from './records';
import { refuse } from './refusal';
import type { State } from './state';

/** The aliases that an improver's decisions move, on the models that it governs. */
export const GOVERNED_ALIASES = ['champion', 'candidate'] as const;
export const STAGES = new Set<string>(['None', 'Staging', 'Production', 'Archived']);

const LONGEST_NAME = 256;
const LONGEST_ALIAS = 255;
const LONGEST_TAG = 100_000;
const ALIAS = /^[\p{L}\p{N}_-]+$/u;

export function requireRegistered(state: State, name: string): RegisteredModel {
  const model = state.registered.get(name);
  if (!model) throw refuse('RESOURCE_DOES_NOT_EXIST', `Registered Model with name=${quote(name)} not found`);
  return model;
}

export function requireVersion(state: State, name: string, version: string): ModelVersion {
  if (!/^\d{1,15}$/.test(version)) {
    throw refuse('INVALID_PARAMETER_VALUE', `Parameter 'version' must be an integer, got ${quote(version)}.`);
  }
  const found = requireRegistered(state, name).versions.get(String(Number(version)));
  if (found) return found;
  throw refuse('RESOURCE_DOES_NOT_EXIST', `Model Version (name=${quote(name)}, version=${version}) not found`);
}

/** Names reach clients as parts of URIs and paths: a name that is another one's encoding, or a path, is refused. */
export function assertModelName(name: string): void {
  assertLength('Registered model name', name, LONGEST_NAME);
  const odd = /[/:\\%]|\p{Cc}/u.test(name) || name === '.' || name === '..';
  if (name.trim() !== '' && !odd) return;
  throw refuse('INVALID_PARAMETER_VALUE', `Invalid model name ${quote(name)}: it must not hold / : \\ %.`);
}

export function assertAlias(alias: string): void {
  assertLength('Registered model alias name', alias, LONGEST_ALIAS);
  if (!ALIAS.test(alias) || alias.toLowerCase() === 'latest' || /^v\p{Nd}+$/iu.test(alias)) {
    throw refuse('INVALID_PARAMETER_VALUE', `Invalid alias name: ${quote(alias)}.`);
  }
}

export function assertRegistryTag(key: string, value: string): void {
  assertKey('tag', key);
  assertLength('Tag value', value, LONGEST_TAG);
}

/** Decisions move these; a client that did would be undone by the next one, or undo what a person authorised. */
export function assertFree(model: RegisteredModel, alias: string): void {
  if (!model.governed || !(GOVERNED_ALIASES as readonly string[]).includes(alias)) return;
  throw refuse(
    'INVALID_PARAMETER_VALUE',
    `The alias ${alias} of ${quote(model.name)} follows the decisions on its improver: use \`scanflow promote\`, ` +
      '`reject` or `rollback`.',
  );
}

export interface NewVersion {
  source: string;
  location: string;
  run: string | null;
  runLink: string | null;
  model: string | null;
  description: string;
  user: string;
  owner: string | null;
  artifact: string | null;
  tags: [string, string][];
}

/** @returns the new version's number. */
export async function createVersion(database: Database, name: string, options: NewVersion): Promise<string> {
  for (const [key, value] of options.tags) assertRegistryTag(key, value);
  let version = '';
  await database.write([`registered:${name}`], () => {
    const model = requireRegistered(database.state, name);
    const now = Date.now();
    version = String(model.lastVersion + 1);
    return {
      type: 'registered',
      name,
      updatedAt: now,
      lastVersion: model.lastVersion + 1,
      versions: [{ version, createdAt: now, updatedAt: now, ...options }],
    };
  });
  return version;
}

/** One change of a model that is there; those of one model run one after the other. */
export async function changeRegistered(
  database: Database,
  name: string,
  change: (model: RegisteredModel) => Omit<RegisteredChange, 'type' | 'name'> | null,
  otherNames: readonly string[] = [],
): Promise<void> {
  await database.write(
    [name, ...otherNames].map((one) => `registered:${one}`),
    () => {
      const changed = change(requireRegistered(database.state, name));
      return changed ? { type: 'registered', name, ...changed } : null;
    },
  );
}

/** The newest version of each stage. */
export function latestVersions(model: RegisteredModel, stages: readonly string[] = []): ModelVersion[] {
  const wanted = new Set(stages.map((stage) => stage.toLowerCase()));
  const latest = new Map<Stage, ModelVersion>();
  for (const version of model.versions.values()) {
    if (wanted.size > 0 && !wanted.has(version.stage.toLowerCase())) continue;
    const before = latest.get(version.stage);
    if (!before || Number(version.version) > Number(before.version)) latest.set(version.stage, version);
  }
  return [...latest.values()];
}

export const DESCRIPTION_LIMIT = 5000;
export const RUN_LINK_LIMIT = LIMITS.experimentName;
