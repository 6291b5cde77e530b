import {
  closest,
  conditionLinks,
  didYouMean,
  edgesOfPhase,
  executingNodes,
  type InputPort,
  phasesOf,
  portsOf,
  type Value,
} from '../../graph';
import { fault } from '../protocol';
import type { EffectiveWorkflow } from './effective';
import { programs } from './engine-nodes';
import { PhaseOrder } from './order';
import { resolveStep } from './resolve';
import { type Binding, type Origin, type Step, type Supply, stepName, versionName } from './step';
import { Versions } from './versions';

export interface PlanRequest {
  effective: EffectiveWorkflow;
  /** Resolved workflow parameters. */
  parameters: Map<string, Value>;
  /** In order; empty: all. */
  phases: string[];
  /** Nodes wanted, with all that they need. Empty: all. */
  to: string[];
  /** Nodes to execute, all else supplied. Empty: all. */
  only: string[];
}

export interface Plan {
  /** Predecessors first. */
  steps: Step[];
  supplies: Supply[];
}

/**
 * What a run has to do: every version of every executing node in every phase, what supplies them, and in which order.
 * Pure.
 *
 * @throws fault SF3010 for an unknown phase or target, SF3011 for an input that no node of the graph can ever supply,
 * SF3016 for one that takes one thing and is given several, or nothing.
 */
export function plan(request: PlanRequest): Plan {
  const { workflow } = request.effective;
  const known = phasesOf(workflow);
  for (const phase of request.phases) {
    if (!known.includes(phase)) {
      const remedy = didYouMean(closest(phase, known), `Choose one of ${known.join(', ')}.`);
      throw fault('SF3010', 'request', `There is no phase ${phase}.`, remedy);
    }
  }
  for (const target of [...request.to, ...request.only]) {
    if (!workflow.nodes.has(target)) {
      const remedy = didYouMean(closest(target, workflow.nodes.keys()), 'Name a node of the file.');
      throw fault('SF3010', 'request', `There is no node ${target}.`, remedy);
    }
  }
  const phases = request.phases.length === 0 ? known : known.filter((phase) => request.phases.includes(phase));
  const executing = executingNodes(workflow, programs);
  const planner = new Planner(request, phases, executing);
  for (const phase of phases) planner.planPhase(phase);
  return planner.finish();
}

/** Collects the steps of one plan, a phase after the other. */
class Planner {
  private readonly steps = new Map<string, Step>();
  private readonly supplies = new Map<string, Supply>();
  /** Phase -> the nodes that run in it; those up to the one that is planned. */
  private readonly chosen = new Map<string, Set<string>>();
  private readonly waits = new Map<readonly string[], Map<string, string[]>>();
  private readonly lineage: Lineage;
  private readonly versions: Versions;

  constructor(
    private readonly request: PlanRequest,
    private readonly phases: readonly string[],
    private readonly executing: Map<string, Set<string>>,
  ) {
    this.versions = new Versions(request.effective.workflow);
    this.lineage = new Lineage(request.effective);
  }

  planPhase(phase: string): void {
    const { workflow } = this.request.effective;
    const executing = this.executing.get(phase) ?? new Set();
    const chosen = this.choose(executing);
    this.chosen.set(phase, chosen);
    const edges = Map.groupBy(edgesOfPhase(workflow, phase), (edge) => edge.to.node);
    const order = new PhaseOrder(workflow, phase, executing, chosen);
    for (const name of order.nodes) {
      if (!chosen.has(name)) continue;
      const before = order.waitsFor(name);
      const node = workflow.nodes.get(name)!;
      const ports = portsOf(workflow, node, programs);
      for (const version of this.versions.of(name)) {
        const step = resolveStep(this.request.effective, this.request.parameters, node, version, phase);
        step.revisions = this.lineage.revisionsOf(name);
        const places = new Map<string, number>();
        for (const edge of edges.get(name) ?? []) {
          if (!edge.to.port) continue;
          for (const origin of this.origins(edge.from, phase, version, chosen)) {
            step.inputs.push(bind(ports.inputs.get(edge.to.port), edge, origin, places));
          }
        }
        step.after = this.stepsOf(before, version);
        requireOne(step, ports.inputs.values());
        this.steps.set(step.name, step);
      }
    }
  }

  finish(): Plan {
    return { steps: [...this.steps.values()], supplies: [...this.supplies.values()] };
  }

  /** Which of a phase's executing nodes run, given the targets. */
  private choose(executing: Set<string>): Set<string> {
    if (this.request.only.length > 0) return new Set(this.request.only.filter((name) => executing.has(name)));
    if (this.request.to.length === 0) return executing;
    const wanted = new Set<string>();
    const stack = [...this.request.to];
    const { workflow } = this.request.effective;
    const edges = this.phases.flatMap((each) => edgesOfPhase(workflow, each)).filter(({ from }) => !from.source);
    const needs = Map.groupBy(
      [...edges.map(({ from, to }) => ({ from: from.node, to: to.node })), ...conditionLinks(workflow)],
      ({ to }) => to,
    );
    for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
      if (wanted.has(name)) continue;
      wanted.add(name);
      for (const { from } of needs.get(name) ?? []) stack.push(from);
    }
    return new Set([...executing].filter((name) => wanted.has(name)));
  }

  /**
   * The steps of nodes in the phase that is planned and in those before it: order holds over phases, too. A thousand nodes
   * may wait for a thousand others in all their versions, so that those which wait for the same share one list.
   */
  private stepsOf(nodes: readonly string[], version: Record<string, string>): string[] {
    const known = this.waits.get(nodes) ?? new Map<string, string[]>();
    this.waits.set(nodes, known);
    const key = JSON.stringify(version);
    const steps =
      known.get(key) ??
      [...this.chosen].flatMap(([phase, chosen]) =>
        nodes.filter((name) => chosen.has(name)).flatMap((name) => this.versionSteps(name, phase, version)),
      );
    known.set(key, steps);
    return steps;
  }

  private versionSteps(node: string, phase: string, version: Record<string, string>): string[] {
    return this.versions.joinedTo(version, node).map((one) => stepName(node, one, phase, null));
  }

  /** Where the data at one end of an edge comes from: a source, steps of this phase, or supplied ones. */
  private origins(
    from: { node: string; port?: string; source: boolean },
    phase: string,
    version: Record<string, string>,
    chosen: Set<string>,
  ): Origin[] {
    if (from.source) {
      const digest = this.request.effective.artifacts.get(from.node);
      return [digest === undefined ? { kind: 'source', name: from.node } : { kind: 'artifact', digest }];
    }
    if (chosen.has(from.node)) {
      return this.versionSteps(from.node, phase, version).map((step) => ({
        kind: 'step',
        step,
        port: from.port ?? null,
      }));
    }
    return this.supply(from.node, phase, version).map((step) => ({ kind: 'step', step, port: from.port ?? null }));
  }

  /** Steps that stand for the last success of a node that does not execute here. */
  private supply(node: string, phase: string, version: Record<string, string>): string[] {
    const { workflow } = this.request.effective;
    const makers = [...this.executing].filter(([, nodes]) => nodes.has(node)).map(([name]) => name);
    if (makers.length === 0) {
      throw fault(
        'SF3011',
        'request',
        `Node ${node} executes in no phase, so nothing can supply it in ${phase}.`,
        `Bind all required inputs of ${node} within one phase.`,
      );
    }
    const earlier = this.phases.slice(0, this.phases.indexOf(phase)).filter((each) => makers.includes(each));
    return this.versions.joinedTo(version, node).map((one) => {
      const name = stepName(node, one, phase, null);
      if (!this.steps.has(name)) {
        const step = resolveStep(
          this.request.effective,
          this.request.parameters,
          workflow.nodes.get(node)!,
          one,
          phase,
        );
        const from = earlier.map((each) => stepName(node, one, each, null)).findLast((each) => this.steps.has(each));
        this.steps.set(name, {
          ...step,
          role: 'supply',
          program: { kind: 'none' },
          revisions: this.lineage.revisionsOf(node),
          after: from ? [from] : [],
        });
        this.supplies.set(name, {
          step: name,
          from: from ?? null,
          history: makers.map((maker) => `${versionName(node, one)}@${maker}`),
          phases: makers,
        });
      }
      return name;
    });
  }
}

/**
 * The language sees to it that an input has one edge and that versions match; a program that found nothing at its port, or
 * one of two things, would compute with that, unseen.
 *
 * @throws fault SF3016 where an input that takes one is given several, or a required one nothing.
 */
function requireOne({ name, inputs }: Step, ports: Iterable<InputPort>): void {
  for (const port of ports) {
    const given = inputs.filter((input) => input.port === port.name).length;
    if (given === 1 || (given === 0 ? port.optional : port.many)) continue;
    throw fault(
      'SF3016',
      'request',
      `Input ${port.name} of ${name} ${given === 0 ? 'is given nothing' : 'takes one thing and is given several'}.`,
      'Give it one edge, and versions that meet the same values; an input with `many: true` gathers them.',
    );
  }
}

function bind(
  port: { optional: boolean; many: boolean } | undefined,
  edge: { to: { port?: string }; via: 'volume' | 'tracker'; carries: string[] },
  origin: Origin,
  places: Map<string, number>,
): Binding {
  const name = edge.to.port!;
  let index: number | null = null;
  if (port?.many) {
    index = places.get(name) ?? 0;
    places.set(name, index + 1);
  }
  return { port: name, index, origin, via: edge.via, carries: edge.carries, optional: port?.optional ?? false };
}

/** Which revisions touch a node or anything before it, in any phase: the identity under which its successes count. */
export class Lineage {
  private readonly predecessors: Map<string, string[]>;
  private readonly known = new Map<string, string>();

  constructor(private readonly effective: EffectiveWorkflow) {
    const edges = effective.workflow.edges.filter((edge) => !edge.from.source);
    this.predecessors = new Map(
      [...Map.groupBy(edges, (edge) => edge.to.node)].map(([node, list]) => [node, list.map((edge) => edge.from.node)]),
    );
  }

  revisionsOf(node: string): string {
    if (this.effective.touched.size === 0) return '';
    const known = this.known.get(node);
    if (known !== undefined) return known;
    const seen = new Set<string>();
    const ids = new Set<string>();
    const stack = [node];
    for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      for (const id of this.effective.touched.get(name) ?? []) ids.add(id);
      stack.push(...(this.predecessors.get(name) ?? []));
    }
    const identity = [...ids].sort().join('+');
    this.known.set(node, identity);
    return identity;
  }
}
