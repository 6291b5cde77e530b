import { quote } from '../names';
import { page, pageSize } from '../pages';
import type { Experiment } from '../records';
import { refuse } from '../refusal';
import type { State } from '../state';
import { type Clause, type Name, parseFilter, parseOrder } from './filter';
import { assertClause, holds, NUMERIC, TEXT_OR_LIST, TEXT_OR_NULL } from './match';
import { ascend, type SortKey, sorted } from './order';
import { viewOf } from './view';

export interface ExperimentSearch {
  filter: string;
  orderBy: string[];
  view: string;
  size: number | null;
  token: string | null;
}

const PAGE = 1000;
const MOST = 50_000;
const ATTRIBUTES = new Map<string, (experiment: Experiment) => string | number>([
  ['name', (experiment) => experiment.name],
  ['experiment_id', (experiment) => experiment.id],
  ['creation_time', (experiment) => experiment.createdAt],
  ['last_update_time', (experiment) => experiment.updatedAt],
]);
const NUMBERS = new Set(['creation_time', 'last_update_time']);

/** A page of the experiments that match, by the order asked for, then the newest first. */
export function searchExperiments(
  state: State,
  search: ExperimentSearch,
): { items: Experiment[]; next: string | null } {
  const size = pageSize(search.size, PAGE, MOST);
  const inView = viewOf(search.view);
  const matches = parseFilter(search.filter).map(predicate);
  const keys = search.orderBy.map(sortKey);
  const found = [...state.experiments.values()].filter(
    (experiment) => inView(experiment.lifecycle) && matches.every((match) => match(experiment)),
  );
  return page(sorted(found, keys, newestFirst), size, search.token);
}

function newestFirst(a: Experiment, b: Experiment): number {
  return b.createdAt - a.createdAt || ascend(b.id, a.id);
}

function isTag({ entity }: Name): boolean {
  if (entity === 'tag' || entity === 'tags') return true;
  if (entity === null || entity === 'attribute') return false;
  throw refuse('INVALID_PARAMETER_VALUE', `Invalid entity type ${quote(entity)}.`);
}

function predicate(clause: Clause): (experiment: Experiment) => boolean {
  if (isTag(clause)) {
    assertClause(clause, TEXT_OR_NULL);
    return (experiment) => holds(experiment.tags.get(clause.key), clause);
  }
  const read = attribute(clause.key);
  assertClause(clause, NUMBERS.has(clause.key) ? NUMERIC : TEXT_OR_LIST);
  if (Array.isArray(clause.value) && clause.key !== 'experiment_id') {
    throw refuse('INVALID_PARAMETER_VALUE', 'Only experiment_id supports comparison with a list.');
  }
  return (experiment) => holds(read(experiment), clause);
}

function sortKey(text: string): SortKey<Experiment> {
  const order = parseOrder(text);
  if (isTag(order)) throw refuse('INVALID_PARAMETER_VALUE', 'Experiments are not ordered by tags.');
  return { ascending: order.ascending, read: attribute(order.key) };
}

function attribute(key: string): (experiment: Experiment) => string | number {
  const found = ATTRIBUTES.get(key);
  if (!found) throw refuse('INVALID_PARAMETER_VALUE', `Invalid attribute key ${quote(key)} specified.`);
  return found;
}
