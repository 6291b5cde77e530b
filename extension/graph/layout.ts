import type { ELK, ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api';
import { placeLarge } from './layout-large';
import { type Box, type GroupBox, type Line, MOST_VISIBLE, type Place, type Plan, type Scene } from './scene';

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'POLYLINE',
  // What was above or left of something in the text stays there: a keystroke does not shuffle the picture.
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
  'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
  'elk.layered.mergeEdges': 'false',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeEdge': '12',
  'elk.spacing.edgeNode': '16',
  'elk.layered.spacing.nodeNodeBetweenLayers': '44',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
  'elk.layered.spacing.edgeNodeBetweenLayers': '16',
};
const PADDING = { top: 34, left: 16, bottom: 16, right: 16 };
const GROUP_PADDING = `[${Object.entries(PADDING).map(([side, size]) => `${side}=${size}`)}]`;
const CLOSED_GROUP = { width: 176, height: 48 };

/**
 * Gives everything its place, by ELK's layered layout from top to bottom: children inside their groups, edges between
 * the same two nodes apart.
 */
export async function layOut(plan: Plan, elk: ELK): Promise<Scene> {
  // What a person opened although it is large: ELK would take seconds.
  if (plan.boxes.length > MOST_VISIBLE) return layOutLarge(plan);
  const root: ElkNode = {
    id: 'root',
    layoutOptions: OPTIONS,
    children: childrenOf(null, plan),
    edges: plan.lines.map(
      ({ id, from, to, kind }): ElkExtendedEdge => ({
        id,
        sources: [from],
        targets: [to],
        // Where something has to run upwards, it is the way back from an improver.
        layoutOptions: { 'elk.layered.priority.direction': kind === 'improves' ? '0' : '10' },
      }),
    ),
  };
  const done = await elk.layout(root);
  const places = new Map<string, Place>();
  collectPlaces(done, 0, 0, places);
  const routes = new Map((done.edges ?? []).map((edge) => [edge.id, edge]));
  return {
    width: done.width ?? 0,
    height: done.height ?? 0,
    boxes: plan.boxes.map(({ parent: _, ...node }): Box => ({ ...node, ...places.get(node.id)! })),
    groups: plan.groups.map((group): GroupBox => ({ ...group, ...places.get(`group:${group.name}`)! })),
    lines: plan.lines.map((line): Line => ({ ...line, points: pointsOf(routes.get(line.id), places) })),
  };
}

function layOutLarge(plan: Plan): Scene {
  const { places, routes, width, height } = placeLarge(plan, CLOSED_GROUP, PADDING);
  return {
    width,
    height,
    boxes: plan.boxes.map(({ parent: _, ...node }): Box => ({ ...node, ...places.get(node.id)! })),
    groups: plan.groups.map((group): GroupBox => ({ ...group, ...places.get(`group:${group.name}`)! })),
    lines: plan.lines.map((line): Line => ({ ...line, points: routes.get(line.id) ?? [] })),
  };
}

/** All that the layout depends on; two plans of one shape have the same places. */
export function shapeOf({ boxes, groups, lines }: Plan): string {
  return JSON.stringify([
    boxes.map(({ id, parent, width, height }) => [id, parent, width, height]),
    groups.map(({ name, parent, collapsed }) => [name, parent, collapsed]),
    lines.map(({ id, from, to, kind }) => [id, from, to, kind]),
  ]);
}

/** The places of a scene with the contents of another plan of the same shape. */
export function dress({ width, height, boxes, groups, lines }: Scene, plan: Plan): Scene {
  return {
    width,
    height,
    boxes: plan.boxes.map(({ parent: _, ...node }, at): Box => ({ ...boxes[at]!, ...node })),
    groups: plan.groups.map((group, at): GroupBox => ({ ...groups[at]!, ...group })),
    lines: plan.lines.map((line, at): Line => ({ ...line, points: lines[at]!.points })),
  };
}

function childrenOf(parent: string | null, plan: Plan): ElkNode[] {
  const groups = plan.groups
    .filter((group) => group.parent === parent)
    .map(({ name, collapsed }): ElkNode => {
      if (collapsed) return { id: `group:${name}`, ...CLOSED_GROUP };
      return {
        id: `group:${name}`,
        layoutOptions: { ...OPTIONS, 'elk.padding': GROUP_PADDING },
        children: childrenOf(name, plan),
      };
    });
  const boxes = plan.boxes
    .filter((box) => box.parent === parent)
    .map(({ id, width, height }): ElkNode => ({ id, width, height }));
  return [...boxes, ...groups];
}

/** ELK's places are relative to the group; the scene's are not. */
function collectPlaces(node: ElkNode, x: number, y: number, places: Map<string, Place>): void {
  for (const child of node.children ?? []) {
    const place = { x: x + (child.x ?? 0), y: y + (child.y ?? 0), width: child.width ?? 0, height: child.height ?? 0 };
    places.set(child.id, place);
    collectPlaces(child, place.x, place.y, places);
  }
}

/** The route of an edge; ELK gives it relative to the group that holds both ends (`container`). */
function pointsOf(edge: ElkExtendedEdge | undefined, places: ReadonlyMap<string, Place>): { x: number; y: number }[] {
  const container = (edge as { container?: string } | undefined)?.container;
  const { x: dx, y: dy } = (container !== undefined && places.get(container)) || { x: 0, y: 0 };
  return (edge?.sections ?? []).flatMap(({ startPoint, bendPoints, endPoint }) =>
    [startPoint, ...(bendPoints ?? []), endPoint].map(({ x, y }) => ({ x: x + dx, y: y + dy })),
  );
}
