import type { Line, Scene } from '../../extension/messages';
import { placeOf } from './walk';

type Ends = Pick<Line, 'from' | 'to'>;

/**
 * The nodes and closed groups that a focus on something starts at: where it is drawn, or both ends of an edge, or what an
 * open group holds. None: it is no longer there.
 */
export function startsOf(scene: Scene, id: string): string[] {
  const open = scene.groups.find(({ name, collapsed }) => `group:${name}` === id && !collapsed);
  if (open) return [...new Set(open.members.flatMap((member) => placeOf(scene, member)?.id ?? []))];
  const place = placeOf(scene, id);
  if (place) return [place.id];
  const line = scene.lines.find(({ edges }) => edges.some((edge) => edge.id === id));
  return line ? [line.from, line.to] : [];
}

/** What lies within so many edges of some nodes, in both directions; the nodes themselves included. */
export function neighbourhood(lines: readonly Ends[], starts: readonly string[], hops: number): ReadonlySet<string> {
  const reached = new Set(starts);
  let rim = [...starts];
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

/** All nodes on paths between some nodes and others, whichever of them come first; only they where there is no path. */
export function between(
  lines: readonly Ends[],
  some: readonly string[],
  others: readonly string[],
): ReadonlySet<string> {
  for (const [first, last] of [
    [some, others],
    [others, some],
  ] as const) {
    const after = downstream(lines, first);
    if (!last.some((id) => after.has(id))) continue;
    const before = downstream(
      lines.map(({ from, to }) => ({ from: to, to: from })),
      last,
    );
    return new Set([...first, ...last, ...[...after].filter((id) => before.has(id))]);
  }
  return new Set([...some, ...others]);
}

function downstream(lines: readonly Ends[], from: readonly string[]): Set<string> {
  const next = Map.groupBy(lines, (line) => line.from);
  const reached = new Set(from);
  for (const id of reached) for (const { to } of next.get(id) ?? []) reached.add(to);
  return reached;
}
