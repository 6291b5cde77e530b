import { fault, type QueryRequest, type QueryRow } from '../protocol';
import type { EngineRooms } from '../runs/run-context';
import { readRun } from '../runs/run-file';
import type { TrackedRun } from '../tracker';

const LIMIT = 100;

/**
 * Algorithm 2 of the paper: the query of an execution goes to the tracker that has it. Without one, the workspace's own
 * store answers, which knows of all.
 *
 * @throws SF5031 for a filter that is none, SF3081 for an execution that nobody knows.
 */
export async function query(rooms: EngineRooms, request: QueryRequest): Promise<QueryRow[]> {
  const { filter = '', order = [], limit = LIMIT, workflow = null, execution } = request;
  if (execution !== undefined) return ofExecutions(rooms, await executionsOf(rooms, execution), request);
  const found = await rooms.tracker.search({ filter, order, limit, experiment: workflow, ids: null });
  return found.map((run) => rowOf(run, null));
}

/** Each execution's own tracker is asked; of those in several, the answers in the order of the question. */
async function ofExecutions(
  { tracker }: EngineRooms,
  ids: readonly string[],
  { filter = '', order = [], limit = LIMIT, workflow }: QueryRequest,
): Promise<QueryRow[]> {
  const rows: QueryRow[] = [];
  for (const [home, some] of Map.groupBy(ids, (id) => tracker.homeOf(id))) {
    const asked = { filter, order, limit };
    const found =
      home === null
        ? await tracker.search({ ...asked, experiment: workflow ?? null, ids: new Set(some) })
        : await tracker.searchAt(home, some, asked);
    rows.push(...found.map((run) => rowOf(run, home)));
  }
  return rows.slice(0, limit);
}

/** The tracker's runs of a run, of one step of it, or the one that is named. */
async function executionsOf({ places, tracker }: EngineRooms, execution: string): Promise<string[]> {
  const slash = execution.indexOf('/');
  const [id, step] = slash < 0 ? [execution, null] : [execution.slice(0, slash), execution.slice(slash + 1)];
  const read = await readRun(places, id).catch(() => null);
  if (read) {
    const records = [...read.record.steps.values()].filter(
      (record) => step === null || record.step.name === step || record.step.node === step,
    );
    const tracked = records.flatMap(({ trackerRun }) => (trackerRun === null ? [] : [trackerRun]));
    if (tracked.length > 0 || step === null) return tracked;
  } else {
    const known = { filter: '', order: [], limit: 1, experiment: null, ids: new Set([execution]) };
    if ((await tracker.search(known)).length > 0) return [execution];
  }
  throw fault(
    'SF3081',
    'request',
    `No execution is called ${JSON.stringify(execution.slice(0, 200))}.`,
    'Name a run (`scanflow runs`), RUN/STEP (`scanflow show RUN`), or an id that `scanflow query` printed.',
  );
}

function rowOf(run: TrackedRun, tracker: string | null): QueryRow {
  return {
    execution: run.id,
    name: run.name,
    workflow: run.experiment,
    run: run.tags.get('scanflow.run') ?? null,
    step: run.tags.get('scanflow.step') ?? null,
    status: run.status,
    startedAt: new Date(run.start).toISOString(),
    endedAt: run.end === null ? null : new Date(run.end).toISOString(),
    params: Object.fromEntries(run.params),
    metrics: Object.fromEntries(run.metrics),
    tags: Object.fromEntries(run.tags),
    inputs: digests(run.tags.get('scanflow.inputs')),
    outputs: digests(run.tags.get('scanflow.outputs')),
    tracker,
  };
}

/** A tag that a client may have overwritten. */
function digests(tag: string | undefined): Record<string, string> {
  try {
    const value: unknown = JSON.parse(tag ?? '{}');
    const entries = Object.entries(value as object).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    return Object.fromEntries(entries);
  } catch {
    return {};
  }
}
