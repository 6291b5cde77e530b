import type { PointRow, RunChange } from './changes';
import type { Database } from './database';
import { createExperiment, experimentNamed } from './experiments';
import type { StoredFile } from './records';
import { refuse } from './refusal';
import { requireRun } from './runs';
import type { State } from './state';
import { wholeOf } from './whole';

/** A run with its histories, as it moves between stores. */
export interface MovedRun {
  experiment: string;
  run: RunChange;
  /** Metric -> its points. */
  histories: Record<string, PointRow[]>;
}

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
  const { experiment, latest } = requireRun(state, id);
  const histories: [string, PointRow[]][] = [];
  for (const key of latest.keys()) {
    const points = await database.history(id, key);
    histories.push([key, points.map(({ value, timestamp, step }) => [key, spelled(value), timestamp, step])]);
  }
  const run = wholeOf(state, `run:${id}`) as RunChange;
  return {
    experiment: state.experiments.get(experiment)?.name ?? experiment,
    // Models and datasets stay: what they are called is another store's.
    run: { ...run, metrics: [], inputs: [], modelInputs: [], modelOutputs: [] },
    histories: Object.fromEntries(histories),
  };
}

const spelled = (value: number): number | string =>
  Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value);

/** A journal's record is at most so many points. */
const PIECE = 1000;

/** One that is here already is left as it is. @throws A refusal for what is no run. */
export async function importRun(database: Database, id: string, value: unknown): Promise<void> {
  const moved = checked(id, value);
  if (database.state.runs.has(id)) return;
  if (!experimentNamed(database.state, moved.experiment)) {
    await createExperiment(database, { name: moved.experiment }).catch((error: unknown) => {
      if (!experimentNamed(database.state, moved.experiment)) throw error;
    });
  }
  const experiment = experimentNamed(database.state, moved.experiment)!.id;
  await database.write([], () => ({ ...moved.run, type: 'run', id, experiment, key: null }));
  for (const points of Object.values(moved.histories)) {
    for (let from = 0; from < points.length; from += PIECE) {
      const metrics = points.slice(from, from + PIECE);
      await database.write([], () => ({ type: 'run', id, metrics }));
    }
  }
}

/** Only what a run has, each of its kind: an archive is anybody's. */
function checked(id: string, value: unknown): MovedRun {
  const { experiment, run, histories } = record(value);
  const given = record(run);
  if (!/^[a-zA-Z0-9][\w-]{0,255}$/.test(id)) throw invalid();
  const owner = given.owner === null ? null : text(given.owner);
  return {
    experiment: text(experiment),
    run: {
      type: 'run',
      id,
      name: text(given.name),
      user: text(given.user),
      status: oneOf(given.status, ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']),
      start: number(given.start),
      end: given.end === null ? null : number(given.end),
      lifecycle: oneOf(given.lifecycle, ['active', 'deleted']),
      owner,
      params: list(given.params).map(pair),
      tags: list(given.tags).map(pair),
      artifacts: list(given.artifacts).map((entry): [string, StoredFile] => {
        const [place, file] = list(entry);
        const { digest, bytes, within } = record(file);
        if (!/^[0-9a-f]{64}$/.test(text(digest))) throw invalid();
        return [
          plain(text(place)),
          {
            digest: text(digest),
            bytes: number(bytes),
            ...(within === undefined ? {} : { within: plain(text(within)) }),
          },
        ];
      }),
    },
    histories: Object.fromEntries(
      Object.entries(record(histories)).map(([key, points]) => [
        key,
        list(points).map((row): PointRow => {
          const [name, measured, timestamp, step] = list(row);
          if (name !== key || Number.isNaN(Number(measured)) !== (measured === 'NaN')) throw invalid();
          return [key, typeof measured === 'number' ? measured : text(measured), number(timestamp), number(step)];
        }),
      ]),
    ),
  };
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid();
  return value as Record<string, unknown>;
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw invalid();
  return value;
}

function pair(value: unknown): [string, string] {
  const [key, given] = list(value);
  return [text(key), text(given)];
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw invalid();
  return value;
}

function number(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw invalid();
  return value;
}

function oneOf<const T extends string>(value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw invalid();
  return found;
}

function plain(path: string): string {
  if (path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\\')))
    return path;
  throw invalid();
}

function invalid() {
  return refuse('INVALID_PARAMETER_VALUE', 'it is not what a tracker exports');
}
