import { changedNodes, type Step } from '../plan';
import type { ModelState, Promotion } from '../protocol';
import type { GatePlan } from '../runs/entries';
import type { RunContext } from '../runs/run-context';
import type { StepRecord } from '../runs/run-state';
import type { ModelLedger } from '../workspace/ledger';
import type { ModelVersion } from '../workspace/ledger-entries';

/**
 * Enters the models that a gate compared into the workspace's journal: the champion, where it is not there yet, and the
 * candidate, of the side that would be promoted. Which alias each has follows from the decisions.
 */
export async function registerModels(
  context: RunContext,
  plan: GatePlan,
  side: 'candidate' | 'bare',
  proposal: string,
): Promise<void> {
  const changed = new Set(plan.proposed.changes.flatMap(changedNodes));
  for (const record of context.run.steps.values()) {
    const { step } = record;
    if (!changed.has(step.node) || step.branch?.includes('/champion')) continue;
    const candidate = step.branch?.startsWith(`${plan.proposed.improver}/${side}`) === true;
    if (step.branch !== null && !candidate) continue;
    for (const output of modelsOf(step)) {
      // A version's number is the next after those that are there.
      await context.ledger.inTurn(() => enter(context, record, output, candidate ? proposal : null));
    }
  }
}

async function enter(context: RunContext, record: StepRecord, port: string, proposal: string | null): Promise<void> {
  const digest = record.outputs.get(port);
  if (digest === undefined) return;
  const { header } = context.run;
  const name = `${header.workflow}/${record.step.node}.${port}`;
  const versions = context.ledger.state.models.filter((model) => model.name === name);
  // The same bits are another version where they are judged anew: each belongs to one decision.
  const same = versions.filter((model) => model.digest === digest);
  if (proposal === null ? same.length > 0 : same.some((model) => model.proposal === proposal)) return;
  await context.ledger.append({
    type: 'model',
    name,
    version: String(versions.length + 1),
    digest,
    run: header.run,
    step: record.step.name,
    proposal,
    at: new Date().toISOString(),
  });
}

const modelsOf = (step: Step): string[] => step.outputs.filter(({ type }) => type === 'model').map(({ name }) => name);

/**
 * Aliases by version: `champion` is the newest promoted one, or the first; `candidate` one that waits for authorisation.
 * Derived, never stored: a roll back changes them by itself.
 */
export function aliasesOf(
  state: ModelLedger,
  versions: readonly ModelVersion[],
): Map<string, 'champion' | 'candidate'> {
  const aliases = new Map<string, 'champion' | 'candidate'>();
  const stateOf = (model: ModelVersion) =>
    model.proposal === null ? 'promoted' : state.proposals.get(model.proposal)?.decision.state;
  const champion = versions.filter((model) => stateOf(model) === 'promoted').at(-1);
  if (champion) aliases.set(champion.version, 'champion');
  for (const model of versions) if (stateOf(model) === 'waiting') aliases.set(model.version, 'candidate');
  return aliases;
}

/** What a version is now: everything that is neither in effect nor waits has been archived. */
export function stateOf(alias: 'champion' | 'candidate' | undefined): ModelState {
  return alias ?? 'archived';
}

/** The record of a model: every decision that was made on one of its versions, oldest first. */
export function recordOf(state: ModelLedger, versions: readonly ModelVersion[]): Promotion[] {
  const byProposal = new Map(versions.map((version) => [version.proposal, version.version]));
  return state.verdicts.flatMap(({ id, ...verdict }) => {
    const proposal = state.proposals.get(id);
    if (!proposal || !byProposal.has(id)) return [];
    const { metric, heldBack, test } = proposal.decision;
    const { champion: before, candidate: after } = heldBack ?? test;
    return [{ decision: id, version: byProposal.get(id)!, ...verdict, metric, before, after }];
  });
}
