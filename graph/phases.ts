import type { Signature } from './catalogue/signature';
import { portsOf } from './ports';
import { ANY, type Edge, type Node, type Workflow } from './workflow';

/** The phases of a workflow in order: its edge labels, or the one phase `any` where it has none. */
export function phasesOf(workflow: Pick<Workflow, 'labels'>): string[] {
  return workflow.labels.edges.length === 0 ? [ANY] : [...workflow.labels.edges];
}

/** The edges that hold in a phase: those labelled with it and those of every phase. */
export function edgesOfPhase(workflow: Pick<Workflow, 'edges'>, phase: string): Edge[] {
  return workflow.edges.filter((edge) => isOf(edge, phase));
}

/** Two edges that end at one port in one phase, the earlier one first; undefined where no two meet. */
export function meetingAt(
  { edges }: Pick<Workflow, 'edges'>,
  { node, port }: { node: string; port: string },
): [Edge, Edge] | undefined {
  const known = new Map<string, Edge>();
  for (const edge of edges) {
    if (edge.to.node !== node || edge.to.port !== port) continue;
    const other = sharing(known, edge);
    if (other) return [other, edge];
    known.set(edge.label, edge);
  }
  return undefined;
}

/** Of edges by their labels one that holds in a phase of another edge. */
export const sharing = (known: ReadonlyMap<string, Edge>, { label }: Edge): Edge | undefined =>
  label === ANY ? known.values().next().value : (known.get(label) ?? known.get(ANY));

/** What reaches a node, and in which phases any edge has to do with it. */
export interface Surroundings {
  into: Edge[];
  /** The labels of its edges, each once. */
  labels: string[];
}

/** Node -> its edges and their labels; a node without any edge is not there. */
export function surroundingsOf({ edges }: Pick<Workflow, 'edges'>): Map<string, Surroundings> {
  const all = new Map<string, Surroundings>();
  const at = (node: string, label: string): Surroundings => {
    let own = all.get(node);
    if (!own) {
      own = { into: [], labels: [label] };
      all.set(node, own);
    } else if (!own.labels.includes(label)) {
      own.labels.push(label);
    }
    return own;
  };
  for (const edge of edges) {
    at(edge.to.node, edge.label).into.push(edge);
    if (!edge.from.source) at(edge.from.node, edge.label);
  }
  return all;
}

/**
 * The nodes that execute in each phase: those with an edge of the phase and all their required inputs bound in it. A node
 * without any edge executes in the first phase if it needs no input. Trackers never execute.
 */
export function executingNodes(
  workflow: Workflow,
  catalogue?: ReadonlyMap<string, Signature>,
): Map<string, Set<string>> {
  const surroundings = surroundingsOf(workflow);
  return new Map(
    phasesOf(workflow).map((phase, index) => {
      const names = new Set<string>();
      for (const node of workflow.nodes.values()) {
        if (node.kind === 'tracker') continue;
        const own = surroundings.get(node.name);
        const here = own ? own.labels.includes(phase) || own.labels.includes(ANY) : index === 0;
        if (here && unboundInput(workflow, node, own?.into ?? [], phase, catalogue) === undefined) names.add(node.name);
      }
      return [phase, names];
    }),
  );
}

/**
 * A required input that nothing gives.
 *
 * @param into the edges that reach the node.
 * @param phase undefined: over edges of any phase.
 */
export function unboundInput(
  workflow: Workflow,
  node: Node,
  into: readonly Edge[],
  phase: string | undefined,
  catalogue?: ReadonlyMap<string, Signature>,
): string | undefined {
  for (const { name, optional } of portsOf(workflow, node, catalogue).inputs.values()) {
    if (!optional && !into.some((edge) => edge.to.port === name && isOf(edge, phase))) return name;
  }
  return undefined;
}

const isOf = ({ label }: Edge, phase: string | undefined): boolean =>
  phase === undefined || label === phase || label === ANY;
