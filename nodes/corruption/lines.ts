import { type Corrupt, type Image, mapImage } from './image';

interface Point {
  row: number;
  column: number;
}

/** A dotted line from the left border to the right one. */
export const dottedLine: Corrupt = (image, random) => {
  const [last, rows] = [image.width - 1, image.height - 1];
  const from = { row: random.integer(rows), column: 0 };
  const to = { row: random.integer(rows), column: last };
  return draw(image, from, to, (column) => Math.floor(column / 2) % 2 === 1);
};

/** Length of a tooth's flank along the line, and its height. */
const TOOTH = 2;

/** A zigzag from left to right, rising or falling a little. */
export const zigzag: Corrupt = (image, random) => {
  const start = { row: random.integer(image.height - 1), column: 2 };
  const run = image.width - 3 - start.column;
  const angle = Math.atan((random.integer(10) - 5) / run);
  const length = run / Math.cos(angle);
  // Along the line and across it, before the line is turned.
  const corners: [along: number, across: number][] = [[0, 0]];
  for (let i = 0; i <= Math.floor((length - TOOTH) / (2 * TOOTH)); i++) {
    corners.push([(2 * i + 1) * TOOTH, i % 2 === 0 ? TOOTH : -TOOTH]);
  }
  const rest = length - 2 * TOOTH * Math.floor(length / (2 * TOOTH));
  if (rest > 0) corners.push([length, corners.at(-1)![1] / (2 * rest)]);
  const points = corners.map(([along, across]) => ({
    column: start.column + along * Math.cos(angle) - across * Math.sin(angle),
    row: start.row + along * Math.sin(angle) + across * Math.cos(angle),
  }));
  return points.slice(1).reduce((drawn, point, i) => draw(drawn, points[i]!, point), image);
};

/** How far from its middle a line fades to nothing, in pixels. */
const FADE = 2.3;

/** Adds a straight line in white, fading with the vertical distance; only in the columns that `where` lets through. */
function draw(image: Image, from: Point, to: Point, where: (column: number) => boolean = () => true): Image {
  if (from.column === to.column) return image;
  const slope = (to.row - from.row) / (to.column - from.column);
  const [left, right] = [Math.floor(from.column), Math.ceil(to.column)];
  return mapImage(image, (value, row, column) => {
    if (column < left || column >= right || !where(column)) return value;
    const distance = Math.abs(row - (slope * (column - from.column) + from.row));
    return distance < FADE ? value + Math.max(0, Math.log(1 - distance / FADE) + 1) : value;
  });
}
