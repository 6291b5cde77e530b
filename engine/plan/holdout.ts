import { type Edge, type Node, portsOf, type Workflow } from '../../graph';
import { programs } from './engine-nodes';

/** The name of the step that parts an improver's feedback. */
export const splitName = (improver: string): string => `${improver}/split`;

/**
 * Puts a split before the feedback port of every improver that is measured: it never sees what is held back for the gate
 * (design, Revisions 1).
 */
export function withHoldouts(workflow: Workflow): Workflow {
  const nodes = new Map(workflow.nodes);
  let edges = workflow.edges;
  for (const node of workflow.nodes.values()) {
    const port = feedbackPort(workflow, node);
    if (node.kind !== 'improver' || !node.metric || port === null) continue;
    const name = splitName(node.name);
    nodes.set(name, splitNode(node, name));
    const labels = new Map<string, Edge>();
    edges = edges.map((edge) => {
      if (edge.to.node !== node.name || edge.to.port !== port) return edge;
      labels.set(edge.label, edge);
      return { ...edge, to: { ...edge.to, node: name, port: 'feedback' } };
    });
    for (const edge of labels.values()) {
      edges.push({
        ...edge,
        index: edges.length,
        from: { ...edge.to, node: name, port: 'train', source: false },
        via: 'volume',
        carries: [],
      });
    }
  }
  return { ...workflow, nodes, edges };
}

/** The input port of an improver that takes what people gave back; null: it improves without. */
function feedbackPort(workflow: Workflow, node: Node): string | null {
  for (const port of portsOf(workflow, node, programs).inputs.values()) if (port.type === 'feedback') return port.name;
  return null;
}

function splitNode(improver: Node, name: string): Node {
  return {
    ...improver,
    name,
    program: { uses: 'split' },
    kind: 'task',
    nature: 'symbolic',
    label: 'task',
    with: new Map([['holdout', improver.metric?.holdout ?? 0]]),
    withRanges: new Map(),
    matrix: new Map(),
    trigger: undefined,
    when: undefined,
    improves: undefined,
    wraps: [],
    metric: undefined,
  };
}
