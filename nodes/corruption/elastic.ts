import type { Random } from '../../learning/random';
import { gaussian, mirror, mirrorInside } from './filter';
import { blank, type Corrupt, type Image, mapImage } from './image';

/**
 * Stretched like rubber: an affine map that moves three points by chance, then every pixel by a smooth field.
 *
 * @param strength of the field, `smoothness` its deviation, `reach` of the three points: all in shares of the shorter side.
 */
export const elastic =
  (strength: number, smoothness: number, reach: number): Corrupt =>
  (image, random) => {
    const side = Math.min(image.height, image.width);
    const moved = affine(image, reach * side, random);
    const field = () => {
      const noise = blank(image);
      for (let i = 0; i < noise.values.length; i++) noise.values[i] = 2 * random.uniform() - 1;
      return gaussian(noise, smoothness * side, 'mirror', 3).values;
    };
    const [across, down] = [field(), field()];
    return mapImage(moved, (_, row, column) => {
      const at = row * image.width + column;
      return linear(moved, row + strength * side * down[at]!, column + strength * side * across[at]!, mirror);
    });
  };

/** Three points around the middle, each moved by chance, carry the image along. */
function affine(image: Image, reach: number, random: Random): Image {
  const [middleX, middleY] = [Math.floor(image.width / 2), Math.floor(image.height / 2)];
  const size = Math.floor(Math.min(image.height, image.width) / 3);
  const points = [
    [middleX + size, middleY + size],
    [middleX + size, middleY - size],
    [middleX - size, middleY - size],
  ] as const;
  const shift = () => reach * (2 * random.uniform() - 1);
  const targets = points.map(([x, y]) => [x + shift(), y + shift()] as const);
  // From the result back to the image: the edges of the moved triangle give the coordinates along those of the first.
  const [origin, first, second] = targets as [Pair, Pair, Pair];
  const [ax, ay, bx, by] = [first[0] - origin[0], first[1] - origin[1], second[0] - origin[0], second[1] - origin[1]];
  const determinant = ax * by - ay * bx;
  // A triangle that chance has squeezed to a line carries nothing.
  if (Math.abs(determinant) < 1e-6) return image;
  return mapImage(image, (_, row, column) => {
    const [x, y] = [column - origin[0], row - origin[1]];
    const along = (x * by - y * bx) / determinant;
    const beside = (y * ax - x * ay) / determinant;
    const [start, one, two] = points;
    const fromX = start[0] + along * (one[0] - start[0]) + beside * (two[0] - start[0]);
    const fromY = start[1] + along * (one[1] - start[1]) + beside * (two[1] - start[1]);
    return linear(image, fromY, fromX, mirrorInside);
  });
}

type Pair = readonly [number, number];

/** The brightness between four pixels, the image mirrored beyond its border. */
function linear({ height, width, values }: Image, row: number, column: number, beyond: typeof mirror): number {
  const [top, left] = [Math.floor(row), Math.floor(column)];
  const [down, right] = [row - top, column - left];
  const [r0, r1] = [beyond(top, height) * width, beyond(top + 1, height) * width];
  const [c0, c1] = [beyond(left, width), beyond(left + 1, width)];
  return (
    (values[r0 + c0]! * (1 - right) + values[r0 + c1]! * right) * (1 - down) +
    (values[r1 + c0]! * (1 - right) + values[r1 + c1]! * right) * down
  );
}
