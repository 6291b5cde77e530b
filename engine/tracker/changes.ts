import type {
  Dataset,
  DatasetInput,
  Experiment,
  LoggedModelInfo,
  ModelVersion,
  Point,
  RegisteredModel,
  RunInfo,
  StoredFile,
} from './records';

/** Map entries as JSON keeps them. A null value removes the key. */
export type Entries = [string, string][];
export type Edits = [string, string | null][];

/** `[key, value, timestamp, step, model, dataset name, dataset digest]`; the end is left out where it is empty. */
export type PointRow = [string, number | string, number, number, string?, string?, string?];

/**
 * What happened, as the journal keeps it: one change is one record, so it is there whole or not at all. `whole` says that
 * the change is all there is of the thing (a checkpoint's form), not an addition to what was.
 */
export type Change = ExperimentChange | RunChange | ({ type: 'dataset' } & Dataset) | ModelChange | RegisteredChange;

export interface ExperimentChange extends Partial<Omit<Experiment, 'id' | 'tags'>> {
  type: 'experiment';
  id: string;
  whole?: true;
  removed?: true;
  tags?: Edits;
}

export interface RunChange extends Partial<RunInfo> {
  type: 'run';
  id: string;
  whole?: true;
  /** It is gone for good, with its histories. */
  removed?: true;
  params?: Entries;
  tags?: Edits;
  metrics?: PointRow[];
  datasets?: Dataset[];
  inputs?: DatasetInput[];
  modelInputs?: string[];
  modelOutputs?: { model: string; step: number }[];
  artifacts?: [string, StoredFile | null][];
}

export interface ModelChange extends Partial<LoggedModelInfo> {
  type: 'model';
  id: string;
  whole?: true;
  removed?: true;
  params?: Entries;
  tags?: Edits;
  /** With the run that each is of; only in the whole form. */
  metrics?: [string, PointRow][];
  artifacts?: [string, StoredFile | null][];
}

export type VersionRow = Partial<Omit<ModelVersion, 'tags'>> & { version: string; tags?: Edits };

export interface RegisteredChange extends Partial<Omit<RegisteredModel, 'name' | 'tags' | 'aliases' | 'versions'>> {
  type: 'registered';
  name: string;
  whole?: true;
  removed?: true;
  renamedTo?: string;
  tags?: Edits;
  aliases?: Edits;
  versions?: VersionRow[];
  removedVersions?: string[];
}

export function toRow(point: Point): PointRow {
  const row: PointRow = [point.key, spell(point.value), point.timestamp, point.step];
  if (point.model !== undefined || point.dataset) row.push(point.model ?? '');
  if (point.dataset) row.push(point.dataset.name, point.dataset.digest);
  return row;
}

/** JSON has no NaN, infinities or negative zero. */
export function spell(value: number): number | string {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}

export function fromRow([key, value, timestamp, step, model, name, digest]: PointRow): Point {
  const point: Point = { key, value: Number(value), timestamp, step };
  if (model) point.model = model;
  if (name !== undefined) point.dataset = { name, digest: digest ?? '' };
  return point;
}
