import { algorithms, toGraph } from '../../../graph';
import { derived, type Snapshot } from '../snapshot';

/** Where a node stands in its graph. */
export interface Standing {
  /** 1 is the highest PageRank. */
  rank: number;
  of: number;
  pagerank: number;
  /** The others of its community, in order. */
  community: string[];
}

/** Graphs larger than this are not ranked while somebody waits for a hover. */
const MAX_NODES = 3000;

const computed = derived(
  ({ workflow }: Snapshot): { ranks: Map<string, number>; communities: string[][]; order: string[] } | undefined => {
    if (workflow.nodes.size > MAX_NODES || workflow.edges.length > 5 * MAX_NODES) return undefined;
    const graph = toGraph(workflow);
    const ranks = algorithms.pagerank(graph);
    const order = [...ranks]
      .sort(([one, high], [other, low]) => low - high || (one < other ? -1 : 1))
      .map(([name]) => name);
    return { ranks, communities: algorithms.communities(graph), order };
  },
);

/** @param key a node's name, or `sources.` and a source's. */
export function standingOf(snapshot: Snapshot, key: string): Standing | undefined {
  const found = computed(snapshot);
  const pagerank = found?.ranks.get(key);
  if (!found || pagerank === undefined) return undefined;
  const community = found.communities.find((group) => group.includes(key))?.filter((other) => other !== key) ?? [];
  return { rank: found.order.indexOf(key) + 1, of: found.order.length, pagerank, community };
}
