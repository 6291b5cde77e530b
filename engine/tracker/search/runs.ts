import { artifactUri } from '../artifact-uris';
import { CONTEXT_TAG } from '../datasets';
import { quote } from '../names';
import { page, pageSize } from '../pages';
import type { Run } from '../records';
import { refuse } from '../refusal';
import type { State } from '../state';
import { type Clause, type Name, parseFilter, parseOrder } from './filter';
import { assertClause, holds, NUMERIC, TEXT_OR_LIST, TEXT_OR_NULL } from './match';
import { ascend, type SortKey, type SortValue, sorted } from './order';
import { viewOf } from './view';

export interface RunSearch {
  /** None: no runs. */
  experiments: string[];
  filter: string;
  orderBy: string[];
  /** ACTIVE_ONLY, DELETED_ONLY, ALL. */
  view: string;
  size: number | null;
  token: string | null;
}

type Kind = 'metric' | 'param' | 'tag' | 'attribute' | 'dataset';

const KINDS = new Map<string, Kind>([
  ...['metric', 'metrics'].map((name) => [name, 'metric'] as const),
  ...['parameter', 'parameters', 'param', 'params'].map((name) => [name, 'param'] as const),
  ...['tag', 'tags'].map((name) => [name, 'tag'] as const),
  ...['attribute', 'attributes', 'attr', 'run'].map((name) => [name, 'attribute'] as const),
  ...['dataset', 'datasets'].map((name) => [name, 'dataset'] as const),
]);

const ALIASES = new Map([
  ['created', 'start_time'],
  ['Created', 'start_time'],
  ['run name', 'run_name'],
  ['Run name', 'run_name'],
  ['Run Name', 'run_name'],
]);
const NUMBERS = new Set(['start_time', 'end_time']);
const TEXTS = new Set(['run_id', 'run_name', 'status', 'user_id', 'artifact_uri']);
const DATASET_KEYS = new Set(['name', 'digest', 'context']);
const PAGE = 1000;
const MOST = 50_000;

/** A page of the runs that match, by the order asked for, then the newest first. */
export function searchRuns(state: State, search: RunSearch): { items: Run[]; next: string | null } {
  const size = pageSize(search.size, PAGE, MOST);
  const inView = viewOf(search.view);
  const matches = parseFilter(search.filter).map((clause) => predicate(state, clause));
  const keys = search.orderBy.map((text) => sortKey(state, text));
  const experiments = new Set(search.experiments);
  const found: Run[] = [];
  for (const run of state.runs.values()) {
    if (experiments.has(run.experiment) && inView(run.lifecycle) && matches.every((match) => match(run)))
      found.push(run);
  }
  return page(sorted(found, keys, newestFirst), size, search.token);
}

function newestFirst(a: Run, b: Run): number {
  return b.start - a.start || ascend(a.id, b.id);
}

/** Which of a run's values a name means. */
function meaning({ entity, key }: Name): { kind: Kind; key: string } {
  const kind = entity === null ? 'attribute' : KINDS.get(entity);
  if (!kind) throw refuse('INVALID_PARAMETER_VALUE', `Invalid entity type ${quote(entity ?? '')}.`);
  if (kind !== 'attribute') return { kind, key };
  return { kind, key: ALIASES.get(key) ?? key };
}

function predicate(state: State, clause: Clause): (run: Run) => boolean {
  const { kind, key } = meaning(clause);
  if (kind === 'dataset') return datasetPredicate(state, clause);
  if (kind === 'attribute' && !NUMBERS.has(key) && !TEXTS.has(key)) throw invalidAttribute(key);
  const numeric = kind === 'metric' || NUMBERS.has(key);
  assertClause(clause, numeric ? NUMERIC : kind === 'attribute' ? TEXT_OR_LIST : TEXT_OR_NULL);
  if (Array.isArray(clause.value) && key !== 'run_id') {
    throw refuse('INVALID_PARAMETER_VALUE', 'Only the attribute run_id supports comparison with a list.');
  }
  return (run) => holds(look(state, run, kind, key), clause);
}

/** True where one of the run's datasets stands the comparison. */
function datasetPredicate(state: State, clause: Clause): (run: Run) => boolean {
  const { key } = clause;
  if (!DATASET_KEYS.has(key)) throw refuse('INVALID_PARAMETER_VALUE', `Invalid dataset key ${quote(key)}.`);
  assertClause(clause, TEXT_OR_LIST);
  return (run) =>
    run.inputs.some(({ dataset, tags }) => {
      if (key === 'context') return tags.some(([tag, value]) => tag === CONTEXT_TAG && holds(value, clause));
      const found = state.datasets.get(dataset);
      return holds(key === 'name' ? found?.name : found?.digest, clause);
    });
}

function sortKey(state: State, text: string): SortKey<Run> {
  const order = parseOrder(text);
  const { kind, key } = meaning(order);
  if (kind === 'dataset') throw refuse('INVALID_PARAMETER_VALUE', 'Runs are not ordered by datasets.');
  if (kind === 'attribute' && !NUMBERS.has(key) && !TEXTS.has(key)) throw invalidAttribute(key);
  return { ascending: order.ascending, read: (run) => look(state, run, kind, key) };
}

function look(state: State, run: Run, kind: Exclude<Kind, 'dataset'>, key: string): SortValue {
  if (kind === 'metric') return run.latest.get(key)?.value ?? null;
  if (kind === 'param') return run.params.get(key) ?? null;
  if (kind === 'tag') return run.tags.get(key) ?? null;
  if (key === 'start_time') return run.start;
  if (key === 'end_time') return run.end;
  if (key === 'run_id') return run.id;
  if (key === 'run_name') return run.name;
  if (key === 'status') return run.status;
  return key === 'user_id' ? run.user : artifactUri(state, run);
}

function invalidAttribute(key: string) {
  return refuse('INVALID_PARAMETER_VALUE', `Invalid attribute key ${quote(key)} specified.`);
}
