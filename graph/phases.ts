import type { Signature } from './catalogue/signature';
import { portsOf } from './ports';
import { ANY, type Edge, type Node, type Workflow } from './workflow';

/** The phases of a workflow in order: its edge labels, or the one phase `any` where it has none. */
export function phasesOf(workflow: Pick<Workflow, 'labels'>): string[] {
  return workflow.labels.edges.length === 0 ? [ANY] : [...workflow.labels.edges];
}

/** The edges that hold in a phase: those labelled with it and those of every phase. */
export function edgesOfPhase(workflow: Pick<Workflow, 'edges'>, phase: string): Edge[] {
  return workflow.edges.filter((edge) => edge.label === phase || edge.label === ANY);
}

/**
 * The nodes that execute in each phase: those with an edge of the phase and all their required inputs bound in it. A node
 * without any edge executes in the first phase if it needs no input. Trackers never execute.
 */
export function executingNodes(
  workflow: Workflow,
  catalogue?: ReadonlyMap<string, Signature>,
): Map<string, Set<string>> {
  const touched = touchedNodes(workflow.edges);
  return new Map(
    phasesOf(workflow).map((phase, index) => {
      const edges = edgesOfPhase(workflow, phase);
      const here = touchedNodes(edges);
      const bound = boundInputs(edges);
      const executes = (node: Node) =>
        node.kind !== 'tracker' &&
        (here.has(node.name) || (index === 0 && !touched.has(node.name))) &&
        requiredInputs(workflow, node, catalogue).every((port) => bound.get(node.name)?.has(port));
      return [phase, new Set([...workflow.nodes.values()].filter(executes).map((node) => node.name))];
    }),
  );
}

/** The inputs without which a node can't run. */
export function requiredInputs(workflow: Workflow, node: Node, catalogue?: ReadonlyMap<string, Signature>): string[] {
  const ports = [...portsOf(workflow, node, catalogue).inputs.values()];
  return ports.filter((port) => !port.optional).map((port) => port.name);
}

/** Node -> its inputs that one of the edges reaches. */
export function boundInputs(edges: readonly Edge[]): Map<string, Set<string>> {
  const bound = new Map<string, Set<string>>();
  for (const { to } of edges) {
    if (to.port === undefined) continue;
    const ports = bound.get(to.node);
    if (ports) ports.add(to.port);
    else bound.set(to.node, new Set([to.port]));
  }
  return bound;
}

function touchedNodes(edges: readonly Edge[]): Set<string> {
  const nodes = new Set<string>();
  for (const { from, to } of edges) {
    if (!from.source) nodes.add(from.node);
    nodes.add(to.node);
  }
  return nodes;
}
