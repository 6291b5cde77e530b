import type { Line, Scene } from '../../extension/messages';

export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What is drawn with a view: a move of less than its half draws nothing anew. */
export function around({ x, y, width, height }: Place): Place {
  return { x: x - width / 2, y: y - height / 2, width: 2 * width, height: 2 * height };
}

export function within(inner: Place, outer: Place): boolean {
  const right = inner.x + inner.width <= outer.x + outer.width;
  const bottom = inner.y + inner.height <= outer.y + outer.height;
  return inner.x >= outer.x && inner.y >= outer.y && right && bottom;
}

/** As much of a scene as touches a region, and what has this id wherever it is. */
export function cull(scene: Scene, region: Place, kept: string): Scene {
  const near = (place: Place) => touches(place, region);
  return {
    ...scene,
    boxes: scene.boxes.filter((box) => box.id === kept || near(box)),
    groups: scene.groups.filter((group) => `group:${group.name}` === kept || near(group)),
    lines: scene.lines.filter((line) => line.id === kept || near(boundsOf(line))),
  };
}

function touches(one: Place, other: Place): boolean {
  const across = one.x <= other.x + other.width && other.x <= one.x + one.width;
  return across && one.y <= other.y + other.height && other.y <= one.y + one.height;
}

const bounds = new WeakMap<Line, Place>();

function boundsOf(line: Line): Place {
  let place = bounds.get(line);
  if (!place) {
    const [xs, ys] = [line.points.map(({ x }) => x), line.points.map(({ y }) => y)];
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    place = { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
    bounds.set(line, place);
  }
  return place;
}
