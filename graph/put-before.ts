import { NOWHERE } from './text/lines';
import type { Endpoint, Workflow } from './workflow';

const located = { range: NOWHERE, nameRange: NOWHERE };

/** An end of an edge that stands nowhere in the text. */
export const portEnd = (node: string, port: string): Endpoint => ({ ...located, node, port, source: false });

/** The same of an edge that comes from outside the graph. */
export const sourceEnd = (name: string): Endpoint => ({ ...located, node: name, source: true });

/** Adds an edge that stands nowhere in the text. */
export function addEdge(workflow: Pick<Workflow, 'edges'>, from: Endpoint, to: Endpoint, label: string): void {
  workflow.edges.push({
    index: workflow.edges.length,
    from,
    to,
    label,
    labelRange: NOWHERE,
    via: 'volume',
    carries: [],
    range: NOWHERE,
    shorthand: false,
  });
}

/**
 * Puts a node before a port: edges that ended there end at the node, and the node feeds the port, once a label.
 * `workflow.edges` is replaced; the edges of the text keep their index.
 *
 * @returns those labels: empty where no edge ended at the port.
 */
export function putBefore(
  workflow: Pick<Workflow, 'edges'>,
  port: { node: string; port: string },
  through: { node: string; input: string; output: string },
): ReadonlySet<string> {
  const labels = new Set<string>();
  workflow.edges = workflow.edges.map((edge) => {
    if (edge.to.node !== port.node || edge.to.port !== port.port) return edge;
    labels.add(edge.label);
    return { ...edge, to: portEnd(through.node, through.input) };
  });
  for (const label of labels) {
    addEdge(workflow, portEnd(through.node, through.output), portEnd(port.node, port.port), label);
  }
  return labels;
}
