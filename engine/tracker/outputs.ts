import fs from 'node:fs/promises';
import path from 'node:path';
import type { ArtifactStore } from '../store/artifacts';
import { diskFault } from '../store/faults';
import { plainPath } from './artifact-places';
import { artifactUri } from './artifact-uris';
import type { VersionRow } from './changes';
import type { Database } from './database';
import type { Stage, StoredFile } from './records';
import { changeRegistered, createVersion, GOVERNED_ALIASES, requireRegistered } from './registry';
import { requireActiveRun } from './runs';

/** What the engine itself records of a step: its outputs, and the models that an improver governs. Nothing is copied. */

/** Shows an artifact of the store under a run, at `place`: a file as that, a folder with all that is in it. */
export async function logArtifact(
  database: Database,
  artifacts: ArtifactStore,
  runId: string,
  place: string,
  digest: string,
): Promise<void> {
  plainPath(place);
  const files = await filesOf(artifacts.pathOf(digest), digest);
  const entries = files.map(([name, file]): [string, StoredFile] => [name === '' ? place : `${place}/${name}`, file]);
  await database.write([`artifact:${runId}`], () => {
    requireActiveRun(database.state, runId);
    return { type: 'run', id: runId, artifacts: entries };
  });
}

/** Folders with more files than that (images, one a file) are kept and tagged, and not shown file by file. */
const MOST_SHOWN = 1000;

/** The names under which a run shows artifacts of the store; a place that no client could ask for is left out. */
export async function shownUnder(
  artifacts: ArtifactStore,
  places: Readonly<Record<string, string>>,
): Promise<[string, StoredFile][]> {
  const shown: [string, StoredFile][] = [];
  for (const [place, digest] of Object.entries(places)) {
    const files = await filesOf(artifacts.pathOf(digest), digest);
    if (files.length > MOST_SHOWN) continue;
    for (const [name, file] of files) {
      const path = name === '' ? place : `${place}/${name}`;
      if (isPlain(path)) shown.push([path, file]);
    }
  }
  return shown;
}

function isPlain(path: string): boolean {
  try {
    plainPath(path);
    return true;
  } catch {
    return false;
  }
}

/** A file by itself has the name ''. */
async function filesOf(object: string, digest: string): Promise<[string, StoredFile][]> {
  try {
    const stats = await fs.stat(object);
    if (stats.isFile()) return [['', { digest, bytes: stats.size }]];
    const files: [string, StoredFile][] = [];
    for (const entry of await fs.readdir(object, { withFileTypes: true, recursive: true })) {
      const file = path.join(entry.parentPath, entry.name);
      // A link in a folder leads to what is in it (the store saw to that); a broken one is no file.
      const target = entry.isDirectory() ? null : await fs.stat(file).catch(() => null);
      if (!target?.isFile()) continue;
      const within = path.relative(object, file).split(path.sep).join('/');
      files.push([within, { digest, bytes: target.size, within }]);
    }
    return files.sort(([a], [b]) => (a < b ? -1 : 1));
  } catch (error) {
    throw diskFault('reading', object, error);
  }
}

export interface GovernedModel {
  /** `<workflow>/<node>.<port>`. */
  name: string;
  /** The tracker's run that made it. */
  runId: string;
  /** The artifact's. */
  digest: string;
  /** What a file is called where clients fetch it (`model.pkl`); a folder's files have names. */
  file?: string;
  description?: string;
  tags?: Record<string, string>;
}

/** MLflow's `models:/name@alias` has no room for a slash: `digits/model.model` is `digits.model.model` there. */
export function registryName(model: string): string {
  return model.replaceAll('/', '.');
}

/**
 * A version of a model that an improver governs, with its files under its run's `models/`. The same model, run and content
 * give the same version again.
 */
export async function registerModel(
  database: Database,
  artifacts: ArtifactStore,
  { name, runId, digest, file = 'model', description = '', tags = {} }: GovernedModel,
): Promise<{ name: string; version: string }> {
  const registered = registryName(name);
  const now = Date.now();
  await database.write([`registered:${registered}`], () => {
    const model = database.state.registered.get(registered);
    if (model?.governed) return null;
    const made = model ? {} : { createdAt: now, updatedAt: now };
    return { type: 'registered', name: registered, governed: true, ...made };
  });
  const { versions } = requireRegistered(database.state, registered);
  const same = [...versions.values()].find((one) => one.run === runId && one.artifact === digest);
  if (same) return { name: registered, version: same.version };
  const place = `models/${registered}/${digest.slice(0, 12)}`;
  const isFile = (await filesOf(artifacts.pathOf(digest), digest))[0]?.[0] === '';
  await logArtifact(database, artifacts, runId, isFile ? `${place}/${file}` : place, digest);
  const source = `${artifactUri(database.state, requireActiveRun(database.state, runId))}/${place}`;
  const version = await createVersion(database, registered, {
    source,
    location: source,
    run: runId,
    runLink: null,
    model: null,
    description,
    user: '',
    owner: null,
    artifact: digest,
    tags: Object.entries(tags),
  });
  return { name: registered, version };
}

export interface GovernedVersion {
  /** As `registerModel` gave it. */
  version: string;
  stage: Stage;
  tags: Record<string, string>;
}

/** Makes stages and tags of a governed model's versions what the decisions say. */
export async function markVersions(database: Database, name: string, marks: readonly GovernedVersion[]): Promise<void> {
  await changeRegistered(database, registryName(name), ({ versions }) => {
    const updatedAt = Date.now();
    const changed = marks.flatMap(({ version, stage, tags }): VersionRow[] => {
      const known = versions.get(version);
      const edits = Object.entries(tags).filter(([key, value]) => known?.tags.get(key) !== value);
      if (!known || (known.stage === stage && edits.length === 0)) return [];
      return [{ version, stage, updatedAt, tags: edits }];
    });
    return changed.length === 0 ? null : { versions: changed, updatedAt };
  });
}

/** Makes the aliases `champion` and `candidate` what the decisions say; null takes one away. */
export async function setAliases(
  database: Database,
  name: string,
  aliases: Record<(typeof GOVERNED_ALIASES)[number], string | null>,
): Promise<void> {
  await changeRegistered(database, registryName(name), (model) => {
    const edits = GOVERNED_ALIASES.filter((alias) => (model.aliases.get(alias) ?? null) !== aliases[alias]);
    return edits.length === 0
      ? null
      : { aliases: edits.map((alias) => [alias, aliases[alias]]), updatedAt: Date.now() };
  });
}
