import { quote } from '../names';
import { page, pageSize } from '../pages';
import type { LoggedModel, Point } from '../records';
import { refuse } from '../refusal';
import type { State } from '../state';
import { type Clause, parseFilter } from './filter';
import { assertClause, holds, NUMERIC, TEXT, TEXT_OR_LIST } from './match';
import { ascend, type SortKey, type SortValue, sorted } from './order';

interface DatasetName {
  name: string;
  digest: string | null;
}

export interface ModelSearch {
  experiments: string[];
  filter: string;
  /** Only metrics measured on one of these count; none: all. */
  datasets: DatasetName[];
  orderBy: { field: string; ascending: boolean; dataset: string | null; digest: string | null }[];
  size: number | null;
  token: string | null;
}

const PAGE = 50;
const MOST = 50_000;
const ATTRIBUTES = new Map<string, (model: LoggedModel) => SortValue>([
  ['name', (model) => model.name],
  ['model_id', (model) => model.id],
  ['model_type', (model) => model.modelType],
  ['status', (model) => model.status.replace('LOGGED_MODEL_', '')],
  ['source_run_id', (model) => model.run],
  ['creation_timestamp', (model) => model.createdAt],
  ['creation_time', (model) => model.createdAt],
  ['last_updated_timestamp', (model) => model.updatedAt],
  ['last_updated_time', (model) => model.updatedAt],
]);
const NUMBERS = new Set(['creation_timestamp', 'creation_time', 'last_updated_timestamp', 'last_updated_time']);

/** A page of the logged models that match, by the order asked for, then the newest first. */
export function searchModels(state: State, search: ModelSearch): { items: LoggedModel[]; next: string | null } {
  const size = pageSize(search.size, PAGE, MOST);
  const clauses = parseFilter(search.filter);
  const matches = clauses.map((clause) => predicate(clause, search.datasets));
  if (search.datasets.length > 0 && !clauses.some(isMetric)) {
    matches.push((model) => [...model.metrics.values()].some((point) => measuredOn(point, search.datasets)));
  }
  const keys = search.orderBy.map(sortKey);
  const experiments = new Set(search.experiments);
  const found = [...state.models.values()].filter(
    (model) =>
      model.lifecycle === 'active' &&
      (experiments.size === 0 || experiments.has(model.experiment)) &&
      matches.every((match) => match(model)),
  );
  return page(sorted(found, keys, newestFirst), size, search.token);
}

function newestFirst(a: LoggedModel, b: LoggedModel): number {
  return b.createdAt - a.createdAt || ascend(a.id, b.id);
}

function isMetric({ entity }: { entity: string | null }): boolean {
  return entity === 'metric' || entity === 'metrics';
}

function measuredOn(point: Point, datasets: readonly DatasetName[]): boolean {
  return datasets.some(
    ({ name, digest }) => point.dataset?.name === name && (digest === null || point.dataset.digest === digest),
  );
}

function predicate(clause: Clause, datasets: readonly DatasetName[]): (model: LoggedModel) => boolean {
  const { entity, key } = clause;
  if (isMetric(clause)) {
    assertClause(clause, NUMERIC);
    return (model) =>
      [...model.metrics.values()].some(
        (point) =>
          point.key === key && (datasets.length === 0 || measuredOn(point, datasets)) && holds(point.value, clause),
      );
  }
  if (entity === 'param' || entity === 'params' || entity === 'parameter' || entity === 'parameters') {
    assertClause(clause, TEXT);
    return (model) => holds(model.params.get(key), clause);
  }
  if (entity === 'tag' || entity === 'tags') {
    assertClause(clause, TEXT);
    return (model) => holds(model.tags.get(key), clause);
  }
  const read = ATTRIBUTES.get(key);
  if (!read || (entity !== null && entity !== 'attribute' && entity !== 'attributes')) throw invalidKey(key);
  assertClause(clause, NUMBERS.has(key) ? NUMERIC : TEXT_OR_LIST);
  return (model) => holds(read(model), clause);
}

function sortKey(order: ModelSearch['orderBy'][number]): SortKey<LoggedModel> {
  const { field, ascending, dataset, digest } = order;
  if (digest !== null && dataset === null) {
    throw refuse('INVALID_PARAMETER_VALUE', '`dataset_digest` can only be specified if `dataset_name` is, too.');
  }
  if (field.startsWith('metrics.')) {
    const key = field.slice('metrics.'.length);
    const datasets = dataset === null ? [] : [{ name: dataset, digest }];
    return { ascending, read: (model) => latest(model, key, datasets) };
  }
  const read = ATTRIBUTES.get(field.trim());
  if (!read) throw invalidKey(field);
  return { ascending, read };
}

function latest(model: LoggedModel, key: string, datasets: readonly DatasetName[]): number | null {
  let found: Point | null = null;
  for (const point of model.metrics.values()) {
    if (point.key !== key || (datasets.length > 0 && !measuredOn(point, datasets))) continue;
    if (!found || point.timestamp > found.timestamp) found = point;
  }
  return found?.value ?? null;
}

function invalidKey(key: string) {
  return refuse('INVALID_PARAMETER_VALUE', `Invalid logged model search key ${quote(key)}.`);
}
