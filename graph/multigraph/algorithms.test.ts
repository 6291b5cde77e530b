import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DirectedGraph, MultiDirectedGraph } from 'graphology';
import modularity from 'graphology-metrics/graph/modularity';
import { describe, expect, test } from 'vitest';
import * as algorithms from './algorithms';

/** What networkx says of 100 random multigraphs and of 20 with clear communities (graph/fixtures/networkx.py). */
interface RandomFacts {
  kind: 'random';
  nodes: string[];
  edges: [string, string][];
  neighbours: Record<string, string[]>;
  successors: Record<string, string[]>;
  predecessors: Record<string, string[]>;
  lengths: Record<string, Record<string, number>>;
  components: string[][];
  pagerank: Record<string, number>;
  impact: Record<string, string[]>;
  communities: string[][];
  modularity: number | null;
}

interface ClearFacts {
  kind: 'clear';
  nodes: string[];
  edges: [string, string][];
  communities: string[][];
}

const lines = readFileSync(path.join(import.meta.dirname, '../fixtures/networkx.jsonl'), 'utf8')
  .trim()
  .split('\n');
const facts = lines.slice(1).map((line) => JSON.parse(line) as RandomFacts | ClearFacts);
const random = facts.filter((each) => each.kind === 'random');
const clear = facts.filter((each) => each.kind === 'clear');

function build({ nodes, edges }: { nodes: string[]; edges: [string, string][] }): MultiDirectedGraph {
  const graph = new MultiDirectedGraph();
  for (const node of nodes) graph.addNode(node);
  for (const [from, to] of edges) graph.addEdge(from, to);
  return graph;
}

/** Directed modularity; parallel edges are one edge of their number. */
function measure({ nodes, edges }: RandomFacts, groups: string[][]): number {
  const graph = new DirectedGraph();
  for (const [community, group] of groups.entries()) for (const node of group) graph.addNode(node, { community });
  for (const [from, to] of edges) {
    graph.updateEdge(from, to, ({ weight }) => ({ weight: ((weight as number | undefined) ?? 0) + 1 }));
  }
  expect(graph.order).toBe(nodes.length);
  return modularity(graph);
}

test('the fixture has 100 random graphs, most of them with parallel edges', () => {
  expect(random).toHaveLength(100);
  const parallel = random.filter(({ edges }) => new Set(edges.map(String)).size < edges.length);
  expect(parallel.length).toBeGreaterThan(50);
});

describe.each(random.map((each, index) => [index, each] as const))('random multigraph %i', (_, expected) => {
  const graph = build(expected);

  test('has the neighbours, successors, predecessors and descendants that networkx finds', () => {
    for (const node of expected.nodes) {
      expect(algorithms.neighbours(graph, node)).toEqual(expected.neighbours[node]);
      expect(algorithms.successors(graph, node)).toEqual(expected.successors[node]);
      expect(algorithms.predecessors(graph, node)).toEqual(expected.predecessors[node]);
      expect(algorithms.impact(graph, node).sort()).toEqual(expected.impact[node]);
    }
  });

  test('has shortest paths of the same lengths, along edges that are there', () => {
    const edges = new Set(expected.edges.map(([from, to]) => `${from} ${to}`));
    for (const from of expected.nodes) {
      for (const to of expected.nodes) {
        const path = algorithms.path(graph, from, to);
        const length = expected.lengths[from]?.[to];
        if (length === undefined) {
          expect(path).toBeNull();
          continue;
        }
        expect(path).toHaveLength(length + 1);
        expect([path!.at(0), path!.at(-1)]).toEqual([from, to]);
        for (const [index, node] of path!.slice(1).entries()) expect(edges).toContain(`${path![index]} ${node}`);
      }
    }
  });

  test('has the same components and the same PageRank', () => {
    expect(algorithms.components(graph)).toEqual(expected.components);
    const ranks = algorithms.pagerank(graph);
    expect([...ranks.keys()].sort()).toEqual([...expected.nodes].sort());
    for (const node of expected.nodes) expect(ranks.get(node)).toBeCloseTo(expected.pagerank[node]!, 9);
  });

  test('has communities that are as good by the same measure', () => {
    const found = algorithms.communities(graph);
    expect(found.flat().sort()).toEqual([...expected.nodes].sort());
    if (expected.modularity === null) return;
    expect(measure(expected, expected.communities)).toBeCloseTo(expected.modularity, 9);
    // Both are heuristics: neither finds the best partition of every graph.
    expect(measure(expected, found)).toBeGreaterThan(expected.modularity - 0.1);
  });
});

test('communities are on the whole as good as those of networkx', () => {
  const graphs = random.filter(({ modularity: best }) => best !== null);
  const gains = graphs.map((expected) => {
    return measure(expected, algorithms.communities(build(expected))) - expected.modularity!;
  });
  expect(gains.reduce((sum, gain) => sum + gain, 0) / gains.length).toBeGreaterThan(-0.01);
});

test.each(clear.map((each, index) => [index, each] as const))(
  'clear communities %i are found exactly',
  (_, expected) => {
    expect(algorithms.communities(build(expected))).toEqual(expected.communities);
  },
);

test('an empty graph has nothing', () => {
  const graph = new MultiDirectedGraph();
  expect(algorithms.components(graph)).toEqual([]);
  expect(algorithms.pagerank(graph)).toEqual(new Map());
  expect(algorithms.communities(graph)).toEqual([]);
});
