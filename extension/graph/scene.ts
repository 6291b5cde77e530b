import type { Outline, OutlineEdge, OutlineNode } from './outline';

/** What the graph panel draws: boxes and lines with places, in pixels at zoom 1, y down. */
export interface Scene {
  width: number;
  height: number;
  boxes: Box[];
  groups: GroupBox[];
  lines: Line[];
}

export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Box extends Place, OutlineNode {}

export interface GroupBox extends Place {
  name: string;
  parent: string | null;
  order: 'sequential' | 'parallel';
  /** A node, and what revisions put before it: no sub-workflow of the text. */
  compound?: string;
  collapsed: boolean;
  /** Nodes within, those of inner groups included. */
  members: string[];
}

export interface Line {
  id: string;
  from: string;
  to: string;
  /** What it stands for: several where a collapsed group bundles them. */
  edges: OutlineEdge[];
  kind: 'edge' | 'improves';
  points: { x: number; y: number }[];
}

/** A scene before anything has a place. */
export interface Plan {
  boxes: (OutlineNode & { parent: string | null; width: number; height: number })[];
  groups: {
    name: string;
    parent: string | null;
    order: 'sequential' | 'parallel';
    compound?: string;
    collapsed: boolean;
    members: string[];
  }[];
  lines: Omit<Line, 'points'>[];
}

/** Above so many visible nodes, groups start collapsed. */
export const MOST_VISIBLE = 150;
const BOX_HEIGHT = 48;
const LETTER = 7.2;

/** Which groups are closed when nobody has said: none, or the outermost ones of a graph that would not be read. */
export function defaultCollapsed(outline: Outline): string[] {
  if (outline.nodes.length <= MOST_VISIBLE) return [];
  return outline.groups.filter(({ parent }) => parent === null).map(({ name }) => name);
}

/** What is visible of a workflow with these groups collapsed. A collapsed group takes the edges of what it hides. */
export function planScene(outline: Outline, collapsed: ReadonlySet<string>): Plan {
  const parents = new Map(outline.groups.map(({ name, parent }) => [name, parent]));
  const chainOf = (group: string | null): string[] => {
    const chain: string[] = [];
    for (let at = group; at !== null && !chain.includes(at); at = parents.get(at) ?? null) chain.push(at);
    return chain;
  };
  /** The outermost collapsed group around a node or group, if any. */
  const hiddenBy = (group: string | null) => chainOf(group).findLast((name) => collapsed.has(name)) ?? null;
  const visible = new Map<string, string>();
  for (const { id, group } of outline.nodes) {
    const hiding = hiddenBy(group);
    visible.set(id, hiding === null ? id : `group:${hiding}`);
  }
  const groups = outline.groups
    .filter(({ parent }) => hiddenBy(parent) === null)
    .map(({ name, parent, order, compound }) => ({
      name,
      parent,
      order,
      ...(compound !== undefined && { compound }),
      collapsed: collapsed.has(name),
      members: outline.nodes.filter(({ group }) => chainOf(group).includes(name)).map(({ id }) => id),
    }))
    .filter(({ members }) => members.length > 0);
  const boxes = outline.nodes
    .filter(({ id }) => visible.get(id) === id)
    .map((node) => ({ ...node, parent: node.group, width: widthOf(node), height: BOX_HEIGHT }));
  return { boxes, groups, lines: [...bundled(outline, visible), ...improvements(outline, visible)] };
}

/** Edges between what is visible; those that a collapsed group makes alike become one. */
function bundled(outline: Outline, visible: ReadonlyMap<string, string>): Omit<Line, 'points'>[] {
  const lines = new Map<string, Omit<Line, 'points'>>();
  for (const edge of outline.edges) {
    const [from, to] = [visible.get(edge.from), visible.get(edge.to)];
    if (from === undefined || to === undefined) continue;
    const inGroup = from.startsWith('group:') || to.startsWith('group:');
    if (inGroup && from === to) continue;
    const id = inGroup ? `${from} ${to} ${edge.label}` : edge.id;
    const line = lines.get(id);
    if (line) line.edges.push(edge);
    else lines.set(id, { id, from, to, edges: [edge], kind: 'edge' });
  }
  return [...lines.values()];
}

function improvements(outline: Outline, visible: ReadonlyMap<string, string>): Omit<Line, 'points'>[] {
  return outline.nodes.flatMap(({ id, improves }) => {
    const [from, to] = [visible.get(id), improves === null ? undefined : visible.get(improves)];
    if (from === undefined || to === undefined || from === to) return [];
    return [{ id: `improves ${id}`, from, to, edges: [], kind: 'improves' as const }];
  });
}

function widthOf({ name, program, inserted, revised }: OutlineNode): number {
  const said = revised ? `${program}, set by ${revised.improver}` : program;
  const second = (inserted ? `inserted by ${inserted.improver} × 1` : said).length;
  return Math.round(Math.min(280, Math.max(120, 66 + LETTER * name.length, 30 + LETTER * second)));
}
