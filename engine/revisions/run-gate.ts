import type { Metric } from '../../graph';
import { scoreNode, withoutInserts } from '../plan';
import { type Decision, isRejectedByGate } from '../protocol';
import type { GatePlan } from '../runs/entries';
import type { Outcome } from '../runs/outcome';
import type { RunContext } from '../runs/run-context';
import type { StepRecord } from '../runs/run-state';
import { currentBase } from '../workspace/ledger';
import type { Proposal } from '../workspace/ledger-entries';
import { type GateScores, judge, type Verdict } from './gate';
import { registerModels } from './models';
import { feedbackParted, ID, identity, splitBeforeGate } from './propose';
import { notLogged } from './require-logged';
import { supplyPromoted } from './supply-promoted';

/**
 * Compares the branches, and promotes, rejects or waits for a person. The decision is one record in the workspace's
 * journal, found by change and base. What a person decided, or is asked already, is not asked twice; what the gate itself
 * rejected is judged anew, for the gate or what it judges by may have been edited: a decision of its own where anything is new.
 */
export async function runGate(context: RunContext, record: StepRecord): Promise<Outcome> {
  const plan = context.run.gates.get(record.step.name)!;
  // Another run may come to the same proposal, or promote another one, at the same time.
  const judged = await context.ledger.inTurn(() => judgedOnce(context, record, plan));
  return settle(context, record, plan, judged);
}

/** The proposal with its decision: the one that stands, or that of this run, which is then in the workspace's journal. */
async function judgedOnce(context: RunContext, record: StepRecord, plan: GatePlan): Promise<Proposal> {
  const { run, ledger, put } = context;
  const { file, workflow } = run.header;
  const known = [...ledger.state.proposals.values()].findLast(
    (each) => each.file === file && each.change === plan.change && each.base === plan.base,
  );
  if (known && !isRejectedByGate(known.decision)) return known;
  await put({ type: 'moved', step: record.step.name, to: 'preparing' });
  const { said, bare } = decide(context, record, plan);
  const feedback = await feedbackParted(context, record, said.improver);
  if (known && figuresIn(known.decision) === figuresIn(said) && isIn(feedback, known)) return known;
  const id = known
    ? identity([known.decision.id, figuresIn(said), feedback]).slice(0, ID)
    : freeId(context, plan.proposed.id);
  const decision = { ...said, id };
  const proposal: Proposal = {
    file,
    workflow,
    run: run.header.run,
    step: record.step.name,
    // With the id that its branch had: what was made there supplies later runs, and nothing that another branch made.
    revision: bare ? withoutInserts(plan.proposed)! : plan.proposed,
    change: plan.change,
    base: plan.base,
    decision,
    at: new Date().toISOString(),
    feedback,
  };
  if (decision.state === 'promoted') await supplyPromoted(context.history, run, proposal);
  await ledger.append({ type: 'proposal', ...proposal });
  return ledger.state.proposals.get(id)!;
}

/** A copy of a workflow proposes what its original does; what is decided on it is another decision. */
const freeId = ({ run, ledger }: RunContext, id: string): string =>
  ledger.state.proposals.has(id) ? identity([id, run.header.file]).slice(0, ID) : id;

/** All that a verdict says, but which it is and when it was. As text: a journal has no NaN. */
const figuresIn = ({ id: _id, at: _at, ...figures }: Said & { id?: string }): string => JSON.stringify(figures);

/** Labels that all fell to the gate change no proposal, and are told of all the same: the next cycle has them. */
const isIn = (feedback: Record<string, string[]>, { feedback: known = {} }: Proposal): boolean =>
  Object.entries(feedback).every(([split, digests]) => digests.every((digest) => known[split]?.includes(digest)));

type Said = Omit<Decision, 'id'>;

/** The gate's own word on the scores of this run. */
function decide(context: RunContext, record: StepRecord, plan: GatePlan): { said: Said; bare: boolean } {
  const { run, ledger } = context;
  const node = context.effective.workflow.nodes.get(plan.proposed.improver)!;
  const metric = node.metric!;
  const scores = readScores(context, plan, metric);
  const verdict =
    currentBase(ledger.state, run.header.file) === plan.base
      ? judgeWithSplit(context, record, plan, metric, scores)
      : rejected('the graph was changed by another promotion meanwhile: run again to compare with it');
  const automatic = !verdict.pass || node.approval === 'auto';
  const said: Said = {
    improver: node.name,
    state: !verdict.pass ? 'rejected' : node.approval === 'auto' ? 'promoted' : 'waiting',
    metric: metric.name,
    goal: metric.goal,
    threshold: metric.threshold,
    guard: metric.guard,
    ...figuresOf(scores, verdict),
    reason: verdict.reason,
    by: automatic ? 'gate' : null,
    at: automatic ? new Date().toISOString() : null,
  };
  return { said, bare: verdict.bare };
}

/** The models of the branches that were judged are entered, also where an engine was killed before it came to that. */
async function settle(context: RunContext, record: StepRecord, plan: GatePlan, judged: Proposal): Promise<Outcome> {
  const side = judged.decision.compound ? 'bare' : 'candidate';
  const own = judged.run === context.run.header.run && judged.step === record.step.name;
  if (own) await registerModels(context, plan, side, judged.decision.id);
  return conclude(context, record, judged);
}

async function conclude(context: RunContext, record: StepRecord, judged: Proposal): Promise<Outcome> {
  const { put } = context;
  const { decision } = judged;
  const step = record.step.name;
  await put({ type: 'decided', step, decision });
  if (decision.state === 'waiting') {
    if (record.state === 'waiting') return 'settled';
    if (record.state === 'queued') await put({ type: 'moved', step, to: 'preparing' });
    await put({ type: 'moved', step, to: 'waiting', reason: 'waits for authorisation' }, { flush: true });
    // A person's decision wakes it, but one that came before it waited.
    return judged.decision.state === 'waiting' ? 'settled' : 'waiting';
  }
  if (record.state === 'queued') await put({ type: 'moved', step, to: 'preparing' });
  const reason = `${decision.state}: ${decision.reason}`;
  await put(
    { type: 'settled', step, state: 'succeeded', outputs: {}, metrics: {}, trackerRun: null, reason },
    { flush: true },
  );
  return 'settled';
}

function readScores(context: RunContext, plan: GatePlan, metric: Metric): GateScores {
  const score = (side: string, on: string, name = loggedName(plan, metric)): number | null => {
    const branch = plan.branches.find((each) => each.side === side && each.on === on);
    return branch ? mean(branch.scores.map((step) => scoreOf(context, step, name))) : null;
  };
  const pair = (on: string) => {
    const champion = score('champion', on);
    const candidate = score('candidate', on);
    return champion === null || candidate === null ? null : { champion, candidate };
  };
  const bare = score('bare', 'test');
  return {
    test: pair('test')!,
    heldBack: pair('held-back'),
    bare: bare === null ? null : { test: bare, heldBack: score('bare', 'held-back') },
    ...(metric.keep !== undefined && {
      kept: {
        metric: `${scoreNode(metric, plan.proposed)}.${metric.keep}`,
        champion: score('champion', 'test', metric.keep)!,
        candidate: score('candidate', 'test', metric.keep)!,
        bare: score('bare', 'test', metric.keep),
      },
    }),
  };
}

/** The scores as a decision has them: the candidate's are those of what would be promoted. */
function figuresOf(
  { test, heldBack, bare, kept: all }: GateScores,
  verdict: Verdict,
): Pick<Decision, 'test' | 'heldBack' | 'bare' | 'compound' | 'kept'> {
  const { metric, champion, candidate } = all ?? { metric: '', champion: 0, candidate: 0 };
  const kept = all && { kept: { metric, champion, candidate: verdict.bare ? all.bare! : candidate } };
  if (!bare || !verdict.bare) return { test, heldBack, bare: bare?.test ?? null, ...kept };
  return {
    ...kept,
    test: { ...test, candidate: bare.test },
    heldBack: heldBack && { ...heldBack, candidate: bare.heldBack! },
    bare: bare.test,
    compound: { test: test.candidate, heldBack: heldBack?.candidate ?? null },
  };
}

/** The gate's metric as its node logs it. */
function loggedName(plan: GatePlan, metric: Metric): string {
  return metric.name.startsWith('system.')
    ? metric.name
    : metric.name.slice(scoreNode(metric, plan.proposed).length + 1);
}

function scoreOf(context: RunContext, step: string, name: string): number {
  const value = context.run.steps.get(step)?.metrics.get(name);
  if (value !== undefined) return value;
  throw notLogged(step, name);
}

/** An empty side of the split rejects: nothing was learned from, or nothing is left to judge by. */
function judgeWithSplit(
  context: RunContext,
  record: StepRecord,
  plan: GatePlan,
  metric: Metric,
  scores: GateScores,
): Verdict {
  const split = splitBeforeGate(context.run, record, plan.proposed.improver);
  for (const side of ['train', 'held'] as const) {
    if (split?.metrics.get(side) === 0) {
      const [part, other] = side === 'held' ? ['held-back', 'larger'] : ['training', 'smaller'];
      return rejected(
        `the ${part} part of the feedback is empty: label more samples, or give a ${other} \`holdout\` (the chance of each sample to be held back)`,
      );
    }
  }
  return judge(metric, scores);
}

const rejected = (reason: string): Verdict => ({ pass: false, bare: false, reason });

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
