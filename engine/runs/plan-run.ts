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
import { feedbackRejected, revisionsInEffect } from '../workspace/ledger';
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
  carried: CarriedFeedback;
  effective: EffectiveWorkflow;
  planned: Plan;
}

/**
 * Reads and checks all of a request but its data.
 *
 * @throws fault SF3000 (invalid file), SF3001.. of planning, SF3021/SF3022 (paths), SF3020 (a phase to run first).
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
  const carried = await carriedFeedback(rooms, file);
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
  const revised = new Map(planned.steps.map((step) => [step.name, step.revisions]));
  for (const supply of planned.supplies) {
    if (supply.from === null) lastSuccess(rooms.history, file, revised.get(supply.step) ?? '', supply);
  }
  const base = path.dirname(absolute);
  for (const { program } of planned.steps) if (program.kind === 'command') programSpec(rooms.places, base, program);
  return { absolute, file, text, workflow, parameters, trackers, revisions, suspended, carried, effective, planned };
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

/** What the gate did not find enough is tried again together with what comes; what an archive brought may lack its content. */
async function carriedFeedback({ ledger, artifacts }: EngineRooms, file: string): Promise<CarriedFeedback> {
  const carried: Record<string, string[]> = {};
  for (const [split, digests] of feedbackRejected(ledger.state, file)) {
    const there = await Promise.all(digests.map((digest) => artifacts.has(digest)));
    const kept = digests.filter((_, at) => there[at]);
    if (kept.length > 0) carried[split] = kept;
  }
  return carried;
}
