import type { Box } from '../../extension/messages';

interface Point {
  x: number;
  y: number;
}

/** Symbolic nodes have corners, learning ones are round; sources are cylinders' cousins; what a revision put there is cut. */
export function outline({ width, height, nature, kind, inserted }: Box): string {
  if (inserted) {
    const c = 12;
    return `M${c},0H${width - c}L${width},${c}V${height - c}L${width - c},${height}H${c}L0,${height - c}V${c}Z`;
  }
  const r = kind === 'source' ? height / 2 : nature === 'learning' ? 14 : 3;
  return `M${r},0H${width - r}A${r},${r} 0 0 1 ${width},${r}V${height - r}A${r},${r} 0 0 1 ${width - r},${height}H${r}A${r},${r} 0 0 1 0,${height - r}V${r}A${r},${r} 0 0 1 ${r},0Z`;
}

/** The head of an arrow at the end of a route. */
export function arrow(points: Point[]): string {
  const [from, to] = [points.at(-2)!, points.at(-1)!];
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const at = (back: number, side: number) => `${to.x - back * dx - side * dy},${to.y - back * dy + side * dx}`;
  return `M${at(0, 0)}L${at(9, 4)}L${at(9, -4)}Z`;
}

/** The middle of a route. */
export function along(points: Point[]): Point {
  const lengths = points.slice(1).map(({ x, y }, at) => Math.hypot(x - points[at]!.x, y - points[at]!.y));
  let rest = lengths.reduce((sum, length) => sum + length, 0) / 2;
  for (const [at, length] of lengths.entries()) {
    if (rest <= length) {
      const [a, b, share] = [points[at]!, points[at + 1]!, length === 0 ? 0 : rest / length];
      return { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) };
    }
    rest -= length;
  }
  return points.at(-1) ?? { x: 0, y: 0 };
}

const LETTER = 6.9;

/** As much of a text as has room, in pixels. */
export function fitted(text: string, width: number): string {
  const most = Math.max(3, Math.floor(width / LETTER));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** The same of a program: what all built-in ones begin with goes first. */
export function fittedProgram(text: string, width: number): string {
  return text.length * LETTER <= width ? text : fitted(text.replace(/^scanflow\//, ''), width);
}
