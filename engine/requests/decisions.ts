import { type Decision, type DecisionResult, fault, isRejectedByGate, type ModelRow } from '../protocol';
import { aliasesOf, recordOf, stateOf } from '../revisions/models';
import { supplyPromoted } from '../revisions/supply-promoted';
import type { ActiveRuns } from '../runs/active-runs';
import type { EngineRooms } from '../runs/run-context';
import type { ArtifactStore } from '../store/artifacts';
import { currentBase, type ModelLedger } from '../workspace/ledger';
import type { ModelVersion, Proposal } from '../workspace/ledger-entries';
import { goOn } from './go-on';
import type { Handlers } from './handlers';

type DecisionHandlers = Pick<Handlers, 'models' | 'decisions' | 'promote' | 'reject' | 'rollback'>;

/** Requests about models, and what people decide about them. */
export function decisionRequests(rooms: EngineRooms, runs: ActiveRuns, by: string): DecisionHandlers {
  const { ledger, artifacts, history } = rooms;
  const decide = async (id: string, state: 'promoted' | 'rejected', reason: string, who: string): Promise<Proposal> => {
    const proposal = ledger.state.proposals.get(id);
    if (!proposal) throw fault('SF6040', 'request', `There is no decision ${id}.`, 'List them with `scanflow models`.');
    // What the gate rejected, a person may reject as well: its labels are then not tried again with the next ones.
    const isOpen =
      proposal.decision.state === 'waiting' || (state === 'rejected' && isRejectedByGate(proposal.decision));
    if (!isOpen) {
      throw fault(
        'SF6041',
        'request',
        `Decision ${id} is made already: ${proposal.decision.state}.`,
        'Roll back to undo a promotion; a new run proposes again when the data has changed.',
      );
    }
    if (state === 'promoted' && currentBase(ledger.state, proposal.file) !== proposal.base) {
      throw fault(
        'SF6042',
        'request',
        `Candidate ${id} was compared with a champion that is no longer in effect.`,
        'Run again: the gate compares it with the present one.',
      );
    }
    if (state === 'promoted') await supplyPromoted(history, await runs.record(proposal.run), proposal);
    await ledger.append({ type: 'decision', id, state, reason, by: who, at: new Date().toISOString() });
    return ledger.state.proposals.get(id)!;
  };
  const decided = async (...said: Parameters<typeof decide>): Promise<DecisionResult> => {
    const { run, decision } = await ledger.inTurn(() => decide(...said));
    const { notice } = await goOn(runs, run, said[3]);
    return notice === undefined ? decision : { ...decision, notice };
  };
  return {
    decisions: async () => [...ledger.state.proposals.values()].map(({ decision }) => decision),
    promote: ({ decision, reason = 'authorised', by: who = by }) => decided(decision, 'promoted', reason, who),
    reject: ({ decision, reason = 'not authorised', by: who = by }) => decided(decision, 'rejected', reason, who),
    rollback: ({ workflow, reason = 'rolled back', by: who = by }) =>
      ledger.inTurn(async () => {
        const last = lastPromoted(ledger.state.promoted, [...ledger.state.proposals.values()], workflow);
        if (!last) {
          throw fault('SF6043', 'request', `Nothing was promoted in ${workflow}.`, 'There is nothing to roll back.');
        }
        const { id } = last.decision;
        await ledger.append({
          type: 'decision',
          id,
          state: 'rolled-back',
          reason,
          by: who,
          at: new Date().toISOString(),
        });
        return ledger.state.proposals.get(id)!.decision;
      }),
    models: async () => {
      const { imported } = ledger.state;
      // What was decided elsewhere is in effect nowhere here: no version of it has an alias.
      const none = () => new Map<string, 'champion' | 'candidate'>();
      return [
        ...modelRows(ledger.state, artifacts, (versions) => aliasesOf(ledger.state, versions)),
        ...modelRows(imported, artifacts, none).map((row) => ({ ...row, file: null })),
      ];
    },
  };
}

function modelRows(
  state: ModelLedger,
  artifacts: ArtifactStore,
  aliasesIn: (versions: readonly ModelVersion[]) => ReadonlyMap<string, 'champion' | 'candidate'>,
): ModelRow[] {
  const names = [...new Set(state.models.map(({ name }) => name))];
  return names.map((name): ModelRow => {
    const versions = state.models.filter((model) => model.name === name);
    const aliases = aliasesIn(versions);
    const proposalOf = ({ proposal }: ModelVersion) => (proposal === null ? undefined : state.proposals.get(proposal));
    return {
      name,
      file: versions.at(-1)?.file ?? null,
      versions: versions.map((model) => ({
        name,
        version: model.version,
        alias: aliases.get(model.version) ?? null,
        state: stateOf(aliases.get(model.version)),
        decision: proposalOf(model)?.decision ?? null,
        run: model.run,
        step: model.step,
        path: artifacts.pathOf(model.digest),
        createdAt: model.at,
      })),
      record: recordOf(state, versions),
      improvement: improvementOf(versions.map(proposalOf)),
    };
  });
}

function lastPromoted(promoted: Map<string, string[]>, proposals: Proposal[], workflow: string): Proposal | undefined {
  return proposals
    .filter(({ file, workflow: name }) => workflow === file || workflow === name)
    .findLast(({ file, decision }) => promoted.get(file)?.at(-1) === decision.id);
}

/** I(G) = sum of the gains that promoted revisions made, a metric (paper, Eq. 1); positive is better. */
function improvementOf(proposals: ({ decision: Decision } | undefined)[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const proposal of new Set(proposals)) {
    if (proposal?.decision.state !== 'promoted') continue;
    const { metric, goal, heldBack, test } = proposal.decision;
    const pair = heldBack ?? test;
    const gain = (pair.candidate - pair.champion) * (goal === 'maximize' ? 1 : -1);
    sums.set(metric, (sums.get(metric) ?? 0) + gain);
  }
  return Object.fromEntries(sums);
}
