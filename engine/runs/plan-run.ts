import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseWorkflow, resolveParameters, type Value, type Workflow } from '../../graph';
import {
  type AppliedRevision,
  type CarriedFeedback,
  type EffectiveWorkflow,
  effectiveGraph,
  type Plan,
  plan,
} from '../plan';
import { fault, type RunRequest, ScanflowError } from '../protocol';
import { retriedFeedback, revisionsInEffect } from '../workspace/ledger';
import { insideWorkspace } from '../workspace/places';
import { programSpec } from './program-spec';
import type { EngineRooms } from './run-context';
import { requireSecrets } from './secrets';
import { lastSuccess } from './supply';
import { externalTrackers } from './tracker-nodes';

/** A request as it can be carried out, whatever its data says. */
export interface PlannedRun {
  absolute: string;
  /** From the root of the workspace, with `/`. */
  file: string;
  text: string;
  workflow: Workflow;
  parameters: Map<string, Value>;
  trackers: ReturnType<typeof externalTrackers>;
  /** In effect, and which of them have nothing to change any more. */
  revisions: AppliedRevision[];
  suspended: ReturnType<typeof effectiveGraph>['suspended'];
  /** Feedback of earlier cycles that joins that of this one, and how many artifacts of it are no longer in the store. */
  carried: CarriedFeedback;
  lost: number;
  effective: EffectiveWorkflow;
  planned: Plan;
}

/**
 * Reads and checks all of a request but its data.
 *
 * @throws fault SF3000 (invalid file), SF3001.. of planning, SF3021/SF3022 (paths).
 */
export async function planRun(rooms: EngineRooms, request: RunRequest): Promise<PlannedRun> {
  const { places, ledger } = rooms;
  const absolute = insideWorkspace(places, places.root, request.file, 'Workflow');
  const file = path.relative(places.root, absolute).replaceAll(path.sep, '/');
  const text = await readFile(absolute, 'utf8');
  const workflow = readWorkflow(text, file);
  const parameters = checkedParameters(workflow, request);
  const trackers = externalTrackers(workflow, parameters);
  const revisions = revisionsInEffect(ledger.state, file).map((proposal) => proposal.revision);
  const { carried, lost } = await carriedFeedback(rooms, file);
  const { effective, suspended } = effectiveGraph(workflow, revisions, carried);
  const planned = plan({
    effective,
    parameters,
    phases: request.phase === undefined ? [] : [request.phase],
    to: request.to ?? [],
    only: request.only ?? [],
  });
  if (planned.steps.length === 0) {
    throw fault('SF3013', 'request', 'Nothing in this workflow would run.', 'Give a node all its inputs in one phase.');
  }
  requireSecrets(planned.steps);
  const base = path.dirname(absolute);
  for (const { program } of planned.steps) if (program.kind === 'command') programSpec(rooms.places, base, program);
  return {
    absolute,
    file,
    text,
    workflow,
    parameters,
    trackers,
    revisions,
    suspended,
    carried,
    lost,
    effective,
    planned,
  };
}

/**
 * What this run does not execute has succeeded before.
 *
 * @param coming Names in the history (`node[version]@phase`) that other runs will see to first.
 * @throws fault SF3020 that names the phase to run first.
 */
export function requireSupplies(
  { history }: EngineRooms,
  { file, planned }: PlannedRun,
  coming: ReadonlySet<string> = new Set(),
): void {
  const revised = new Map(planned.steps.map((step) => [step.name, step.revisions]));
  for (const supply of planned.supplies) {
    if (supply.from !== null || supply.history.some((name) => coming.has(name))) continue;
    lastSuccess(history, file, revised.get(supply.step) ?? '', supply);
  }
}

/** @throws SF3000 for a file with errors. */
export function readWorkflow(text: string, file: string): Workflow {
  const { workflow, problems } = parseWorkflow(text);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return workflow;
  throw new ScanflowError({
    code: 'SF3000',
    class: 'request',
    message: `${file} has ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}.`,
    remedy: `Correct what \`scanflow validate ${file}\` lists.`,
    problems,
  });
}

function checkedParameters(workflow: Workflow, request: RunRequest): Map<string, Value> {
  const { values, problems } = resolveParameters(workflow, request.parameters ?? {});
  if (problems.length === 0) return values;
  throw fault('SF3014', 'request', problems.join(' '), 'Correct what follows -p.');
}

/** What is there of it: an artifact may have been taken out of the store, and that is no reason to learn from nothing any more. */
async function carriedFeedback(
  { ledger, artifacts }: EngineRooms,
  file: string,
): Promise<{ carried: CarriedFeedback; lost: number }> {
  const carried: Record<string, string[]> = {};
  let lost = 0;
  for (const [split, digests] of retriedFeedback(ledger.state, file).feedback) {
    const there = await Promise.all(digests.map((digest) => artifacts.has(digest)));
    const kept = digests.filter((_, at) => there[at]);
    if (kept.length > 0) carried[split] = kept;
    lost += digests.length - kept.length;
  }
  return { carried, lost };
}
