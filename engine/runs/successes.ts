import { readdir } from 'node:fs/promises';
import { isBranchOf } from '../plan';
import { SETTLED_WELL } from '../protocol';
import type { RunIndex } from '../store/run-index';
import type { History, Success } from '../workspace/history';
import type { LedgerState } from '../workspace/ledger';
import type { Proposal } from '../workspace/ledger-entries';
import type { Places } from '../workspace/places';
import { spelledMetrics } from './journaled-metrics';
import { readRun } from './run-file';
import type { RunRecord, StepRecord } from './run-state';

/** A step that has succeeded, or was cached, as the history keeps it. */
export function successOf({ header }: RunRecord, record: StepRecord): Success {
  const { step, key, fields, from, outputs, metrics, trackerRun, endedAt } = record;
  return {
    at: endedAt!,
    key: key ?? '',
    fields,
    file: header.file,
    run: from ?? header.run,
    step: step.name,
    history: step.history,
    revisions: step.revisions,
    ...(step.branch !== null && { candidate: true }),
    outputs: Object.fromEntries(outputs),
    metrics: spelledMetrics(metrics),
    trackerRun,
  };
}

/** All that a run's journal has for the history, oldest first. What came in from elsewhere supplies nothing here. */
export function successesOf(run: RunRecord): Success[] {
  if (run.header.imported) return [];
  return [...run.steps.values()]
    .filter(({ step, state }) => step.role === 'execute' && (state === 'succeeded' || state === 'cached'))
    .map((record) => successOf(run, record))
    .sort(byTime);
}

/** What a run made in the branch that was judged for a proposal, as it supplies others from its promotion on. */
export function promotedSuccesses(run: RunRecord, { step: gate, revision }: Judged): Success[] {
  const judged = run.steps.get(gate)?.step;
  if (!judged) return [];
  return (
    [...run.steps.values()]
      .filter(({ step, state }) => step.branch !== null && step.history !== null && SETTLED_WELL.includes(state))
      // Several versions and phases of an improver may propose the same: each has branches of its own.
      .filter(({ step }) => isBranchOf(step.branch!, revision.improver, judged))
      .filter(({ step }) => step.revisions.split('+').includes(revision.id))
      .map((record) => {
        const { candidate: _candidate, ...success } = successOf(run, record);
        return success;
      })
  );
}

type Judged = Pick<Proposal, 'step' | 'revision'>;

/** An engine, or its disk, may end between a step's end in the journal and its place in the history. */
export async function keepSuccesses(history: History, run: RunRecord): Promise<void> {
  for (const success of successesOf(run)) await history.put(success);
}

/** The same for all runs that lost their engine, for where nobody resumes them: before any other run begins. */
export async function keepInterrupted(places: Places, index: RunIndex, history: History): Promise<void> {
  for (const { run, state } of index.rows().reverse()) {
    if (state !== 'running') continue;
    const read = await readRun(places, run).catch(() => null);
    // On a disk that is full, nothing begins that could miss it; what makes space must be possible.
    if (read) await keepSuccesses(history, read.record).catch(() => {});
  }
}

/** The history, made again of the journals and of what was promoted: for one that is damaged or gone. */
export async function rebuiltHistory(
  places: Places,
  { proposals }: Pick<LedgerState, 'proposals'>,
): Promise<Success[]> {
  const successes: Success[] = [];
  const promoted = [...proposals.values()].filter(({ decision }) => decision.state === 'promoted');
  for (const run of await readdir(places.runs)) {
    const read = await readRun(places, run).catch(() => null);
    if (!read) continue;
    successes.push(...successesOf(read.record));
    for (const proposal of promoted) {
      if (proposal.run === run) successes.push(...promotedSuccesses(read.record, proposal));
    }
  }
  return successes.sort(byTime);
}

const byTime = (one: Success, other: Success): number => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0);
