import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { closest, didYouMean, type Node, phasesOf } from '../../graph';
import { type EffectiveWorkflow, effectiveGraph, type Plan, type Step, stepsOfScore } from '../plan';
import { fault, type RunRequest, ScanflowError } from '../protocol';
import type { Runtime } from '../runtimes/runtime';
import { lookAt, type Sight } from '../watch/settled';
import { isCache } from '../workspace/caches';
import { revisionsInEffect } from '../workspace/ledger';
import { absent, insideWorkspace, isStore, realOf } from '../workspace/places';
import type { RunHeader } from './entries';
import { gitState } from './git-state';
import { planRun, readWorkflow, requireSupplies } from './plan-run';
import type { EngineRooms } from './run-context';
import { unenforcedNotice } from './unenforced';

/** What a watch gives a run. */
export interface RunBatch {
  /** Nodes whose clocks are due. */
  due: string[];
  /** Watched source -> its new data, by content; null: there is none. */
  sources: ReadonlyMap<string, string | null>;
  /** Called when the run can begin, before it is journaled. */
  begins(run: string): Promise<void>;
}

export interface RunBeginning {
  header: RunHeader;
  plan: Plan;
  notices: string[];
}

/**
 * Turns a request into a run that can begin: the file is read and checked, planned, and all that it works on is put into
 * the store, so that later edits do not reach it. Nothing is journaled yet.
 *
 * @throws fault SF3000 (invalid file), SF3001.. of planning, SF3021/SF3022 (paths), SF3020 (a phase to run first).
 */
export async function beginRun(
  rooms: EngineRooms,
  request: RunRequest,
  runtime: Pick<Runtime, 'name' | 'unenforced'>,
  batch: RunBatch | null = null,
): Promise<RunBeginning> {
  const given = await planRun(rooms, request);
  requireSupplies(rooms, given);
  const { absolute, file, text, workflow, parameters, trackers, revisions, carried, effective, suspended, planned } =
    given;
  const { artifacts } = rooms;
  const base = path.dirname(absolute);
  const improvers = improversOf(effective, planned);
  const steps = [...planned.steps, ...improvers.flatMap((node) => stepsOfScore(effective, parameters, node))];
  // Which executors a revision will name, nobody knows yet.
  const offered = improvers.length > 0 ? [...effective.workflow.executors.values()].flatMap(({ files }) => files) : [];
  const [sources, files, snapshot, git] = await allDone([
    snapshotSources(rooms, base, effective, steps, request, batch),
    snapshotFiles(rooms, base, steps, offered),
    artifacts.putBytes(text),
    gitState(base),
  ]);
  return {
    header: {
      run: newRunId(),
      file,
      workflow: workflow.name,
      text: snapshot.digest,
      request,
      parameters: Object.fromEntries(parameters),
      phases: request.phase === undefined ? phasesOf(workflow) : [request.phase],
      runtime: runtime.name,
      jobs: Math.max(1, request.jobs ?? os.availableParallelism()),
      sources,
      sourcePaths: Object.fromEntries(
        Object.keys(sources).map((name) => [
          name,
          request.inputs?.[name] ?? effective.workflow.sources.get(name)!.path,
        ]),
      ),
      files,
      ...(batch && { due: batch.due }),
      revisions,
      ...(Object.keys(carried).length > 0 ? { carried } : {}),
      ...(Object.keys(trackers).length > 0 ? { trackers } : {}),
      ...(git ? { git } : {}),
    },
    plan: planned,
    notices: [
      ...[unenforcedNotice(runtime, steps)].filter((notice) => notice !== null),
      ...suspended.map(
        ({ id, missing }) =>
          `Revision ${id} is suspended: ${missing} is gone. Bring it back, or roll the revision back.`,
      ),
      ...(given.lost > 0 ? [forgotten(given.lost)] : []),
      ...(revisions.length > 0 ? [] : formerFiles(rooms, workflow.name).map((former) => renamed(file, former))),
    ],
  };
}

const forgotten = (lost: number): string =>
  `Labels of ${lost} earlier ${lost === 1 ? 'cycle' : 'cycles'} are no longer in the store, and do not join those of this one.`;

const renamed = (file: string, former: string): string =>
  `What was promoted in ${former}, which is gone, is not in effect in ${file}: a promotion is of one file. Give the file its former name to have it back.`;

/** Files that are gone, and had promotions and a workflow of this name. */
function formerFiles({ places, ledger: { state } }: EngineRooms, workflow: string): string[] {
  return [...state.promoted.keys()].filter(
    (file) =>
      revisionsInEffect(state, file).some((proposal) => proposal.workflow === workflow) &&
      !existsSync(path.join(places.root, file)),
  );
}

/** The file's graph under a run's revisions, from the run's own snapshot. */
export function effectiveOf(
  text: string,
  { file, revisions, carried = {} }: Pick<RunHeader, 'file' | 'revisions' | 'carried'>,
): EffectiveWorkflow {
  return effectiveGraph(readWorkflow(text, file), revisions, carried).effective;
}

/** The improvers of a plan with a gate, whose branches run steps that the plan does not have. */
function improversOf({ workflow }: EffectiveWorkflow, planned: Plan): Node[] {
  const names = new Set(planned.steps.filter(({ role }) => role === 'execute').map(({ node }) => node));
  return [...workflow.nodes.values()].filter(({ name, metric }) => metric !== undefined && names.has(name));
}

/** Sources that steps read, by content. A watched folder without files leaves its readers without data. */
async function snapshotSources(
  { places, artifacts }: EngineRooms,
  base: string,
  { workflow }: EffectiveWorkflow,
  steps: readonly Step[],
  request: RunRequest,
  batch: RunBatch | null,
): Promise<Record<string, string>> {
  const given = new Map(Object.entries(request.inputs ?? {}));
  for (const name of given.keys()) {
    if (!workflow.sources.has(name)) {
      throw fault(
        'SF3015',
        'request',
        `There is no source ${name}.`,
        didYouMean(closest(name, workflow.sources.keys()), `Choose one of ${[...workflow.sources.keys()].join(', ')}.`),
      );
    }
  }
  const wanted = new Set<string>();
  for (const step of steps) {
    if (step.role === 'supply') continue;
    for (const { origin } of step.inputs) if (origin.kind === 'source') wanted.add(origin.name);
  }
  const without = isStore(places);
  const digests: [string, string][] = [];
  await collecting(
    [...wanted].map(async (name) => {
      const source = workflow.sources.get(name)!;
      const explicit = given.get(name);
      const news = batch?.sources.get(name);
      if (news !== undefined) {
        if (news !== null) digests.push([name, news]);
        return;
      }
      try {
        // What a person names on the command line may lie anywhere, also behind a link; what a file names may not.
        const place =
          explicit === undefined
            ? insideWorkspace(places, base, source.path, `Source ${name}:`)
            : realOf(path.resolve(places.root, explicit));
        if (place === null) throw absent(`Source ${name}:`, explicit!);
        // A watched folder without files is as good as none; one that cannot be read is not.
        if (source.watch && isEmpty(await lookAt(place, without))) return;
        digests.push([name, (await artifacts.put(place, { without })).digest]);
      } catch (error) {
        if (!(source.watch && explicit === undefined && isMissing(error))) throw error;
      }
    }),
  );
  return Object.fromEntries(digests);
}

const isEmpty = ({ files, unreadable }: Sight): boolean => files.size === 0 && unreadable === null;

/** Files of the steps' programs, and those of `offered` that there are, by content. */
async function snapshotFiles(
  { places, artifacts }: EngineRooms,
  base: string,
  steps: readonly Step[],
  offered: readonly string[],
): Promise<Record<string, string>> {
  const ofStore = isStore(places);
  const without = (found: string) => ofStore(found) || isCache(found);
  const needed = new Set(steps.flatMap(({ program }) => (program.kind === 'command' ? program.files : [])));
  const digests: [string, string][] = [];
  await collecting(
    [...new Set([...needed, ...offered])].map(async (file) => {
      try {
        const place = insideWorkspace(places, base, file, 'File');
        digests.push([file, (await artifacts.put(place, { without })).digest]);
      } catch (error) {
        if (needed.has(file) || !isMissing(error)) throw error;
      }
    }),
  );
  return Object.fromEntries(digests);
}

/** Is it the fault of a path where nothing is? */
export const isMissing = (error: unknown): boolean => error instanceof ScanflowError && error.fault.code === 'SF3021';

/** As `Promise.all`, but where one fails the others are waited for: nothing half-written is left behind a refusal. */
async function allDone<T extends readonly Promise<unknown>[]>(
  work: [...T],
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/** Waits for all and reports all that went wrong in one fault, not only the first. */
async function collecting(work: Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  const faults = errors.filter((error) => error instanceof ScanflowError).map((error) => error.fault);
  if (errors.length === 0) return;
  if (faults.length < errors.length || faults.length === 1)
    throw errors.find((error) => !(error instanceof ScanflowError)) ?? errors[0];
  throw new ScanflowError({
    ...faults[0]!,
    message: faults.map(({ message }) => message).join(' '),
    remedy: faults.map(({ remedy }) => remedy).join(' '),
  });
}

/** Sorts by time, and is unique without asking anybody. */
function newRunId(): string {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-${randomBytes(3).toString('hex')}`;
}
