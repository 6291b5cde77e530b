import { createHash } from 'node:crypto';
import type { Node, Value } from '../../graph';
import { FORMER, planBranches, type Step, type Supply, splitName, stepName } from '../plan';
import { fault } from '../protocol';
import type { GatePlan } from '../runs/entries';
import { bindInputs } from '../runs/inputs';
import type { RunContext } from '../runs/run-context';
import type { RunRecord, StepRecord } from '../runs/run-state';
import { baseIdentity, revisionsInEffect } from '../workspace/ledger';
import { readRevision, revisionText } from './read-revision';

export interface Improvement {
  steps: Step[];
  supplies: Supply[];
  gate: GatePlan;
}

/**
 * What follows from an improver's success: the branches of its revision and the gate that compares them (design,
 * Revisions). null for every other node, where they are planned, and where the change is in effect already.
 */
export async function planImprovement(context: RunContext, record: StepRecord): Promise<Improvement | null> {
  const { run, effective } = context;
  const node = effective.workflow.nodes.get(record.step.node);
  const digest = record.outputs.get('revision');
  if (node?.kind !== 'improver' || record.step.role !== 'execute' || digest === undefined) return null;
  if (!node.metric) {
    throw fault('SF6004', 'request', `Improver ${node.name} has no \`metric\`.`, 'Say which metric its gate compares.');
  }
  const gate = stepName(`${node.name}/gate`, record.step.version, record.step.phase, null);
  // A run that is taken up again asks for what it has.
  if (run.steps.has(gate) || run.decisions.has(record.step.name)) return null;
  const { seen, held } = feedbackOf(context, record);
  const text = await revisionText(context.artifacts.pathOf(digest), node.name);
  const changes = readRevision(text, node, effective, record.outputs, seen);
  const change = identity([node.name, changes]);
  const inEffect = revisionsInEffect(context.ledger.state, run.header.file);
  const repeated = inEffect.find((proposal) => proposal.change === change);
  if (repeated) {
    await context.put({ type: 'decided', step: record.step.name, decision: repeated.decision });
    await context.put({ type: 'notice', message: `${node.name} proposes what is in effect already: nothing to do.` });
    return null;
  }
  const base = baseIdentity(run.header.revisions);
  const proposed = { id: identity([change, base]).slice(0, ID), improver: node.name, changes };
  // The run works on its snapshot; a promotion that came in since is found by the gate.
  const branches = planBranches({
    base: effective,
    proposed,
    by: record.step,
    metric: node.metric,
    parameters: new Map(Object.entries(run.header.parameters as Record<string, Value>)),
    held,
  });
  const steps = new Map(branches.flatMap((branch) => branch.steps).map((step) => [step.name, step]));
  const { version, phase } = record.step;
  const gateStep = gateFor(record.step, node, gate, [...new Set(branches.flatMap((branch) => branch.scores))]);
  return {
    steps: [...steps.values(), { ...gateStep, version, phase }],
    supplies: branches.flatMap((branch) => branch.supplies),
    gate: {
      step: gate,
      proposed,
      change,
      base,
      branches: branches.map(({ side, on, scores }) => ({ side, on, scores })),
    },
  };
}

/**
 * The two parts of the feedback, by content; null both for an improver that takes none. What nothing was held back of is nothing to
 * measure by: programs may refuse data without a sample, and the gate rejects without it.
 */
function feedbackOf(context: RunContext, record: StepRecord): { seen: string | null; held: string | null } {
  const { outputs, metrics } = splitBefore(context.run, record.step) ?? {};
  const held = metrics?.get('held') === 0 ? null : outputs?.get('held');
  return { seen: outputs?.get('train') ?? null, held: held ?? null };
}

/**
 * The step that parted the feedback for this step of an improver: they need not have the same axes.
 *
 * @returns undefined where it takes no feedback.
 */
export function splitBefore(run: RunRecord, { node, inputs }: Step): StepRecord | undefined {
  const before = inputs.flatMap(({ origin }) => (origin.kind === 'step' ? (run.steps.get(origin.step) ?? []) : []));
  return before.find(({ step }) => step.node === splitName(node));
}

/** The same, for the gate that judges what an improver proposed. */
export function splitBeforeGate(run: RunRecord, gate: StepRecord, improver: string): StepRecord | undefined {
  const record = improverBefore(run, gate, improver);
  return record && splitBefore(run, record.step);
}

const improverBefore = (run: RunRecord, { step: { version, phase } }: StepRecord, improver: string) =>
  run.steps.get(stepName(improver, version, phase, null));

/** All that was parted for what a gate judges: split -> by content, what comes from earlier cycles first. */
export async function feedbackParted(
  context: RunContext,
  gate: StepRecord,
  improver: string,
): Promise<Record<string, string[]>> {
  const parted: Record<string, string[]> = {};
  for (const { origin } of improverBefore(context.run, gate, improver)?.step.inputs ?? []) {
    const step = origin.kind === 'step' ? context.run.steps.get(origin.step)?.step : undefined;
    if (!step?.node.startsWith(splitName(improver))) continue;
    const [former, own] = [FORMER, 'feedback'].map((wanted) => step.inputs.filter(({ port }) => port === wanted));
    const bound = await bindInputs(context, [...former!, ...own!]);
    parted[step.node] = [...new Set([...(parted[step.node] ?? []), ...bound.map(({ digest }) => digest)])];
  }
  return parted;
}

function gateFor(improver: Step, node: Node, name: string, after: string[]): Step {
  return {
    ...improver,
    name,
    node: `${node.name}/gate`,
    history: null,
    role: 'gate',
    program: { kind: 'none' },
    parameters: {},
    scope: {},
    inputs: [],
    outputs: [],
    after,
    manual: false,
    every: null,
    when: null,
  };
}

/** Characters of a proposal's id. */
export const ID = 12;

export const identity = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');
