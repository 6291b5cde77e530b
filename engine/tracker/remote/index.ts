import { createHash } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { ArtifactStore } from '../../store/artifacts';
import type { Change } from '../changes';
import type { Database } from '../database';
import type { TrackedRun } from '../tracked-search';
import { clientOf, type Refused, type Server, Unreachable, Unreadable } from './client';
import { Mirror } from './mirror';

export type { Server } from './client';

/** The external trackers of a workspace (paper, Alg. 2: `get_tracker_uri`). */
export interface Remotes {
  /** All that is logged to this run, and to what is made with it, goes to the server, too. */
  keep(run: string, server: Server): Promise<void>;
  changed(change: Change): void;
  /** The address of the server that has this execution; null: our own store only. */
  homeOf(run: string): string | null;
  /**
   * Asks the server that has these executions. What it lacks is sent first.
   *
   * @throws Unreachable, Refused.
   */
  search(
    home: string,
    runs: readonly string[],
    filter: string,
    order: readonly string[],
    limit: number,
  ): Promise<TrackedRun[]>;
  close(): Promise<void>;
}

/** Milliseconds for a server to get what it lacks, before a question is asked. */
const PATIENCE = 15_000;

export async function openRemotes(
  folder: string,
  database: Database,
  artifacts: ArtifactStore,
  say: (message: string) => void,
): Promise<Remotes> {
  await mkdir(folder, { recursive: true });
  const stop = new AbortController();
  const tokenOf = (secret: string) => process.env[`SCANFLOW_SECRET_${secret.toUpperCase().replace(/\W/g, '_')}`];
  const leftOut = (run: string, error: Refused | Unreadable) => {
    const what = error instanceof Unreadable ? 'A tracker does not get' : 'A tracker did not take';
    say(`${what} a part of run ${run}: ${error.message}`);
  };
  const senderFor = (server: Server, signal: AbortSignal) => ({
    database,
    artifacts,
    client: clientOf(server, tokenOf, signal),
    leftOut,
  });
  const fileOf = (uri: string) =>
    path.join(folder, `${createHash('sha256').update(uri).digest('hex').slice(0, 16)}.journal`);
  const mirrors = new Map<string, Promise<Mirror | null>>();
  const open = new Map<string, Mirror>();
  const mirrorOf = (file: string, server: Server | null): Promise<Mirror | null> => {
    let mirror = mirrors.get(file);
    if (!mirror) {
      mirror = Mirror.open(file, server, senderFor, say).then((made) => {
        if (made) open.set(made.server.uri, made);
        return made;
      });
      mirrors.set(file, mirror);
    }
    return mirror;
  };
  for (const name of await readdir(folder))
    if (name.endsWith('.journal')) await mirrorOf(path.join(folder, name), null);
  const mirrorOver = (run: string) => [...open.values()].find((mirror) => mirror.has(run));

  return {
    keep: async (run, server) => (await mirrorOf(fileOf(server.uri), server))?.keep(run),
    changed(change) {
      if (change.type !== 'run') return;
      const owner = database.state.runs.get(change.id)?.owner;
      for (const mirror of open.values()) {
        // What a node makes beside its own run goes where that goes.
        if (owner && mirror.has(owner) && !mirror.has(change.id)) void mirror.keep(change.id).catch(() => undefined);
        mirror.changed(change);
      }
    },
    homeOf: (run) => mirrorOver(run)?.server.uri ?? null,
    async search(home, runs, filter, order, limit) {
      const mirror = open.get(home)!;
      const client = clientOf(mirror.server, tokenOf, stop.signal);
      const names = new Map<string, string>();
      for (const run of runs) {
        const remote = await mirror.remoteOf(run, PATIENCE);
        if (remote === null) throw new Unreachable('it lacks what was logged last');
        names.set(remote, run);
      }
      if (names.size === 0) return [];
      const { runs: known } = await client
        .call('GET', 'runs/get', { run_id: [...names.keys()][0]! })
        .then(({ run }) => ({ runs: [run as WireRun] }));
      const ids = `attributes.run_id IN (${[...names.keys()].map((id) => `'${id}'`).join(', ')})`;
      const answer = await client.call('POST', 'runs/search', {
        experiment_ids: [known[0]!.info.experiment_id],
        filter: filter === '' ? ids : `${filter} AND ${ids}`,
        order_by: order,
        max_results: limit,
      });
      const experiment = database.state.runs.get(runs[0]!)?.experiment ?? '';
      const name = database.state.experiments.get(experiment)?.name ?? experiment;
      return ((answer.runs ?? []) as WireRun[]).map((run) =>
        plain(run, names.get(run.info.run_id) ?? run.info.run_id, name),
      );
    },
    async close() {
      stop.abort();
      await Promise.all([...open.values()].map((mirror) => mirror.close()));
    },
  };
}

interface WireRun {
  info: {
    run_id: string;
    run_name: string;
    experiment_id: string;
    status: string;
    start_time: number;
    end_time?: number;
  };
  data?: { params?: Pair[]; tags?: Pair[]; metrics?: { key: string; value: number | string }[] };
}

interface Pair {
  key: string;
  value: string;
}

function plain({ info, data = {} }: WireRun, id: string, experiment: string): TrackedRun {
  const map = (pairs: Pair[] = []) => new Map(pairs.map(({ key, value }) => [key, value]));
  return {
    id,
    name: info.run_name,
    experiment,
    status: info.status,
    start: Number(info.start_time),
    end: info.end_time ? Number(info.end_time) : null,
    params: map(data.params),
    metrics: new Map((data.metrics ?? []).map(({ key, value }) => [key, Number(value)])),
    tags: map(data.tags),
  };
}
