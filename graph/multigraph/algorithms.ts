import { MultiDirectedGraph } from 'graphology';
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
  if (from === to) return [from];
  const { copy, keys, names } = numbered(graph);
  const found = bidirectional(copy, keys.get(from)!, keys.get(to)!);
  return found && found.map((key) => names.get(key)!);
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
  if (graph.order === 0) return new Map();
  const { copy, names } = numbered(graph);
  return new Map(Object.entries(pagerankOf(copy)).map(([key, rank]) => [names.get(key)!, rank]));
}

/**
 * Communities by Louvain's method on directed modularity; parallel edges count one by one. The same graph gives the same
 * communities: nodes are visited in their order, not at random. The largest first, names in order.
 */
export function communities(graph: AnyGraph): string[][] {
  const { copy, names } = numbered(graph);
  if (graph.size === 0) return inOrder(graph.nodes().map((node) => [node]));
  const groups = new Map<number, string[]>();
  for (const [key, community] of Object.entries(louvain(copy, { randomWalk: false }))) {
    const group = groups.get(community);
    if (group) group.push(names.get(key)!);
    else groups.set(community, [names.get(key)!]);
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

/** A copy with numbers as keys: the libraries keep nodes in plain objects, where `__proto__` and `constructor` are taken. */
function numbered(graph: AnyGraph): { copy: AnyGraph; keys: Map<string, string>; names: Map<string, string> } {
  const copy: AnyGraph = new MultiDirectedGraph();
  const keys = new Map(graph.nodes().map((name, index) => [name, String(index)]));
  for (const key of keys.values()) copy.addNode(key);
  graph.forEachEdge((_edge, _attributes, source, target) => {
    copy.addEdge(keys.get(source)!, keys.get(target)!);
  });
  return { copy, keys, names: new Map([...keys].map(([name, key]) => [key, name])) };
}
