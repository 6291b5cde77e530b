import type { Line, Scene } from '../../extension/messages';

export type Direction = 'up' | 'down' | 'left' | 'right';

export interface Stop {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What the keyboard stops at: nodes, and groups that are closed. An open group is reached from within. */
export function stopsOf({ boxes, groups }: Scene): Stop[] {
  const closed = groups.filter(({ collapsed }) => collapsed);
  return [...boxes, ...closed.map(({ name, ...group }) => ({ ...group, id: `group:${name}` }))];
}

/** Where something with an id is drawn: a node, a group, or the closed group that hides the node. */
export function placeOf({ boxes, groups }: Scene, id: string): Stop | null {
  const box = boxes.find((one) => one.id === id);
  if (box) return box;
  const group =
    groups.find(({ name }) => `group:${name}` === id) ??
    groups.find(({ collapsed, members }) => collapsed && members.includes(id));
  return group ? { ...group, id: `group:${group.name}` } : null;
}

/** Where Tab enters: at what is selected, or hides it; else at the first stop. Null where nothing is drawn. */
export function entryOf(scene: Scene, selected: string | null): string | null {
  const place = selected === null ? null : placeOf(scene, selected);
  return (place ?? stopsOf(scene)[0])?.id ?? null;
}

/** An edge by its id. */
export const edgeOf = ({ lines }: Scene, id: string): Line['edges'][number] | null =>
  lines.flatMap(({ edges }) => edges).find((edge) => edge.id === id) ?? null;

/** What was selected, as far as it is still there: an edge's id is its place in the text, so it may be another's by now. */
export function stillSelected(before: Scene | null, after: Scene, id: string): string | null {
  if (placeOf(after, id)) return id;
  const [was, is] = [before && edgeOf(before, id), edgeOf(after, id)];
  return was && is && was.from === is.from && was.to === is.to ? id : null;
}

/** The group around a node or a group; null at the top. */
export function groupAround({ boxes, groups }: Scene, id: string): string | null {
  const name =
    boxes.find((one) => one.id === id)?.group ?? groups.find((group) => `group:${group.name}` === id)?.parent ?? null;
  return name === null ? null : `group:${name}`;
}

/**
 * The stop that an arrow key leads to: up and down along edges (to the nearest of those that are joined), left and right
 * to the neighbour in the row. Down from an open group: into it.
 */
export function walk(scene: Scene, from: string, direction: Direction): string | null {
  const stops = stopsOf(scene);
  const at = stops.find(({ id }) => id === from);
  if (!at) {
    const group = scene.groups.find(({ name }) => `group:${name}` === from);
    return stops.find(({ id }) => !group || group.members.includes(id))?.id ?? null;
  }
  const vertical = direction === 'up' || direction === 'down';
  const joined = vertical ? joinedTo(scene.lines, from) : null;
  const ahead = stops.filter((stop) => stop !== at && isAhead(at, stop, direction));
  const choice = joined ? ahead.filter(({ id }) => joined.has(id)) : ahead;
  return nearest(at, choice, direction)?.id ?? null;
}

function joinedTo(lines: readonly Line[], id: string): ReadonlySet<string> {
  return new Set(lines.flatMap(({ from, to }) => (from === id ? [to] : to === id ? [from] : [])));
}

const middle = ({ x, y, width, height }: Stop) => ({ x: x + width / 2, y: y + height / 2 });

function isAhead(from: Stop, to: Stop, direction: Direction): boolean {
  const [a, b] = [middle(from), middle(to)];
  switch (direction) {
    case 'up':
      return b.y < a.y - 1;
    case 'down':
      return b.y > a.y + 1;
    case 'left':
      return b.x < a.x - 1;
    case 'right':
      return b.x > a.x + 1;
  }
}

/** What lies aside counts more than what lies far ahead. */
function nearest(from: Stop, stops: readonly Stop[], direction: Direction): Stop | undefined {
  const vertical = direction === 'up' || direction === 'down';
  const cost = (stop: Stop) => {
    const [a, b] = [middle(from), middle(stop)];
    const [ahead, aside] = vertical
      ? [Math.abs(b.y - a.y), Math.abs(b.x - a.x)]
      : [Math.abs(b.x - a.x), Math.abs(b.y - a.y)];
    return ahead + (vertical ? aside : 4 * aside);
  };
  return [...stops].sort((a, b) => cost(a) - cost(b))[0];
}
