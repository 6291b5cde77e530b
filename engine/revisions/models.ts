import { changedNodes, isBranchOf, type Step, versionName } from '../plan';
import type { Decision, ModelState, Promotion } from '../protocol';
import type { GatePlan, RunHeader } from '../runs/entries';
import type { RunContext } from '../runs/run-context';
import type { StepRecord } from '../runs/run-state';
import type { ModelLedger } from '../workspace/ledger';
import type { ModelVersion } from '../workspace/ledger-entries';

/**
 * Enters the models that a gate compared into the workspace's journal: the champion, where it is not there yet, and the
 * candidate, of the side that would be promoted. Which alias each has follows from the decisions. They are those of the changed
 * nodes; where these make none, as what prepares the data, those that come of them.
 */
export async function registerModels(
  context: RunContext,
  plan: GatePlan,
  side: 'candidate' | 'bare',
  proposal: string,
): Promise<void> {
  const changed = new Set(plan.proposed.changes.flatMap(changedNodes));
  const gate = context.run.steps.get(plan.step)!.step;
  const records = [...context.run.steps.values()];
  // Without a place in the history it was made with the held-back feedback, for the gate alone.
  const isCandidate = ({ branch, history }: Step): boolean =>
    branch !== null && history !== null && isBranchOf(branch, plan.proposed.improver, gate, side);
  const making = records.map(({ step }) => step).filter((step) => modelsOf(step).length > 0);
  const own = making.some(({ node }) => changed.has(node));
  const governed = own ? changed : new Set(making.filter(isCandidate).map(({ node }) => node));
  for (const record of records) {
    const { step } = record;
    if (!governed.has(step.node)) continue;
    const candidate = isCandidate(step);
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
  const name = modelName(context.ledger.state, header, record.step, port);
  const versions = context.ledger.state.models.filter((model) => model.name === name);
  // The same bits are another version where they are judged anew: each belongs to one decision.
  const same = versions.filter((model) => model.digest === digest);
  const { state } = context.ledger;
  const isKnown = (model: ModelVersion): boolean =>
    proposal === null ? verdictOn(state, model) === 'promoted' : model.proposal === proposal;
  if (same.some(isKnown)) return;
  await context.ledger.append({
    type: 'model',
    name,
    file: header.file,
    version: String(versions.length + 1),
    digest,
    run: header.run,
    step: record.step.name,
    proposal,
    revisions: decisionsUnder(context, record.step),
    at: new Date().toISOString(),
  });
}

/**
 * `<workflow>/<node[version]>.<port>`: versions of a matrix are in effect side by side, each has its own champion. So have the
 * models of another file whose workflow has the same name: theirs have the file in it.
 */
function modelName(state: ModelLedger, { workflow, file }: RunHeader, step: Step, port: string): string {
  const model = `${versionName(step.node, step.version)}.${port}`;
  const name = `${workflow}/${model}`;
  const first = state.models.find((each) => each.name === name);
  return (first?.file ?? file) === file ? name : `${workflow}/${file}/${model}`;
}

/** The decisions that brought the revisions in effect on a step: what a roll back takes away. */
function decisionsUnder({ run, ledger }: RunContext, { revisions }: Step): string[] {
  const proposals = [...ledger.state.proposals.values()].filter(({ file }) => file === run.header.file);
  // Of several decisions on one revision only the last can have promoted it.
  return revisions
    .split('+')
    .flatMap((id) => proposals.findLast(({ revision }) => revision.id === id)?.decision.id ?? []);
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
  const champion = versions.findLast((model) => verdictOn(state, model) === 'promoted');
  if (champion) aliases.set(champion.version, 'champion');
  for (const model of versions) if (verdictOn(state, model) === 'waiting') aliases.set(model.version, 'candidate');
  return aliases;
}

/** What was decided on a version; one that no proposal made stands and falls with the revisions that it was made under. */
function verdictOn(state: ModelLedger, { proposal, revisions = [] }: ModelVersion): Decision['state'] | undefined {
  if (proposal !== null) return state.proposals.get(proposal)?.decision.state;
  // An archive may lack a decision.
  const inEffect = (id: string) => (state.proposals.get(id)?.decision.state ?? 'promoted') === 'promoted';
  return revisions.every(inEffect) ? 'promoted' : 'rolled-back';
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
