import { type AppliedChange, insertedNodes, needsOf, setsOf } from '../plan';
import { fault, type GainPoint, type Review, type RevisionRow, sayChange } from '../protocol';
import { aliasesOf } from '../revisions/models';
import { splitBeforeGate } from '../revisions/propose';
import type { ActiveRuns } from '../runs/active-runs';
import type { RunRecord } from '../runs/run-state';
import { type LedgerState, retriedFeedback, revisionsInEffect } from '../workspace/ledger';
import type { Proposal } from '../workspace/ledger-entries';
import type { TaskState } from '../workspace/task-state';
import type { Handlers } from './handlers';

/** Requests about what a candidate is, and what labels gained: what a person sees before the decision. */
export function reviewRequests(state: LedgerState, runs: ActiveRuns): Pick<Handlers, 'review' | 'gains' | 'revisions'> {
  return {
    review: async ({ decision: id }) => {
      const proposal = state.proposals.get(id);
      if (!proposal)
        throw fault('SF6040', 'request', `There is no decision ${id}.`, 'List them with `scanflow models`.');
      return reviewOf(state, proposal, await runs.record(proposal.run));
    },
    gains: async ({ workflow }) => gainsOf(state, ({ file, workflow: name }) => workflow === file || workflow === name),
    revisions: async () =>
      [...state.promoted.keys()].flatMap((file) => revisionsInEffect(state, file).map(revisionRow)),
  };
}

const revisionRow = ({ file, workflow, revision, decision }: Proposal): RevisionRow => ({
  decision: decision.id,
  improver: revision.improver,
  workflow,
  file,
  needs: needsOf(revision),
  inserts: insertedNodes(revision),
  sets: setsOf(revision),
});

function reviewOf(state: LedgerState, proposal: Proposal, run: RunRecord): Review {
  const { file, workflow, decision, revision } = proposal;
  const tasks = tasksOf(state, proposal);
  return {
    decision,
    workflow,
    file,
    run: proposal.run,
    changes: revision.changes.map((change) => inWords(change, weightOf(run, revision, change))),
    labels: {
      ...countsOf(tasks),
      by: [...new Set(tasks.flatMap(({ done }) => done.map(({ by }) => by)))],
      heldBack: heldBackIn(proposal, run),
    },
    scores: scoresOf(proposal, run),
    models: modelsOf(state, decision.id),
    earlier: gainsOf(
      state,
      ({ file: where, decision: { improver, metric, id } }) =>
        where === file && improver === decision.improver && metric === decision.metric && id !== decision.id,
    ),
  };
}

/** Of the feedback, as the split before the improver counted it. */
function heldBackIn({ step, decision, revision }: Proposal, run: RunRecord): number | null {
  const gate = run.steps.get(step);
  if (!gate || decision.heldBack === null) return null;
  return splitBeforeGate(run, gate, revision.improver)?.metrics.get('held') ?? null;
}

/** Every metric that the scoring node logged in both branches, a data set; of several versions the mean. */
function scoresOf(proposal: Proposal, run: RunRecord): Review['scores'] {
  const branches = run.gates.get(proposal.step)?.branches ?? [];
  const figures = (side: string, on: string) => {
    const steps = branches.find((branch) => branch.side === side && branch.on === on)?.scores ?? [];
    const sums = new Map<string, { sum: number; count: number }>();
    for (const name of steps) {
      for (const [metric, value] of run.steps.get(name)?.metrics ?? []) {
        const so = sums.get(metric) ?? { sum: 0, count: 0 };
        sums.set(metric, { sum: so.sum + value, count: so.count + 1 });
      }
    }
    return new Map([...sums].map(([metric, { sum, count }]) => [metric, sum / count]));
  };
  const node = proposal.decision.metric.split('.')[0]!;
  const side = proposal.decision.compound ? 'bare' : 'candidate';
  return (['test', 'held-back'] as const).flatMap((on) => {
    const champion = figures('champion', on);
    return [...figures(side, on)].flatMap(([metric, candidate]) => {
      const before = champion.get(metric);
      return before === undefined ? [] : [{ on, node, metric, champion: before, candidate }];
    });
  });
}

function modelsOf(state: LedgerState, id: string): Review['models'] {
  return state.models
    .filter(({ proposal }) => proposal === id)
    .map(({ name, version, run, step }) => {
      const versions = state.models.filter((model) => model.name === name);
      const champion = [...aliasesOf(state, versions)].find(([, alias]) => alias === 'champion')?.[0] ?? null;
      return { name, champion, candidate: version, run, step };
    });
}

/** What so many labels gained, the oldest decision first. */
export function gainsOf(state: LedgerState, wanted: (proposal: Proposal) => boolean): GainPoint[] {
  return [...state.proposals.values()].filter(wanted).map((proposal) => {
    const { id, state: verdict, metric, goal, threshold, heldBack, test, at } = proposal.decision;
    const { champion, candidate } = heldBack ?? test;
    const gain = (candidate - champion) * (goal === 'maximize' ? 1 : -1);
    return {
      decision: id,
      state: verdict,
      at: at ?? '',
      labels: countsOf(tasksOf(state, proposal)).answered,
      gain,
      metric,
      champion,
      candidate,
      threshold,
    };
  });
}

/** The tasks whose answers a proposal was made of: its own, and those of earlier ones whose feedback was tried again with it. */
function tasksOf(state: LedgerState, proposal: Proposal): TaskState[] {
  const parted = new Set(Object.values(proposal.feedback ?? {}).flat());
  const all = [...state.proposals.values()].filter(({ file }) => file === proposal.file);
  const before = all.slice(0, all.indexOf(proposal));
  const joined = before.filter(({ feedback = {} }) =>
    Object.values(feedback).some((each) => each.some((one) => parted.has(one))),
  );
  return [...new Set([...joined, proposal].flatMap((each) => ownTasks(state, each)))];
}

/** How many labels of earlier cycles join those of the next one of this file. */
export function labelsRetried(state: LedgerState, file: string): number {
  const { proposals } = retriedFeedback(state, file);
  return countsOf([...new Set(proposals.flatMap((each) => ownTasks(state, each)))]).answered;
}

/** The tasks of its run, or, where it took the feedback from the cache, the last before. */
function ownTasks(state: LedgerState, { run, file, decision }: Proposal): TaskState[] {
  const all = [...state.tasks.values()].filter((task) => task.file === file);
  const own = all.filter((task) => task.run === run);
  if (own.length > 0 || decision.heldBack === null) return own;
  const before = all.filter(({ at }) => decision.at === null || at <= decision.at);
  return [...new Map(before.map((task) => [task.step, task])).values()];
}

function countsOf(tasks: readonly TaskState[]): Omit<Review['labels'], 'by' | 'heldBack'> {
  const again = tasks.flatMap((task) => [...task.again].map(([id, answer]) => task.answers.get(id) === answer));
  const given = tasks.flatMap(({ answers }) => [...answers.values()]);
  const skipped = given.filter((answer) => answer === null).length;
  return { answered: given.length - skipped, skipped, again: again.length, same: again.filter(Boolean).length };
}

/** What a sample of the feedback counts in the candidate: 1 to a program that heeds no weights, whatever was proposed. */
function weightOf(run: RunRecord, revision: Proposal['revision'], change: AppliedChange): number {
  if (change.op !== 'merge') return 1;
  const [merge] = insertedNodes({ ...revision, changes: [change] });
  const made = [...run.steps.values()].find(({ step }) => step.node === merge!.node);
  return Number(made?.step.parameters.weight ?? 1);
}

function inWords(change: AppliedChange, weight: number): string {
  switch (change.op) {
    case 'merge':
      return `the feedback joins the data at ${change.into}${weight === 1 ? '' : `, each sample counts ${weight}`}`;
    case 'insert':
      return `${change.name} stands before ${change.before.join(', ')}`;
    case 'set':
      return sayChange(change);
  }
}
