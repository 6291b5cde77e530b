import { MultiDirectedGraph } from 'graphology';
import { edgesOfPhase } from '../phases';
import type { Edge, Workflow } from '../workflow';

export interface NodeAttributes {
  label: string;
  kind: 'source' | 'task' | 'tracker' | 'checker' | 'improver';
  nature: 'data' | 'symbolic' | 'learning';
}

export interface EdgeAttributes {
  label: string;
  via: Edge['via'];
  fromPort?: string;
  toPort?: string;
}

export type WorkflowGraph = MultiDirectedGraph<NodeAttributes, EdgeAttributes>;

/**
 * The labelled directed multigraph of a workflow (paper, section 2.1). Nodes have their names as keys, sources `sources.x`,
 * edges their index in `workflow.edges`.
 *
 * @param phase only the edges of this phase (and those of every phase); all nodes are there.
 * @param options `sources: false` leaves sources and their edges out.
 */
export function toGraph(workflow: Workflow, phase?: string, options: { sources?: boolean } = {}): WorkflowGraph {
  const withSources = options.sources ?? true;
  const graph: WorkflowGraph = new MultiDirectedGraph();
  if (withSources) {
    for (const name of workflow.sources.keys()) {
      graph.addNode(`sources.${name}`, { label: 'source', kind: 'source', nature: 'data' });
    }
  }
  for (const { name, label, kind, nature } of workflow.nodes.values()) graph.addNode(name, { label, kind, nature });
  for (const edge of phase === undefined ? workflow.edges : edgesOfPhase(workflow, phase)) {
    const { index, from, to, label, via } = edge;
    if (from.source && !withSources) continue;
    const start = from.source ? `sources.${from.node}` : from.node;
    graph.addEdgeWithKey(String(index), start, to.node, { label, via, fromPort: from.port, toPort: to.port });
  }
  return graph;
}
