import type { Box, Line, Scene } from '../../extension/messages';

export type Direction = 'up' | 'down' | 'left' | 'right';

/**
 * The node that an arrow key leads to: up and down along edges (to the nearest of those that are joined), left and right
 * to the neighbour in the row.
 */
export function walk(scene: Scene, from: string, direction: Direction): string | null {
  const at = scene.boxes.find(({ id }) => id === from);
  if (!at) return scene.boxes[0]?.id ?? null;
  const vertical = direction === 'up' || direction === 'down';
  const joined = vertical ? new Set(joinedTo(scene.lines, from, direction)) : null;
  const ahead = scene.boxes.filter((box) => box !== at && isAhead(at, box, direction));
  const choice = joined ? ahead.filter(({ id }) => joined.has(id)) : ahead;
  return nearest(at, choice, direction)?.id ?? null;
}

function joinedTo(lines: readonly Line[], id: string, direction: Direction): string[] {
  const after = lines.filter(({ from }) => from === id).map(({ to }) => to);
  const before = lines.filter(({ to }) => to === id).map(({ from }) => from);
  return direction === 'up' || direction === 'down' ? [...after, ...before] : [];
}

const middle = ({ x, y, width, height }: Box) => ({ x: x + width / 2, y: y + height / 2 });

function isAhead(from: Box, to: Box, direction: Direction): boolean {
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
function nearest(from: Box, boxes: readonly Box[], direction: Direction): Box | undefined {
  const vertical = direction === 'up' || direction === 'down';
  const cost = (box: Box) => {
    const [a, b] = [middle(from), middle(box)];
    const [ahead, aside] = vertical
      ? [Math.abs(b.y - a.y), Math.abs(b.x - a.x)]
      : [Math.abs(b.x - a.x), Math.abs(b.y - a.y)];
    return ahead + (vertical ? aside : 4 * aside);
  };
  return [...boxes].sort((a, b) => cost(a) - cost(b))[0];
}
