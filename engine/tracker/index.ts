import { createHash } from 'node:crypto';
import path from 'node:path';
import { fault, ScanflowError } from '../protocol/errors';
import type { ArtifactStore } from '../store/artifacts';
import { files } from './artifact-tree';
import { type Database, openDatabase } from './database';
import type { TrackedInput } from './datasets';
import { allEndpoints } from './endpoints';
import { createExperiment, DEFAULT_EXPERIMENT, experimentNamed } from './experiments';
import { notTracked, trackerAway } from './faults';
import { type Listener, listen } from './http/server';
import { exportRun, importRun, withChildren } from './moved';
import {
  type GovernedModel,
  type GovernedVersion,
  logArtifact,
  markVersions,
  registerModel,
  setAliases,
  shownUnder,
} from './outputs';
import type { Point } from './records';
import { Refusal } from './refusal';
import { type RegisteredVersion, registeredByClients } from './registered';
import { openRemotes, type Remotes, type Server } from './remote';
import { Refused, Unreachable } from './remote/client';
import { createRun, endRun, logBatch, requireRun } from './runs';
import type { State } from './state';
import { openTokens, type Scope } from './tokens';
import { searchTracked, type TrackedRun, type TrackedSearch } from './tracked-search';
import { dateDeletions, emptyTrash, type Trash, trashIn } from './trash';

export type { GovernedModel, GovernedVersion } from './outputs';
export type { Server } from './remote';
export type { Scope } from './tokens';
export type { TrackedRun } from './tracked-search';
export type { Trash } from './trash';

/** What garbage collection is about to forget: what steps made, and what clients deleted. */
export interface Forgotten {
  outputsOf: ReadonlySet<string>;
  trash: Trash;
}

export interface NewRun {
  experiment: string;
  name: string;
  tags: Record<string, string>;
  params: Record<string, string>;
  /** The same key gives the same run again, running; default: experiment, name and tags together. */
  key?: string;
  inputs?: readonly TrackedInput[];
}

export interface RunEnd {
  metrics?: Readonly<Record<string, number>>;
  tags?: Readonly<Record<string, string>>;
  /** Place among the run's artifacts -> digest: shown there, not copied. */
  outputs?: Readonly<Record<string, string>>;
}

/** The embedded tracker: what nodes log, in the store, and served to any MLflow client. Faults: SF5003, SF5004, SF503x. */
export interface Tracker {
  /** Idempotent, for an engine that died before it wrote the answer down: see `NewRun.key`. */
  createRun(options: NewRun): Promise<{ runId: string; experimentId: string }>;
  /** One change, idempotent: how a run ended, with what the engine measured and what it made. */
  finishRun(runId: string, status: 'FINISHED' | 'FAILED' | 'KILLED', end?: RunEnd): Promise<void>;
  logMetrics(runId: string, metrics: Record<string, number>): Promise<void>;
  setTags(runId: string, tags: Record<string, string>): Promise<void>;
  latestMetrics(runId: string): Promise<Map<string, number>>;
  /** All points of a metric, in order; none where it was never logged. */
  metricHistory(runId: string, key: string): Promise<{ step: number; value: number; timestamp: number }[]>;
  params(runId: string): Promise<Map<string, string>>;
  /** MLflow's search, over one experiment or all. */
  search(search: TrackedSearch): Promise<TrackedRun[]>;
  /** The registry's models that no improver governs, as MLflow clients see them. */
  registered(): { name: string; versions: RegisteredVersion[] }[];
  /** Shows an artifact of the store under the run, at a path; a folder with all that is in it. Nothing is copied. */
  logArtifact(runId: string, place: string, digest: string): Promise<void>;
  /** A new version of a model that an improver governs. Idempotent: the same model, run and digest give the same version. */
  registerModel(model: GovernedModel): Promise<{ name: string; version: string }>;
  /**
   * Points the aliases of a governed model at versions; null takes one away. Clients can't move these two: the decisions
   * in the workspace's journal do, and after each start the engine says again what they are.
   */
  setAliases(model: string, aliases: { champion: string | null; candidate: string | null }): Promise<void>;
  /** Stages and tags of a governed model's versions: like the two aliases they follow the decisions. */
  markVersions(model: string, marks: readonly GovernedVersion[]): Promise<void>;
  /** From now on all that is logged to this run goes to an external server, too: in order, and again until it has it. */
  keepAt(runId: string, server: Server): Promise<void>;
  /** The address of the external server that has this run; null: none (paper, Alg. 2). */
  homeOf(runId: string): string | null;
  /** Asks the server that has these runs; what it lacks is sent first. @throws SF5034 where it does not answer. */
  searchAt(
    home: string,
    runIds: readonly string[],
    search: Omit<TrackedSearch, 'ids' | 'experiment'>,
  ): Promise<TrackedRun[]>;
  /** Every digest that a run or model shows: garbage collection keeps those. What `forgotten` alone shows is left out. */
  artifactDigests(forgotten: Forgotten): Iterable<string>;
  /** What clients deleted before then (milliseconds), and neither the registry nor `kept` needs. */
  trash(kept: ReadonlySet<string>, before: number): Trash;
  /** For good; what was restored meanwhile stays. */
  emptyTrash(trash: Trash): Promise<void>;
  /** For stores of the first format: see `dateDeletions` in trash.ts. */
  dateDeletions(): Promise<void>;
  /** These runs and all that their nodes made. */
  withChildren(ids: readonly string[]): string[];
  /** A run with its histories, as plain data that `importRun` of another store takes. */
  exportRun(runId: string): Promise<object>;
  /** Takes a run in, whoever wrote it down; one that is here already stays as it is. */
  importRun(runId: string, moved: unknown): Promise<void>;
  /** Runs no longer show what their steps made; what was logged stays. */
  forgetOutputs(runIds: readonly string[]): Promise<void>;
  /** Bearer token. A run's may write to that run and to what is made with it, and read all; it outlives the engine. */
  tokenFor(scope: Scope): string;
  /**
   * Serves MLflow's REST API; several addresses at once are fine.
   *
   * @param port 0 for any.
   * @param names Host names by which clients reach it, besides its address and localhost.
   * @throws SF5032 where the address is taken.
   */
  listen(host: string, port: number, names?: readonly string[]): Promise<Listener>;
  close(): Promise<void>;
}

/** Names that containers have for the host or the tracker, and no public DNS has. */
const NAMES = ['localhost', 'tracker', 'host.docker.internal', 'host.containers.internal'];

/**
 * @param folder The tracker's own; one process at a time (the workspace's lock).
 * @param onError Gets what nobody foresaw: errors of requests (a client only hears that there was one) and of work in the background.
 */
export async function openTracker(
  folder: string,
  artifacts: ArtifactStore,
  onError: (error: unknown) => void = sayError,
): Promise<Tracker> {
  const tokens = await openTokens(folder);
  let remotes: Remotes | null = null;
  const database = await openDatabase(folder, { onError, onChange: (change) => remotes?.changed(change) });
  if (!database.state.experiments.has(DEFAULT_EXPERIMENT)) {
    await createExperiment(database, { id: DEFAULT_EXPERIMENT, name: 'Default' });
  }
  remotes = await openRemotes(path.join(folder, 'remotes'), database, artifacts, (message) =>
    onError(new Error(message)),
  );
  const external = remotes;
  const router = allEndpoints();
  const listeners = new Set<Listener>();
  const { state } = database;

  return {
    createRun: (options) =>
      answering(async () => {
        const experimentId = await experimentOf(database, options.experiment);
        const runId = await createRun(database, {
          experiment: experimentId,
          name: options.name,
          tags: Object.entries(options.tags),
          params: Object.entries(options.params),
          owner: null,
          inputs: options.inputs,
          key: options.key ?? keyOf(options),
        });
        return { runId, experimentId: requireRun(state, runId).experiment };
      }),
    finishRun: (runId, status, { metrics = {}, tags = {}, outputs = {} } = {}) =>
      answering(async () => {
        const shown = await shownUnder(artifacts, outputs);
        return endRun(database, runId, status, {
          metrics: pointsOf(metrics),
          tags: Object.entries(tags),
          artifacts: shown,
        });
      }),
    logMetrics: (runId, metrics) => answering(() => logBatch(database, runId, { metrics: pointsOf(metrics) })),
    setTags: (runId, tags) => answering(() => logBatch(database, runId, { tags: Object.entries(tags) })),
    latestMetrics: (runId) =>
      answering(async () => new Map([...requireRun(state, runId).latest].map(([key, point]) => [key, point.value]))),
    metricHistory: (runId, key) => answering(() => database.history(runId, key)),
    params: (runId) => answering(async () => new Map(requireRun(state, runId).params)),
    registered: () => registeredByClients(state),
    search: (asked) => answering(async () => searchTracked(state, asked)),
    logArtifact: (runId, place, digest) => answering(() => logArtifact(database, artifacts, runId, place, digest)),
    registerModel: (model) => answering(() => registerModel(database, artifacts, model)),
    setAliases: (model, aliases) => answering(() => setAliases(database, model, aliases)),
    markVersions: (model, marks) => answering(() => markVersions(database, model, marks)),
    keepAt: (runId, server) => external.keep(runId, server),
    homeOf: (runId) => external.homeOf(runId),
    searchAt: (home, runIds, { filter, order, limit }) =>
      external.search(home, runIds, filter, order, limit).catch((error: unknown) => {
        if (error instanceof Unreachable) throw trackerAway(home, error.message);
        throw error instanceof Refused ? notTracked(error) : error;
      }),
    artifactDigests: (forgotten) => digestsOf(state, forgotten),
    trash: (kept, before) => trashIn(state, kept, before),
    emptyTrash: (trash) => answering(() => emptyTrash(database, trash)),
    dateDeletions: () => answering(() => dateDeletions(database)),
    withChildren: (ids) => withChildren(state, ids),
    exportRun: (runId) => answering(() => exportRun(database, runId)),
    importRun: (runId, moved) => answering(() => importRun(database, runId, moved)),
    forgetOutputs: (runIds) =>
      answering(async () => {
        for (const id of runIds) {
          await database.write([`artifact:${id}`], () => ({ type: 'run', id, artifacts: [['outputs', null]] }));
        }
      }),
    tokenFor: tokens.tokenFor,
    async listen(host, port, names = []) {
      const options = { database, artifacts, router, tokens, names: new Set([...NAMES, ...names]), onError };
      const listener = await listen(options, host, port);
      listeners.add(listener);
      return {
        uri: listener.uri,
        close() {
          listeners.delete(listener);
          return listener.close();
        },
      };
    },
    async close() {
      await Promise.all([...listeners].map((listener) => listener.close()));
      await external.close();
      await database.close();
    },
  };
}

function* digestsOf(state: State, { outputsOf, trash }: Forgotten): Generator<string> {
  const gone = new Set([...trash.runs, ...trash.models]);
  for (const { id, artifacts } of [...state.runs.values(), ...state.models.values()]) {
    if (gone.has(id)) continue;
    for (const [place, file] of files(artifacts)) {
      if (!(outputsOf.has(id) && place.startsWith('outputs/'))) yield file.digest;
    }
  }
  for (const { versions } of state.registered.values()) {
    for (const { artifact } of versions.values()) if (artifact !== null) yield artifact;
  }
}

function sayError(error: unknown): void {
  process.stderr.write(`tracker: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

async function experimentOf(database: Database, name: string): Promise<string> {
  if (!experimentNamed(database.state, name)) {
    await createExperiment(database, { name }).catch((error: unknown) => {
      // Somebody else was faster.
      if (!experimentNamed(database.state, name)) throw error;
    });
  }
  const existing = experimentNamed(database.state, name)!;
  if (existing.lifecycle === 'active') return existing.id;
  throw fault(
    'SF5033',
    'request',
    `The experiment ${JSON.stringify(name)} was deleted in the tracker.`,
    'Restore it (`mlflow experiments restore`), or rename the workflow.',
  );
}

function pointsOf(metrics: Readonly<Record<string, number>>): Point[] {
  const timestamp = Date.now();
  return Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp, step: 0 }));
}

function keyOf({ experiment, name, tags }: NewRun): string {
  const text = JSON.stringify([experiment, name, Object.entries(tags).sort()]);
  return createHash('sha256').update(text).digest('hex');
}

/** Callers in this process get faults, not answers to requests. */
async function answering<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) throw notTracked(error);
    throw error instanceof ScanflowError ? error : new Error('The tracker failed.', { cause: error });
  }
}
