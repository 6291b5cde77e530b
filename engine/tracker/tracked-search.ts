import { experimentNamed } from './experiments';
import type { Run } from './records';
import { searchRuns } from './search/runs';
import type { State } from './state';

export interface TrackedSearch {
  filter: string;
  order: string[];
  limit: number;
  /** An experiment's name; null: all. */
  experiment: string | null;
  /** Only these runs; null: all. */
  ids: ReadonlySet<string> | null;
}

/** A run as callers in this process see it. */
export interface TrackedRun {
  id: string;
  name: string;
  experiment: string;
  status: string;
  /** Milliseconds. */
  start: number;
  end: number | null;
  params: ReadonlyMap<string, string>;
  metrics: ReadonlyMap<string, number>;
  tags: ReadonlyMap<string, string>;
}

/** What fits, in order. An experiment that is not there has no runs. */
export function searchTracked(state: State, { filter, order, limit, experiment, ids }: TrackedSearch): TrackedRun[] {
  const one = experiment === null ? undefined : experimentNamed(state, experiment);
  const experiments = experiment === null ? [...state.experiments.keys()] : one ? [one.id] : [];
  const found: TrackedRun[] = [];
  let token: string | null = null;
  do {
    const search = { experiments, filter, orderBy: order, view: 'ACTIVE_ONLY', size: 50_000, token };
    const { items, next }: { items: Run[]; next: string | null } = searchRuns(state, search);
    for (const run of items) if (ids === null || ids.has(run.id)) found.push(plain(state, run));
    token = next;
  } while (token !== null && found.length < limit);
  return found.slice(0, limit);
}

function plain(state: State, run: Run): TrackedRun {
  return {
    id: run.id,
    name: run.name,
    experiment: state.experiments.get(run.experiment)?.name ?? run.experiment,
    status: run.status,
    start: run.start,
    end: run.end,
    params: run.params,
    metrics: new Map([...run.latest].map(([key, { value }]) => [key, value])),
    tags: run.tags,
  };
}
