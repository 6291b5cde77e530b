import { layered, type Point } from './layering';
import type { Line, Place, Plan } from './scene';

interface Padding {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

export interface Places {
  places: Map<string, Place>;
  routes: Map<string, Point[]>;
  width: number;
  height: number;
}

/** Between lines that join the same two (pixels). */
const APART = 12;
/** Around the whole. */
const MARGIN = 12;

/**
 * Places and routes of a graph that is too large for ELK: each group by itself, the innermost first, and then the groups
 * among each other. Edges within a group run around its nodes; an edge from one group to another is straight.
 */
export function placeLarge(plan: Plan, closed: { width: number; height: number }, padding: Padding): Places {
  const parents = new Map<string, string | null>([
    ...plan.boxes.map(({ id, parent }) => [id, parent] as const),
    ...plan.groups.map(({ name, parent }) => [`group:${name}`, parent] as const),
  ]);
  const members = Map.groupBy(parents.keys(), (id) => parents.get(id) ?? null);
  const groups = new Map(plan.groups.map((group) => [`group:${group.name}`, group]));
  const chains = new Map([...parents.keys()].map((id) => [id, chainOf(id, parents)]));
  const inside = Map.groupBy(
    plan.lines.flatMap((line) => lifted(line, chains)),
    ({ group }) => group,
  );
  const sizes = new Map<string, { width: number; height: number }>(plan.boxes.map((box) => [box.id, box]));
  const laid = new Map<string | null, ReturnType<typeof layered>>();

  function layOutGroup(group: string | null): void {
    const children = members.get(group) ?? [];
    for (const id of children) {
      const own = groups.get(id);
      if (own?.collapsed) sizes.set(id, closed);
      else if (own) layOutGroup(own.name);
    }
    const edges = (inside.get(group) ?? []).map(({ line, from, to }) => ({ id: line.id, from, to }));
    const done = layered(
      children.map((id) => ({ id, ...sizeOf(sizes.get(id)!) })),
      edges,
    );
    laid.set(group, done);
    const width = padding.left + done.width + padding.right;
    if (group !== null) sizes.set(`group:${group}`, { width, height: padding.top + done.height + padding.bottom });
  }
  layOutGroup(null);

  const places = new Map<string, Place>();
  const routes = new Map<string, Point[]>();
  const settle = (group: string | null, dx: number, dy: number): void => {
    const own = laid.get(group);
    if (!own) return;
    for (const [id, { x, y }] of own.places) {
      places.set(id, { x: x + dx, y: y + dy, ...sizeOf(sizes.get(id)!) });
      if (groups.has(id)) settle(id.slice('group:'.length), x + dx + padding.left, y + dy + padding.top);
    }
    for (const { line, from, to } of inside.get(group) ?? []) {
      if (line.from !== from || line.to !== to) continue;
      routes.set(
        line.id,
        own.routes.get(line.id)!.map(({ x, y }) => ({ x: x + dx, y: y + dy })),
      );
    }
  };
  settle(null, MARGIN, MARGIN);
  for (const same of Map.groupBy(plan.lines, ({ from, to }) => `${from}\0${to}`).values()) {
    for (const [at, { id, from, to }] of same.entries()) {
      const [one, other] = [places.get(from), places.get(to)];
      if (!routes.has(id) && one && other) routes.set(id, straight(one, other, APART * (at - (same.length - 1) / 2)));
    }
  }
  const { width, height } = laid.get(null)!;
  return { places, routes, width: width + 2 * MARGIN, height: height + 2 * MARGIN };
}

const sizeOf = ({ width, height }: { width: number; height: number }) => ({ width, height });

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
