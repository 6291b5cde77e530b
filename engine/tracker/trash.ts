import type { Database } from './database';
import type { State } from './state';

/** What was deleted over MLflow and can still be restored: until the garbage is collected. All are ids. */
export interface Trash {
  runs: string[];
  models: string[];
  /** Those that have nothing else. */
  experiments: string[];
}

/**
 * What may go for good. A run or logged model that a version in the registry is of stays, deleted or not.
 *
 * @param kept Runs that others still need.
 * @param before Deleted before then (milliseconds): who deletes by mistake has some time.
 */
export function trashIn(state: State, kept: ReadonlySet<string>, before: number): Trash {
  const needed = new Set(kept);
  for (const { versions } of state.registered.values()) {
    for (const { run, model } of versions.values()) for (const id of [run, model]) if (id !== null) needed.add(id);
  }
  const idsOf = (things: Iterable<{ id: string; lifecycle: string; deletedAt: number | null }>): string[] =>
    [...things]
      .filter(
        ({ id, lifecycle, deletedAt }) => lifecycle === 'deleted' && (deletedAt ?? 0) <= before && !needed.has(id),
      )
      .map(({ id }) => id);
  const trash = { runs: idsOf(state.runs.values()), models: idsOf(state.models.values()) };
  const going = new Set([...trash.runs, ...trash.models]);
  const inhabited = inhabitedBy(state, going);
  const experiments = [...state.experiments.values()]
    .filter(({ id, lifecycle, updatedAt }) => lifecycle === 'deleted' && updatedAt <= before && !inhabited.has(id))
    .map(({ id }) => id);
  return { ...trash, experiments };
}

/** Experiments of runs and logged models other than these. */
function inhabitedBy(state: State, without: ReadonlySet<string>): Set<string> {
  const things = [...state.runs.values(), ...state.models.values()];
  return new Set(things.filter(({ id }) => !without.has(id)).map(({ experiment }) => experiment));
}

/** Removes it, but what was restored or came meanwhile. */
export async function emptyTrash(database: Database, { runs, models, experiments }: Trash): Promise<void> {
  const { state } = database;
  await Promise.all([
    ...runs.map((id) =>
      database.write([`artifact:${id}`], () =>
        state.runs.get(id)?.lifecycle === 'deleted' ? { type: 'run', id, removed: true } : null,
      ),
    ),
    ...models.map((id) =>
      database.write([`artifact:${id}`], () =>
        state.models.get(id)?.lifecycle === 'deleted' ? { type: 'model', id, removed: true } : null,
      ),
    ),
  ]);
  await Promise.all(
    experiments.map((id) =>
      database.write([`experiment:${id}`], () =>
        state.experiments.get(id)?.lifecycle === 'deleted' && !inhabitedBy(state, new Set()).has(id)
          ? { type: 'experiment', id, removed: true }
          : null,
      ),
    ),
  );
  await database.sweep();
}

/** Stores of the first format did not say when a thing was deleted: from now on it counts. */
export async function dateDeletions(database: Database): Promise<void> {
  const { state } = database;
  const deletedAt = Date.now();
  for (const [type, things] of [
    ['run', state.runs],
    ['model', state.models],
  ] as const) {
    const undated = [...things.values()].filter((thing) => thing.lifecycle === 'deleted' && thing.deletedAt === null);
    await Promise.all(undated.map(({ id }) => database.write([], () => ({ type, id, deletedAt }))));
  }
}
