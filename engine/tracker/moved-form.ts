import type { ModelChange, PointRow, RunChange } from './changes';
import type { Dataset, StoredFile } from './records';
import { refuse } from './refusal';

/** A run with its histories, the datasets it took and the logged models it made or took, as it moves between stores. */
export interface MovedRun {
  experiment: string;
  /** Whole; its inputs name datasets by their place in `datasets`. */
  run: RunChange;
  /** Metric -> its points. */
  histories: Record<string, PointRow[]>;
  datasets: Omit<Dataset, 'id' | 'experiment'>[];
  models: (ModelChange & { experiment: string })[];
}

/** Only what a run has, each of its kind: an archive is anybody's. @throws A refusal. */
export function checkedRun(id: string, value: unknown): MovedRun {
  const { experiment, run, histories, datasets = [], models = [] } = record(value);
  const given = record(run);
  if (!ID.test(id)) throw invalid();
  const taken = list(datasets).map(dataset);
  return {
    experiment: text(experiment),
    run: {
      ...lifecycle(given),
      type: 'run',
      id,
      name: text(given.name),
      user: text(given.user),
      status: oneOf(given.status, ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']),
      start: number(given.start),
      end: given.end === null ? null : number(given.end),
      owner: given.owner === null ? null : text(given.owner),
      params: list(given.params).map(pair),
      tags: list(given.tags).map(pair),
      artifacts: list(given.artifacts).map(artifact),
      inputs: list(given.inputs ?? []).map((input) => {
        const { dataset: at, tags } = record(input);
        if (!taken[Number(text(at))]) throw invalid();
        return { dataset: text(at), tags: list(tags).map(pair) };
      }),
      modelInputs: list(given.modelInputs ?? []).map(text),
      modelOutputs: list(given.modelOutputs ?? []).map((output) => {
        const { model, step } = record(output);
        return { model: text(model), step: number(step) };
      }),
    },
    histories: Object.fromEntries(
      Object.entries(record(histories)).map(([key, points]) => [
        key,
        list(points).map((point) => {
          const made = row(point);
          if (made[0] !== key) throw invalid();
          return made;
        }),
      ]),
    ),
    datasets: taken,
    models: list(models).map(model),
  };
}

const ID = /^[a-zA-Z0-9][\w-]{0,255}$/;

/** An older archive does not say when a thing was deleted. */
function lifecycle(given: Record<string, unknown>): Pick<RunChange, 'lifecycle' | 'deletedAt'> {
  const deleted = oneOf(given.lifecycle, ['active', 'deleted']) === 'deleted';
  return deleted ? { lifecycle: 'deleted', deletedAt: Date.now() } : { lifecycle: 'active', deletedAt: null };
}

function model(value: unknown): MovedRun['models'][number] {
  const given = record(value);
  const made: ModelChange = {
    ...lifecycle(given),
    type: 'model',
    id: modelId(given.id),
    name: text(given.name),
    createdAt: number(given.createdAt),
    updatedAt: number(given.updatedAt),
    status: oneOf(given.status, ['LOGGED_MODEL_PENDING', 'LOGGED_MODEL_READY', 'LOGGED_MODEL_UPLOAD_FAILED']),
    modelType: optional(given.modelType),
    run: optional(given.run),
    owner: null,
    params: list(given.params).map(pair),
    tags: list(given.tags).map(pair),
    metrics: list(given.metrics).map((entry): [string, PointRow] => {
      const [run, point] = list(entry);
      return [text(run), row(point)];
    }),
    artifacts: list(given.artifacts).map(artifact),
  };
  return { ...made, experiment: text(given.experiment) };
}

function dataset(value: unknown): MovedRun['datasets'][number] {
  const given = record(value);
  return {
    name: text(given.name),
    digest: text(given.digest),
    sourceType: text(given.sourceType),
    source: text(given.source),
    schema: optional(given.schema),
    profile: optional(given.profile),
  };
}

function artifact(entry: unknown): [string, StoredFile] {
  const [place, file] = list(entry);
  const { digest, bytes, within } = record(file);
  if (!/^[0-9a-f]{64}$/.test(text(digest))) throw invalid();
  const inside = within === undefined ? {} : { within: plain(text(within)) };
  return [plain(text(place)), { digest: text(digest), bytes: number(bytes), ...inside }];
}

function row(value: unknown): PointRow {
  const [key, measured, timestamp, step, ...about] = list(value);
  if (Number.isNaN(Number(measured)) !== (measured === 'NaN') || about.length > 3) throw invalid();
  const [model, name, digest] = about.map(text);
  const point: PointRow = [
    text(key),
    typeof measured === 'number' ? measured : text(measured),
    number(timestamp),
    number(step),
  ];
  if (model !== undefined) point.push(model);
  if (name !== undefined) point.push(name, digest ?? '');
  return point;
}

function modelId(value: unknown): string {
  const id = text(value);
  if (/^m-[0-9a-f]{32}$/.test(id)) return id;
  throw invalid();
}

function optional(value: unknown): string | null {
  return value === null || value === undefined ? null : text(value);
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
