import type { Line } from '../../extension/messages';

type Ends = Pick<Line, 'from' | 'to'>;

/** What lies within so many edges of a node, in both directions; the node itself included. */
export function neighbourhood(lines: readonly Ends[], id: string, hops: number): ReadonlySet<string> {
  const reached = new Set([id]);
  let rim = [id];
  for (let hop = 0; hop < hops && rim.length > 0; hop++) {
    const next = lines.flatMap(({ from, to }) => [
      ...(rim.includes(from) && !reached.has(to) ? [to] : []),
      ...(rim.includes(to) && !reached.has(from) ? [from] : []),
    ]);
    for (const one of next) reached.add(one);
    rim = [...new Set(next)];
  }
  return reached;
}

/** All nodes on paths between two nodes, whichever of them comes first; only the two where there is no path. */
export function between(lines: readonly Ends[], one: string, other: string): ReadonlySet<string> {
  for (const [first, last] of [
    [one, other],
    [other, one],
  ] as const) {
    const after = downstream(lines, first);
    if (!after.has(last)) continue;
    const before = downstream(
      lines.map(({ from, to }) => ({ from: to, to: from })),
      last,
    );
    return new Set([...after].filter((id) => before.has(id)));
  }
  return new Set([one, other]);
}

function downstream(lines: readonly Ends[], from: string): Set<string> {
  const next = Map.groupBy(lines, (line) => line.from);
  const reached = new Set([from]);
  for (const id of reached) for (const { to } of next.get(id) ?? []) reached.add(to);
  return reached;
}
