import type { ELK, ElkNode } from 'elkjs/lib/elk-api';
import type { Line, Place, Plan } from './scene';

interface Point {
  x: number;
  y: number;
}

/** Between lines that join the same two (pixels). */
const APART = 12;

/**
 * Places and routes of a graph that is too large to be laid out as one: each group by itself, the innermost first, and then
 * the groups among each other. Edges within a group run around its nodes; an edge from one group to another is straight.
 */
export async function placeLarge(
  plan: Plan,
  elk: ELK,
  options: (group: string | null) => ElkNode['layoutOptions'],
  closed: { width: number; height: number },
): Promise<{ places: Map<string, Place>; routes: Map<string, Point[]>; width: number; height: number }> {
  const parents = new Map<string, string | null>([
    ...plan.boxes.map(({ id, parent }) => [id, parent] as const),
    ...plan.groups.map(({ name, parent }) => [`group:${name}`, parent] as const),
  ]);
  const members = Map.groupBy(parents.keys(), (id) => parents.get(id) ?? null);
  const chains = new Map([...parents.keys()].map((id) => [id, chainOf(id, parents)]));
  const inside = Map.groupBy(
    plan.lines.flatMap((line) => lifted(line, chains)),
    ({ group }) => group,
  );
  const sizes = new Map<string, { width: number; height: number }>(plan.boxes.map((box) => [box.id, box]));
  const laid = new Map<string | null, ElkNode>();

  async function layOutGroup(group: string | null): Promise<void> {
    const children = members.get(group) ?? [];
    for (const id of children) {
      const own = plan.groups.find(({ name }) => id === `group:${name}`);
      if (!own) continue;
      if (own.collapsed) sizes.set(id, closed);
      else await layOutGroup(own.name);
    }
    const graph: ElkNode = {
      id: group ?? 'root',
      layoutOptions: options(group),
      children: children.map((id) => ({ id, width: sizes.get(id)!.width, height: sizes.get(id)!.height })),
      edges: (inside.get(group) ?? []).map(({ line, from, to }) => ({ id: line.id, sources: [from], targets: [to] })),
    };
    const done = await elk.layout(graph);
    laid.set(group, done);
    if (group !== null) sizes.set(`group:${group}`, { width: done.width ?? 0, height: done.height ?? 0 });
  }
  await layOutGroup(null);

  const places = new Map<string, Place>();
  const routes = new Map<string, Point[]>();
  const settle = (group: string | null, dx: number, dy: number): void => {
    const { children = [], edges = [] } = laid.get(group) ?? {};
    for (const { id, x = 0, y = 0, width = 0, height = 0 } of children) {
      places.set(id, { x: x + dx, y: y + dy, width, height });
      if (id.startsWith('group:')) settle(id.slice('group:'.length), x + dx, y + dy);
    }
    const whole = new Map(inside.get(group)?.map((one) => [one.line.id, one]));
    for (const edge of edges) {
      const { line, from, to } = whole.get(edge.id)!;
      if (line.from !== from || line.to !== to) continue;
      const points = (edge.sections ?? []).flatMap(({ startPoint, bendPoints = [], endPoint }) => [
        startPoint,
        ...bendPoints,
        endPoint,
      ]);
      routes.set(
        line.id,
        points.map(({ x, y }) => ({ x: x + dx, y: y + dy })),
      );
    }
  };
  settle(null, 0, 0);
  for (const same of Map.groupBy(plan.lines, ({ from, to }) => `${from}\0${to}`).values()) {
    for (const [at, { id, from, to }] of same.entries()) {
      const [one, other] = [places.get(from), places.get(to)];
      if (!routes.has(id) && one && other) routes.set(id, straight(one, other, APART * (at - (same.length - 1) / 2)));
    }
  }
  const { width = 0, height = 0 } = laid.get(null)!;
  return { places, routes, width, height };
}

/** The groups around something, the innermost first; null, the graph itself, is the last. */
function chainOf(id: string, parents: ReadonlyMap<string, string | null>): (string | null)[] {
  const chain: (string | null)[] = [];
  for (let at = parents.get(id) ?? null; ; at = parents.get(`group:${at}`) ?? null) {
    chain.push(at);
    if (at === null) return chain;
  }
}

/** A line as the innermost group around both its ends sees it: between two of its members. */
function lifted(line: Line | Plan['lines'][number], chains: ReadonlyMap<string, (string | null)[]>) {
  const [of, to] = [chains.get(line.from), chains.get(line.to)];
  if (!of || !to) return [];
  const group = of.find((one) => to.includes(one)) ?? null;
  const member = (id: string, chain: (string | null)[]) => {
    const at = chain.indexOf(group);
    return at === 0 ? id : `group:${chain[at - 1]}`;
  };
  const ends = { from: member(line.from, of), to: member(line.to, to) };
  return ends.from === ends.to ? [] : [{ line, group, ...ends }];
}

/** From the nearer side of one to that of the other. */
function straight(one: Place, other: Place, shift: number): Point[] {
  const middle = ({ x, width }: Place) => x + width / 2 + shift;
  const down = one.y + one.height <= other.y + other.height / 2;
  return [
    { x: middle(one), y: down ? one.y + one.height : one.y },
    { x: middle(other), y: down ? other.y : other.y + other.height },
  ];
}
