import { createHash } from 'node:crypto';
import { edgesOfPhase, executingNodes, type Metric, type Node, type Value, type Workflow } from '../../graph';
import { fault } from '../protocol';
import {
  type AppliedChange,
  type AppliedRevision,
  applyRevisions,
  changedNodes,
  type EffectiveWorkflow,
} from './effective';
import { programs } from './engine-nodes';
import { type Plan, plan } from './plan';
import { type Step, type Supply, stepName, versionName } from './step';

export interface BranchRequest {
  /** The graph under the revisions in effect: the champion's. */
  base: EffectiveWorkflow;
  proposed: AppliedRevision;
  /** The improver's step that proposes it. */
  by: Pick<Step, 'version' | 'phase'>;
  metric: Metric;
  parameters: Map<string, Value>;
  /** The held-back feedback, which takes the place of `metric.on`; null for an improver that takes none. */
  held: string | null;
}

/** One measured side of the gate: its steps, and where to read the score. */
export interface Branch {
  side: 'champion' | 'candidate' | 'bare';
  on: 'test' | 'held-back';
  steps: Step[];
  supplies: Supply[];
  /** Steps (one a version) whose metric is the score. */
  scores: string[];
}

/**
 * The branches of a proposed revision (design, Revisions 2): champion and candidate, each scored on `metric.on` and on the
 * held-back feedback put in its place (without an `on`, by the metric alone); a compound also without its insert, for that is what the gate falls back on. What a
 * branch does not change is supplied.
 *
 * @throws fault SF6003 (the revision does not fit), SF6010 and SF6012 (its score is not measured, or elsewhere).
 */
export function planBranches(request: BranchRequest): Branch[] {
  const { proposed } = request;
  const bare = withoutInserts(proposed);
  const sides: [Branch['side'], AppliedRevision | null][] = [
    ['champion', null],
    ['candidate', proposed],
  ];
  if (bare) sides.push(['bare', bare]);
  return sides.flatMap(([side, revision]) => {
    const effective = revision ? revised(request.base, revision) : request.base;
    const merged = { ...effective, artifacts: new Map([...request.base.artifacts, ...effective.artifacts]) };
    // What earlier revisions touched stays touched: successes of the branch count under all of them.
    for (const [node, ids] of request.base.touched) {
      merged.touched = new Map(merged.touched).set(node, [...new Set([...ids, ...(merged.touched.get(node) ?? [])])]);
    }
    // Without `on` nobody knows whose place the held-back feedback could take.
    const judged = request.held !== null && request.metric.on !== undefined;
    const sets: Branch['on'][] = judged ? ['test', 'held-back'] : ['test'];
    return sets.map((on) => planBranch(request, merged, side, on, revision));
  });
}

/** @throws fault SF6003 where the revision does not fit: without it, both branches would be the champion. */
function revised(base: EffectiveWorkflow, revision: AppliedRevision): EffectiveWorkflow {
  const { effective, suspended } = applyRevisions(base.workflow, [revision]);
  if (suspended.length === 0) return effective;
  throw fault(
    'SF6003',
    'failed',
    `The revision of ${revision.improver} changes ${suspended[0]!.missing}, which is not there or gets no data.`,
    'Correct what the improver writes to revision.json, or give the port an edge.',
  );
}

/**
 * How the names of an improver's branches begin: with its own, and its version and phase where it has several. Each of them
 * proposes for itself, and no gate may take what another's branches made for its own.
 */
function branchRoot(
  { workflow }: EffectiveWorkflow,
  improver: string,
  { version, phase }: BranchRequest['by'],
): string {
  const phases = [...executingNodes(workflow, programs).values()].filter((nodes) => nodes.has(improver));
  return `${versionName(improver, version)}${phases.length > 1 ? `@${phase}` : ''}`;
}

/** Is this a branch for what this version of an improver proposed in this phase? Of one `side`, if it is given. */
export function isBranchOf(
  branch: string,
  improver: string,
  { version, phase }: BranchRequest['by'],
  side = '',
): boolean {
  const root = versionName(improver, version);
  return [`${root}/`, `${root}@${phase}/`].some((begins) => branch.startsWith(`${begins}${side}`));
}

/**
 * What is left of a compound without what it inserts: a revision of its own, so that what ran under the one is never taken
 * for a success of the other. null for a revision that inserts nothing.
 */
export function withoutInserts(revision: AppliedRevision): AppliedRevision | null {
  const changes = revision.changes.filter((change) => change.op !== 'insert');
  if (changes.length === revision.changes.length) return null;
  const id = createHash('sha256').update(`${revision.id} bare`).digest('hex').slice(0, 12);
  return { ...revision, id, changes };
}

/**
 * All that an improver's score is made of, before its revision is known: what its branches may run anew, and so read, in
 * whichever phases the run itself executes.
 */
export function stepsOfScore(
  effective: EffectiveWorkflow,
  parameters: Map<string, Value>,
  { improves, wraps, metric }: Node,
): Step[] {
  if (!metric) return [];
  const node = metric.name.slice(0, metric.name.indexOf('.'));
  const changeable = [...(improves ? [improves] : []), ...wraps].map((end) => end.node);
  return (node === 'system' ? changeable : [node]).flatMap((target) => {
    const phase = scorePhase(effective.workflow, target);
    const free = unconditional(effective);
    return phase === undefined
      ? []
      : plan({ effective: free, parameters, phases: [phase], to: [target], only: [] }).steps;
  });
}

/** The graph without conditions, and what they read: a proposal is judged whatever holds. */
function unconditional(effective: EffectiveWorkflow): EffectiveWorkflow {
  const { workflow } = effective;
  const nodes = new Map([...workflow.nodes].map(([name, node]) => [name, { ...node, when: undefined }]));
  return { ...effective, workflow: { ...workflow, nodes } };
}

/** The first phase in which the node that is measured executes. */
export function scorePhase(workflow: Workflow, target: string): string | undefined {
  return [...executingNodes(workflow, programs)].find(([, nodes]) => nodes.has(target))?.[0];
}

function planBranch(
  request: BranchRequest,
  effective: EffectiveWorkflow,
  side: Branch['side'],
  on: Branch['on'],
  revision: AppliedRevision | null,
): Branch {
  const { metric, proposed } = request;
  const target = scoreNode(metric, request.proposed);
  const phase = scorePhase(effective.workflow, target);
  if (phase === undefined) {
    throw fault(
      'SF6010',
      'request',
      `Node ${target}, which measures ${metric.name} for ${proposed.improver}, executes in no phase.`,
      'Bind its required inputs in one phase.',
    );
  }
  const { parameters } = request;
  const planned = plan({ effective: unconditional(effective), parameters, phases: [phase], to: [target], only: [] });
  if (side === 'candidate') requireMeasured(planned, effective, phase, target, proposed);
  const changed = new Set(revision ? [...revision.changes.flatMap(changedNodes), ...newNodes(request, effective)] : []);
  const byChange = descendants(effective, phase, changed);
  const bySource =
    metric.on === undefined ? new Set<string>() : descendants(effective, phase, takers(effective, phase, metric.on));
  const root = branchRoot(request.base, proposed.improver, request.by);
  const rename = new Map<string, string>();
  const branches = new Map<string, string>();
  for (const step of planned.steps) {
    if (step.role !== 'execute') continue;
    const branch = bySource.has(step.node)
      ? `${root}/${side}/${on}`
      : byChange.has(step.node)
        ? `${root}/${side}`
        : null;
    if (!branch) continue;
    branches.set(step.name, branch);
    rename.set(step.name, stepName(step.node, step.version, step.phase, branch));
  }
  const steps: Step[] = [];
  const supplies = [...planned.supplies];
  for (const step of planned.steps) {
    const name = rename.get(step.name);
    const inputs = step.inputs.map((input) => {
      const { origin } = input;
      if (origin.kind === 'source' && origin.name === metric.on && on === 'held-back') {
        return { ...input, origin: { kind: 'artifact' as const, digest: request.held! } };
      }
      if (origin.kind !== 'step') return input;
      return { ...input, origin: { ...origin, step: rename.get(origin.step) ?? origin.step } };
    });
    const after = step.after.map((each) => rename.get(each) ?? each);
    if (name) {
      const counts = side !== 'champion' && !(on === 'held-back' && bySource.has(step.node));
      const history = counts ? step.history : null;
      // The improver has run: what holds its node back in a run of its own would leave the proposal without a verdict.
      const free = { manual: false, every: null };
      steps.push({ ...step, ...free, name, branch: branches.get(step.name)!, history, inputs, after });
    } else if (step.role === 'supply') {
      steps.push({ ...step, after: [] });
    } else {
      // Nothing of it changes in this branch: its success in this run, or its last one, stands.
      steps.push({ ...step, role: 'supply', program: { kind: 'none' }, inputs: [], after: [] });
      supplies.push({ step: step.name, from: null, history: [step.name], phases: [phase] });
    }
  }
  const scores = planned.steps
    .filter((step) => step.node === target && step.role === 'execute')
    .map((step) => rename.get(step.name) ?? step.name);
  return { side, on, steps, supplies, scores };
}

/**
 * A change in another phase is in no branch: champion and candidate would be the same. Inserts may be in several phases, or
 * go with other changes; one of them is enough.
 *
 * @throws fault SF6012 where the score does not come from what the revision changes.
 */
function requireMeasured(
  { steps }: Plan,
  effective: EffectiveWorkflow,
  phase: string,
  target: string,
  { improver, changes }: AppliedRevision,
): void {
  const executed = new Set(steps.filter(({ role }) => role === 'execute').map(({ node }) => node));
  const isMeasured = (change: AppliedChange) => {
    const here = changedNodes(change).filter((node) => executed.has(node));
    return descendants(effective, phase, here).has(target);
  };
  const others = changes.filter(({ op }) => op !== 'insert');
  if (others.length > 0 ? others.every(isMeasured) : changes.some(isMeasured)) return;
  const places = changes.flatMap((change) =>
    change.op === 'merge' ? [change.into] : change.op === 'insert' ? change.before : [change.node],
  );
  throw fault(
    'SF6012',
    'request',
    `Node ${target}, whose score decides, is measured in ${phase}, where it does not come from what ${improver} changes: ${places.join(', ')}.`,
    'Measure it in the phase in which what is improved executes, behind it.',
  );
}

/** The node whose score decides: the one before the dot, or the improved node for `system.*`. */
export function scoreNode(metric: Metric, proposed: { improver: string; changes: AppliedRevision['changes'] }): string {
  const node = metric.name.slice(0, metric.name.indexOf('.'));
  return node === 'system' ? changedNodes(proposed.changes[0]!)[0]! : node;
}

function newNodes(request: BranchRequest, effective: EffectiveWorkflow): string[] {
  return [...effective.workflow.nodes.keys()].filter((name) => !request.base.workflow.nodes.has(name));
}

function takers(effective: EffectiveWorkflow, phase: string, source: string): Set<string> {
  return new Set(
    edgesOfPhase(effective.workflow, phase)
      .filter((edge) => edge.from.source && edge.from.node === source)
      .map((edge) => edge.to.node),
  );
}

function descendants(effective: EffectiveWorkflow, phase: string, from: Iterable<string>): Set<string> {
  const successors = Map.groupBy(
    edgesOfPhase(effective.workflow, phase).filter((edge) => !edge.from.source),
    (edge) => edge.from.node,
  );
  const seen = new Set<string>();
  const stack = [...from];
  for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    stack.push(...(successors.get(name) ?? []).map((edge) => edge.to.node));
  }
  return seen;
}
