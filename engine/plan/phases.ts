import { ANY, type Edge, type Node, phasesOf, type Workflow } from '../../graph';
import { effectivePorts } from './effective';

/** The edges that hold in a phase: those labelled with it, and those of every phase. */
export function edgesOf(workflow: Workflow, phase: string): Edge[] {
  return workflow.edges.filter((edge) => edge.label === phase || edge.label === ANY);
}

/**
 * The nodes that execute in each phase: those with an edge of the phase and all their required inputs bound in it
 * (design, Phases). A node without any edge executes in the first phase if it needs no input. Trackers never execute.
 */
export function executingNodes(workflow: Workflow): Map<string, Set<string>> {
  const touched = new Set(workflow.edges.flatMap((edge) => [edge.from, edge.to]).map(nameOfNode));
  const phases = phasesOf(workflow);
  return new Map(
    phases.map((phase, index) => {
      const edges = edgesOf(workflow, phase);
      const here = new Set(edges.flatMap((edge) => [edge.from, edge.to]).map(nameOfNode));
      const bound = new Set(edges.filter((edge) => edge.to.port).map((edge) => `${edge.to.node}\0${edge.to.port}`));
      const executes = (node: Node) =>
        node.kind !== 'tracker' &&
        (here.has(node.name) || (index === 0 && !touched.has(node.name))) &&
        [...effectivePorts(workflow, node).inputs.values()].every(
          (port) => port.optional || bound.has(`${node.name}\0${port.name}`),
        );
      return [phase, new Set([...workflow.nodes.values()].filter(executes).map((node) => node.name))];
    }),
  );
}

const nameOfNode = (end: { node: string; source: boolean }): string => (end.source ? `sources.${end.node}` : end.node);
