import { type Decision, isRejectedByGate } from '../protocol';
import { openJournal } from '../store/journal';
import { endWithdrawals, giveAnswers, newTask } from './answering';
import type { BatchTaken, ImportedModels, LedgerEntry, ModelVersion, Proposal, Verdict } from './ledger-entries';
import { oneByOne } from './one-by-one';
import type { TaskState } from './task-state';

/** Models, and what was decided on them. */
export interface ModelLedger {
  models: ModelVersion[];
  proposals: Map<string, { decision: Decision }>;
  /** Every decision that was made, by the gate or a person, in order; the newest of a proposal is in the proposal. */
  verdicts: Verdict[];
}

/** The fold of the workspace's journal: tasks, answers, proposals, decisions, models. */
export interface LedgerState extends ModelLedger {
  tasks: Map<string, TaskState>;
  /** Proposals in the order in which they were made. */
  proposals: Map<string, Proposal>;
  /** Of runs that were imported; their names begin with `imported/`. */
  imported: ModelLedger;
  /** Ids of promoted revisions a workflow file, oldest first. */
  promoted: Map<string, string[]>;
  /** What watches took, a workflow file, oldest first. */
  batches: Map<string, BatchTaken[]>;
}

export interface Ledger {
  readonly state: LedgerState;
  append(entry: LedgerEntry): Promise<void>;
  /** Runs work that appends by what it reads, a decision for one: no other such work comes in between. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opens the workspace's journal, the one truth about what people said and decided. */
export async function openLedger(file: string): Promise<Ledger> {
  const { journal, events } = await openJournal<LedgerEntry>(file);
  const state: LedgerState = {
    tasks: new Map(),
    proposals: new Map(),
    promoted: new Map(),
    models: [],
    batches: new Map(),
    verdicts: [],
    imported: { models: [], proposals: new Map(), verdicts: [] },
  };
  for (const entry of events) apply(state, entry);
  return {
    state,
    append: async (entry) => {
      await journal.append(entry);
      apply(state, entry);
    },
    inTurn: oneByOne(),
    close: () => journal.close(),
  };
}

function apply(state: LedgerState, entry: LedgerEntry): void {
  switch (entry.type) {
    case 'task': {
      const { type: _type, ...task } = entry;
      state.tasks.set(entry.id, newTask(task, state.tasks.get(entry.id)));
      break;
    }
    case 'answers': {
      const task = state.tasks.get(entry.task);
      if (!task) break;
      giveAnswers(task, entry);
      endWithdrawals(state.tasks.values(), task, entry);
      break;
    }
    case 'flags': {
      const task = state.tasks.get(entry.task);
      for (const id of entry.ids) {
        if (entry.on) task?.flagged.add(id);
        else task?.flagged.delete(id);
      }
      break;
    }
    case 'task-closed': {
      const task = state.tasks.get(entry.task);
      if (task) task.closed = true;
      break;
    }
    case 'proposal': {
      const { type: _type, ...proposal } = entry;
      state.proposals.set(proposal.decision.id, proposal);
      // The gate may have decided at once (rejected by the figures, or approval: auto).
      if (proposal.decision.state !== 'waiting') {
        decide(state, proposal, proposal.decision.state);
        const { id, state: verdict, reason, by, at } = proposal.decision;
        state.verdicts.push({ id, state: verdict, reason, by: by ?? 'gate', at: at ?? '' });
      }
      break;
    }
    case 'decision': {
      const proposal = state.proposals.get(entry.id);
      if (!proposal) break;
      const { state: verdict, reason, by, at } = entry;
      proposal.decision = { ...proposal.decision, state: verdict, reason, by, at };
      decide(state, proposal, verdict);
      state.verdicts.push({ id: entry.id, state: verdict, reason, by, at });
      break;
    }
    case 'model': {
      const { type: _type, ...model } = entry;
      state.models.push(model);
      break;
    }
    case 'imported':
      takeIn(state.imported, entry);
      break;
    case 'batch': {
      const { type: _type, ...batch } = entry;
      const known = state.batches.get(batch.file);
      if (known) known.push(batch);
      else state.batches.set(batch.file, [batch]);
      break;
    }
    case 'batch-dropped': {
      const known = state.batches.get(entry.file) ?? [];
      state.batches.set(
        entry.file,
        known.filter(({ run }) => run !== entry.run),
      );
      break;
    }
  }
}

/** What came twice, in two archives, is there once. */
function takeIn(imported: ModelLedger, { models, decisions, verdicts }: ImportedModels): void {
  for (const model of models) {
    const name = `imported/${model.name}`;
    const same = (known: ModelVersion) => known.name === name && known.run === model.run && known.step === model.step;
    if (!imported.models.some(same)) imported.models.push({ ...model, name });
  }
  for (const decision of decisions) imported.proposals.set(decision.id, { decision });
  for (const verdict of verdicts) {
    const same = ({ id, at }: Verdict) => id === verdict.id && at === verdict.at;
    if (!imported.verdicts.some(same)) imported.verdicts.push(verdict);
  }
}

function decide(state: LedgerState, proposal: Proposal, verdict: Decision['state']): void {
  const list = state.promoted.get(proposal.file) ?? [];
  const id = proposal.decision.id;
  const rest = list.filter((each) => each !== id);
  state.promoted.set(proposal.file, verdict === 'promoted' ? [...rest, id] : rest);
}

/** The revisions in effect on a workflow, oldest first. */
export function revisionsInEffect(state: LedgerState, file: string): Proposal[] {
  return (state.promoted.get(file) ?? []).map((id) => state.proposals.get(id)!);
}

/** Feedback that is tried again with what comes. */
export interface Retried {
  /** The proposals that it was parted for. */
  proposals: Proposal[];
  /** Split of an improver -> by content, oldest first. */
  feedback: Map<string, string[]>;
}

/**
 * The feedback of proposals that the gate rejected by itself, and of those that another promotion overtook while they waited; but
 * nothing that was in a proposal that came further: one that is or was in effect, may come to be, or was rejected by a person.
 */
export function retriedFeedback(state: LedgerState, file: string): Retried {
  const base = currentBase(state, file);
  const all = [...state.proposals.values()].filter((proposal) => proposal.file === file && proposal.feedback);
  const isHeldUp = (proposal: Proposal): boolean =>
    isRejectedByGate(proposal.decision) || (proposal.decision.state === 'waiting' && proposal.base !== base);
  const digestsOf = ({ feedback = {} }: Proposal) => Object.values(feedback).flat();
  const further = new Set(all.filter((proposal) => !isHeldUp(proposal)).flatMap(digestsOf));
  const proposals = all.filter((each) => isHeldUp(each) && digestsOf(each).some((digest) => !further.has(digest)));
  const feedback = new Map<string, string[]>();
  for (const [split, digests] of proposals.flatMap((each) => Object.entries(each.feedback ?? {}))) {
    const kept = digests.filter((digest) => !further.has(digest));
    feedback.set(split, [...new Set([...(feedback.get(split) ?? []), ...kept])]);
  }
  return { proposals, feedback };
}

/** The identity of a graph under its revisions: what a proposal is keyed by. One revision may have had several decisions. */
export const baseIdentity = (revisions: readonly { id: string }[]): string => revisions.map(({ id }) => id).join('+');

/** The identity of the graph as it is now. */
export const currentBase = (state: LedgerState, file: string): string =>
  baseIdentity(revisionsInEffect(state, file).map(({ revision }) => revision));
