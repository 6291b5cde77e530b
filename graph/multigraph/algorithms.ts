import type { MultiDirectedGraph } from 'graphology';
import louvain from 'graphology-communities-louvain';
import { connectedComponents } from 'graphology-components';
import pagerankOf from 'graphology-metrics/centrality/pagerank';
import { bidirectional } from 'graphology-shortest-path/unweighted';
import { bfsFromNode } from 'graphology-traversal';

/** Any labelled multigraph: attributes don't matter to the algorithms. */
export type AnyGraph = MultiDirectedGraph;

/** Nodes that share an edge with a node, whatever its direction; each once, several edges or not. */
export function neighbours(graph: AnyGraph, node: string): string[] {
  return graph.neighbors(node).sort();
}

/** Nodes that an edge of a node leads to; each once. */
export function successors(graph: AnyGraph, node: string): string[] {
  return graph.outNeighbors(node).sort();
}

/** Nodes with an edge to a node; each once. */
export function predecessors(graph: AnyGraph, node: string): string[] {
  return graph.inNeighbors(node).sort();
}

/** A shortest way along the edges, both ends included; several edges between two nodes are one step. @returns null: none. */
export function path(graph: AnyGraph, from: string, to: string): string[] | null {
  return from === to ? [from] : bidirectional(graph, from, to);
}

/** Weakly connected components: what hangs together if edges had no direction. The largest first, names in order. */
export function components(graph: AnyGraph): string[][] {
  return inOrder(connectedComponents(graph));
}

/**
 * PageRank (damping 0.85): how much the graph leads to a node. Parallel edges count one by one, so that three edges draw
 * three times as much as one.
 */
export function pagerank(graph: AnyGraph): Map<string, number> {
  return graph.order === 0 ? new Map() : new Map(Object.entries(pagerankOf(graph)));
}

/**
 * Communities by Louvain's method on directed modularity; parallel edges count one by one. The same graph gives the same
 * communities: nodes are visited in their order, not at random. The largest first, names in order.
 */
export function communities(graph: AnyGraph): string[][] {
  if (graph.size === 0) return inOrder(graph.nodes().map((node) => [node]));
  const groups = new Map<number, string[]>();
  for (const [node, community] of Object.entries(louvain(graph, { randomWalk: false }))) {
    const group = groups.get(community);
    if (group) group.push(node);
    else groups.set(community, [node]);
  }
  return inOrder([...groups.values()]);
}

/** What a change of a node can reach: all its descendants, in order of distance. */
export function impact(graph: AnyGraph, node: string): string[] {
  const reached: string[] = [];
  bfsFromNode(graph, node, (other) => void reached.push(other), { mode: 'outbound' });
  return reached.slice(1);
}

function inOrder(groups: string[][]): string[][] {
  for (const group of groups) group.sort();
  return groups.sort((one, other) => other.length - one.length || (one[0]! < other[0]! ? -1 : 1));
}
