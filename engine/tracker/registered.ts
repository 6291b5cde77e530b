import path from 'node:path';
import { locate } from './artifact-places';
import { files, find, isFolder } from './artifact-tree';
import type { ModelVersion, RegisteredModel, StoredFile } from './records';
import type { State } from './state';

/** A version of a registered model as callers in this process see it. */
export interface RegisteredVersion {
  version: string;
  aliases: string[];
  /** As the client gave it: `models:/m-<id>`, `runs:/<id>/<path>`. */
  source: string;
  /** The tracker's run that made it, with the run's tags. */
  run: string | null;
  tags: ReadonlyMap<string, string>;
  /** Milliseconds. */
  createdAt: number;
  /** Path below the model -> content; null where they are somewhere else, or gone. */
  files(): [string, StoredFile][] | null;
}

/** What clients registered, each model with its versions, the oldest first. Those that an improver governs are the workspace's own. */
export function registeredByClients(state: State): { name: string; versions: RegisteredVersion[] }[] {
  return [...state.registered.values()]
    .filter(({ governed }) => !governed)
    .map((model) => ({
      name: model.name,
      versions: [...model.versions.values()].map((version) => plain(state, model, version)),
    }));
}

function plain(state: State, model: RegisteredModel, version: ModelVersion): RegisteredVersion {
  return {
    version: version.version,
    aliases: [...model.aliases].flatMap(([alias, of]) => (of === version.version ? alias : [])),
    source: version.source,
    run: version.run,
    tags: (version.run === null ? undefined : state.runs.get(version.run)?.tags) ?? new Map(),
    createdAt: version.createdAt,
    files: () => filesOf(state, version),
  };
}

function filesOf(state: State, { location }: ModelVersion): [string, StoredFile][] | null {
  const [, rest] = /^mlflow-artifacts:\/+(.*?)\/*$/.exec(location) ?? [];
  const place = rest ? locate(state, rest) : null;
  const found = place && find(place.folder, place.path);
  if (!place || !found) return null;
  const all: [string, StoredFile][] = isFolder(found) ? [...files(found)] : [[path.posix.basename(place.path), found]];
  return all.length > 0 ? all : null;
}
