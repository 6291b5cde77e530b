import { quote } from '../names';
import { page, pageSize } from '../pages';
import type { ModelVersion, RegisteredModel } from '../records';
import { refuse } from '../refusal';
import type { State } from '../state';
import { type Clause, type Name, parseFilter, parseOrder } from './filter';
import { assertClause, holds, NUMERIC, TEXT, TEXT_OR_LIST } from './match';
import { ascend, type SortKey, sorted } from './order';

export interface RegistrySearch {
  filter: string;
  orderBy: string[];
  size: number | null;
  token: string | null;
}

export interface VersionOf {
  model: RegisteredModel;
  version: ModelVersion;
}

type Reader<T> = (thing: T) => string | number | null;

interface Vocabulary<T> {
  /** What filters may name, and what orders may. */
  filters: Map<string, Reader<T>>;
  orders: Map<string, Reader<T>>;
  numbers: ReadonlySet<string>;
  /** Attributes that take IN. */
  lists: ReadonlySet<string>;
  tagsOf(thing: T): ReadonlyMap<string, string>;
}

const MODELS: Vocabulary<RegisteredModel> = {
  filters: new Map([['name', (model: RegisteredModel) => model.name]]),
  orders: new Map<string, Reader<RegisteredModel>>([
    ['name', (model) => model.name],
    ['timestamp', (model) => model.updatedAt],
    ['last_updated_timestamp', (model) => model.updatedAt],
  ]),
  numbers: new Set(),
  lists: new Set(['name']),
  tagsOf: (model) => model.tags,
};

const VERSIONS: Vocabulary<VersionOf> = {
  filters: new Map<string, Reader<VersionOf>>([
    ['name', ({ model }) => model.name],
    ['version_number', ({ version }) => Number(version.version)],
    ['run_id', ({ version }) => version.run ?? ''],
    ['source_path', ({ version }) => version.source],
  ]),
  orders: new Map<string, Reader<VersionOf>>([
    ['name', ({ model }) => model.name],
    ['version_number', ({ version }) => Number(version.version)],
    ['creation_timestamp', ({ version }) => version.createdAt],
    ['last_updated_timestamp', ({ version }) => version.updatedAt],
  ]),
  numbers: new Set(['version_number']),
  lists: new Set(['name', 'run_id']),
  tagsOf: ({ version }) => version.tags,
};

/** Clients ask all searches for what is no prompt by this tag, which models don't have. */
const PROMPT_TAG = 'mlflow.prompt.is_prompt';

export function searchRegistered(
  state: State,
  search: RegistrySearch,
): { items: RegisteredModel[]; next: string | null } {
  const natural = (a: RegisteredModel, b: RegisteredModel): number => ascend(a.name, b.name);
  return run([...state.registered.values()], MODELS, search, natural, 100, 1000);
}

export function searchVersions(state: State, search: RegistrySearch): { items: VersionOf[]; next: string | null } {
  const all = [...state.registered.values()].flatMap((model) =>
    [...model.versions.values()].map((version) => ({ model, version })),
  );
  const natural = (a: VersionOf, b: VersionOf): number =>
    b.version.updatedAt - a.version.updatedAt ||
    ascend(a.model.name, b.model.name) ||
    Number(b.version.version) - Number(a.version.version);
  return run(all, VERSIONS, search, natural, 10_000, 200_000);
}

function run<T>(
  things: T[],
  vocabulary: Vocabulary<T>,
  search: RegistrySearch,
  natural: (a: T, b: T) => number,
  usual: number,
  most: number,
): { items: T[]; next: string | null } {
  const size = pageSize(search.size, usual, most);
  const matches = parseFilter(search.filter).map((clause) => predicate(vocabulary, clause));
  const keys = search.orderBy.map((text) => sortKey(vocabulary, text));
  const found = things.filter((thing) => matches.every((match) => match(thing)));
  return page(sorted(found, keys, natural), size, search.token);
}

function isTag({ entity }: Name): boolean {
  if (entity === 'tag' || entity === 'tags') return true;
  if (entity === null || entity === 'attribute') return false;
  throw refuse('INVALID_PARAMETER_VALUE', `Invalid entity type ${quote(entity)}.`);
}

function predicate<T>(vocabulary: Vocabulary<T>, clause: Clause): (thing: T) => boolean {
  const { key, operator, value } = clause;
  if (isTag(clause)) {
    assertClause(clause, TEXT);
    const unlessPrompt = key === PROMPT_TAG && (operator === '!=') === (value === 'true');
    return (thing) => {
      const actual = vocabulary.tagsOf(thing).get(key);
      return actual === undefined ? unlessPrompt : holds(actual, clause);
    };
  }
  const read = vocabulary.filters.get(key);
  if (!read) throw refuse('INVALID_PARAMETER_VALUE', `Invalid attribute key ${quote(key)} specified.`);
  const numeric = vocabulary.numbers.has(key);
  // version_number = '1'
  if (numeric && typeof value === 'string' && /^\d+$/.test(value)) {
    return predicate(vocabulary, { ...clause, value: Number(value) });
  }
  assertClause(clause, numeric ? NUMERIC : TEXT_OR_LIST);
  if (Array.isArray(value) && !vocabulary.lists.has(key)) {
    throw refuse('INVALID_PARAMETER_VALUE', `Only ${[...vocabulary.lists]} support comparison with a list.`);
  }
  return (thing) => holds(read(thing), clause);
}

function sortKey<T>(vocabulary: Vocabulary<T>, text: string): SortKey<T> {
  const order = parseOrder(text);
  const read = isTag(order) ? undefined : vocabulary.orders.get(order.key);
  if (!read) throw refuse('INVALID_PARAMETER_VALUE', `Invalid order by key ${quote(order.key)} specified.`);
  return { ascending: order.ascending, read };
}
