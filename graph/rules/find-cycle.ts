/** One thing before another. */
export interface Link {
  from: string;
  to: string;
}

/**
 * A cycle of links, as short as one through its last link can be.
 *
 * What has nothing before it, or nothing behind it, is peeled off; what stays lies on cycles or between them. Linear in
 * the links, and without recursion: a chain of ten thousand nodes is an ordinary graph.
 *
 * @returns the links of the cycle in order, each beginning where the one before ends; undefined where there is none.
 */
export function findCycle<L extends Link>(links: readonly L[]): L[] | undefined {
  const left = peel(peel(links, 'from', 'to'), 'to', 'from');
  if (left.length === 0) return undefined;
  const core = groupBy(left, 'from');
  // Every node of the core has a link that leaves it: walking on must come back.
  const visited = new Set<string>();
  let link = left[0]!;
  while (!visited.has(link.from)) {
    visited.add(link.from);
    link = core.get(link.to)![0]!;
  }
  return shortestCycle(link, groupBy(links, 'from'));
}

/** Without the links of nodes that no link reaches at their `entry` side, again and again. */
function peel<L extends Link>(links: readonly L[], exit: keyof Link, entry: keyof Link): L[] {
  const leaving = groupBy(links, exit);
  const reached = new Map<string, number>();
  for (const link of links) reached.set(link[entry], (reached.get(link[entry]) ?? 0) + 1);
  const free = [...leaving.keys()].filter((node) => !reached.has(node));
  const gone = new Set<string>(free);
  for (let node = free.pop(); node !== undefined; node = free.pop()) {
    for (const link of leaving.get(node) ?? []) {
      const count = reached.get(link[entry])! - 1;
      reached.set(link[entry], count);
      if (count > 0) continue;
      gone.add(link[entry]);
      free.push(link[entry]);
    }
  }
  return links.filter((link) => !gone.has(link[exit]));
}

/** Breadth first from the end of a link back to its beginning. */
function shortestCycle<L extends Link>(start: L, out: ReadonlyMap<string, L[]>): L[] {
  if (start.from === start.to) return [start];
  const cameBy = new Map<string, L>([[start.to, start]]);
  const queue = [start.to];
  for (let at = 0; at < queue.length && !cameBy.has(start.from); at++) {
    for (const link of out.get(queue[at]!) ?? []) {
      if (cameBy.has(link.to)) continue;
      cameBy.set(link.to, link);
      queue.push(link.to);
    }
  }
  const cycle: L[] = [];
  for (let node = start.from; node !== start.to; node = cycle[0]!.from) cycle.unshift(cameBy.get(node)!);
  return [start, ...cycle];
}

function groupBy<L extends Link>(links: readonly L[], side: keyof Link): Map<string, L[]> {
  const groups = new Map<string, L[]>();
  for (const link of links) {
    const group = groups.get(link[side]);
    if (group) group.push(link);
    else groups.set(link[side], [link]);
  }
  return groups;
}
