import path from 'node:path';
import type { ArtifactStore } from '../../store/artifacts';
import { files } from '../artifact-tree';
import { type PointRow, toRow } from '../changes';
import type { Database } from '../database';
import type { Point, Run } from '../records';
import { type Client, Refused, Unreadable, unreadable } from './client';

/** Links a run of a server to ours: a crash between its creation and our note of it makes no second one. */
const TRACKED = 'scanflow.tracked';
/** What the engine shows under `outputs/` may be a dataset of any size: larger ones are named by their digests only. */
const LARGEST_OUTPUT = 64 << 20;

/** What a server has of a run, as far as this process knows. */
export interface Sent {
  remote: string;
  artifactUri: string;
  params: Set<string>;
  tags: Map<string, string>;
  artifacts: Map<string, string>;
  /** Status and end. */
  end: string;
  /** Points that were logged since; null: nobody knows which, so all are sent again (the server keeps each once). */
  fresh: PointRow[] | null;
}

export interface Sender {
  database: Database;
  artifacts: ArtifactStore;
  client: Client;
  /** Hears of a piece that the server refused, or that is gone here; the rest goes on. */
  leftOut(run: string, error: Refused | Unreadable): void;
}

/** Does a part of the work that the rest does not hang on. */
type Piece = (work: () => Promise<unknown>) => Promise<void>;

/** Logs some of what a run has. */
type Log = (what: 'params' | 'tags' | 'metrics', rows: readonly object[]) => Promise<void>;

/** Calls in a row that a server refuses, before what it refuses is no longer looked for in a batch. */
const MOST_IN_VAIN = 50;

/** Finds the run's twin on the server, or makes it. */
export async function linkRun({ database, client }: Sender, run: Run): Promise<Sent> {
  const name = database.state.experiments.get(run.experiment)?.name ?? run.experiment;
  const experiment = await experimentOf(client, name);
  const asked = { experiment_ids: [experiment], filter: `tags.\`${TRACKED}\` = '${run.id}'`, max_results: 1 };
  const { runs } = await client.call('POST', 'runs/search', asked);
  const [found] = (runs ?? []) as { info: { run_id: string; artifact_uri: string } }[];
  const made = found ?? (await created(client, run, experiment));
  return {
    remote: made.info.run_id,
    artifactUri: made.info.artifact_uri,
    params: new Set(),
    tags: new Map([[TRACKED, run.id]]),
    artifacts: new Map(),
    end: '',
    fresh: null,
  };
}

async function created(client: Client, run: Run, experiment: string) {
  const { run: made } = await client.call('POST', 'runs/create', {
    experiment_id: experiment,
    run_name: run.name,
    user_id: run.user,
    start_time: run.start,
    tags: [{ key: TRACKED, value: run.id }],
  });
  return made as { info: { run_id: string; artifact_uri: string } };
}

async function experimentOf(client: Client, name: string): Promise<string> {
  const get = async () =>
    (await client.call('GET', 'experiments/get-by-name', { experiment_name: name })).experiment as {
      experiment_id: string;
    };
  try {
    return (await get()).experiment_id;
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'RESOURCE_DOES_NOT_EXIST') throw error;
  }
  try {
    return String((await client.call('POST', 'experiments/create', { name })).experiment_id);
  } catch (error) {
    // Somebody else was faster.
    if (error instanceof Refused && error.code === 'RESOURCE_ALREADY_EXISTS') return (await get()).experiment_id;
    throw error;
  }
}

/** Brings the server's run up to ours, in the order: parameters and tags, points as they were logged, files, the end. */
export async function sendRun(sender: Sender, run: Run, sent: Sent): Promise<void> {
  const { client, leftOut } = sender;
  const piece: Piece = async (work) => {
    await work().catch((error: unknown) => {
      if (!(error instanceof Refused || error instanceof Unreadable)) throw error;
      leftOut(run.id, error);
    });
  };
  const log = logTo(sender, run, sent);
  const params = [...run.params].filter(([key]) => !sent.params.has(key));
  for (const part of pieces(params, 100)) {
    await log('params', pairRows(part));
    for (const [key] of part) sent.params.add(key);
  }
  const tags = [...run.tags].filter(([key, value]) => sent.tags.get(key) !== value);
  for (const part of pieces(tags, 100)) {
    await log('tags', pairRows(part));
    for (const [key, value] of part) sent.tags.set(key, value);
  }
  for (const key of [...sent.tags.keys()].filter((each) => each !== TRACKED && !run.tags.has(each))) {
    await piece(() => client.call('POST', 'runs/delete-tag', { run_id: sent.remote, key }));
    sent.tags.delete(key);
  }
  await sendPoints(sender, run, sent, piece, log);
  await sendFiles(sender, run, sent, piece);
  const end = JSON.stringify([run.status, run.end]);
  if (end !== sent.end) {
    const ended = run.end === null ? {} : { end_time: run.end };
    await piece(() => client.call('POST', 'runs/update', { run_id: sent.remote, status: run.status, ...ended }));
    sent.end = end;
  }
}

const pairRows = (pairs: readonly [string, string][]): object[] => pairs.map(([key, value]) => ({ key, value }));

/**
 * Servers take a batch as a whole: one that is refused is halved, until only what is refused by itself is left out; where all
 * is refused, as of a run that somebody deleted there, that is not asked for each row.
 */
function logTo({ client, leftOut }: Sender, run: Run, { remote }: Sent): Log {
  const told = new Set<string>();
  let inVain = 0;
  return async (what, rows) => {
    const open = [rows];
    for (let part = open.pop(); part; part = open.pop()) {
      try {
        await client.call('POST', 'runs/log-batch', { run_id: remote, [what]: part });
        inVain = 0;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        inVain += 1;
        if (part.length > 1 && inVain < MOST_IN_VAIN) {
          const half = Math.ceil(part.length / 2);
          open.push(part.slice(half), part.slice(0, half));
        } else {
          if (!told.has(error.message)) leftOut(run.id, error);
          told.add(error.message);
        }
      }
    }
  };
}

async function sendPoints({ database }: Sender, run: Run, sent: Sent, piece: Piece, log: Log): Promise<void> {
  const fresh = sent.fresh;
  // From here on new ones are noted; where sending breaks off, nobody knows which arrived.
  sent.fresh = [];
  try {
    const rows = fresh ?? (await allPoints(database, run, piece));
    for (const part of pieces(rows, 1000)) {
      const points = part.map(([key, value, timestamp, step]) => ({ key, value, timestamp, step }));
      await log('metrics', points);
    }
  } catch (error) {
    sent.fresh = null;
    throw error;
  }
}

async function allPoints(database: Database, run: Run, piece: Piece): Promise<PointRow[]> {
  const all: Point[][] = [];
  for (const key of run.latest.keys()) {
    await piece(async () => all.push(await database.history(run.id, key).catch(unreadable)));
  }
  return all
    .flat()
    .sort((a, b) => a.timestamp - b.timestamp)
    .map(toRow);
}

/** Files reach a server that keeps them itself; one that names a bucket gives that to its clients, which we are not. */
async function sendFiles({ artifacts, client }: Sender, run: Run, sent: Sent, piece: Piece): Promise<void> {
  const place = /^mlflow-artifacts:\/*(?:[^/]*\/\/[^/]*\/)?(.*)$/.exec(sent.artifactUri)?.[1];
  if (place === undefined) return;
  for (const [name, { digest, bytes, within }] of files(run.artifacts)) {
    const content = `${digest}/${within ?? ''}`;
    if (sent.artifacts.get(name) === content || (name.startsWith('outputs/') && bytes > LARGEST_OUTPUT)) continue;
    const object = artifacts.pathOf(digest);
    await piece(() => client.upload(`${place}/${name}`, within === undefined ? object : path.join(object, within)));
    sent.artifacts.set(name, content);
  }
}

function* pieces<T>(all: readonly T[], most: number): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += most) yield all.slice(from, from + most);
}
