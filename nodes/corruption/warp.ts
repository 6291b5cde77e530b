import type { Random } from '../../learning/random';
import { type Corrupt, type Image, mapImage } from './image';

/** Where a pixel of the result comes from: column' = a column + b row, row' = c column + d row, about the middle. */
type Matrix = readonly [a: number, b: number, c: number, d: number];

/** Sheared, either way. */
export const shear =
  (amount: number): Corrupt =>
  (image, random) => {
    const angle = amount * eitherWay(random);
    return warp(image, [1, -Math.sin(angle), 0, Math.cos(angle)]);
  };

/** Turned about the middle, either way. @param amount radians */
export const rotate =
  (amount: number): Corrupt =>
  (image, random) => {
    const angle = amount * eitherWay(random);
    return warp(image, [Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle)]);
  };

/** Made smaller. @param size the share of its size that is left */
export const scale =
  (size: number): Corrupt =>
  (image) =>
    warp(image, [1 / size, 0, 0, 1 / size]);

/** Moved by so many pixels, either way in both directions. */
export const translate =
  (pixels: number): Corrupt =>
  (image, random) => {
    const [across, down] = [pixels * eitherWay(random), pixels * eitherWay(random)];
    return mapImage(image, (_, row, column) => bilinear(image, row + down, column + across));
  };

const eitherWay = (random: Random): number => (random.uniform() < 0.5 ? -1 : 1);

function warp(image: Image, [a, b, c, d]: Matrix): Image {
  const [middleRow, middleColumn] = [(image.height - 1) / 2, (image.width - 1) / 2];
  return mapImage(image, (_, row, column) => {
    const [y, x] = [row - middleRow, column - middleColumn];
    return bilinear(image, c * x + d * y + middleRow, a * x + b * y + middleColumn);
  });
}

/** The brightness between four pixels; black beyond the border. */
function bilinear({ height, width, values }: Image, row: number, column: number): number {
  const [top, left] = [Math.floor(row), Math.floor(column)];
  const [down, right] = [row - top, column - left];
  const at = (r: number, c: number) => (r < 0 || r >= height || c < 0 || c >= width ? 0 : values[r * width + c]!);
  return (
    (at(top, left) * (1 - right) + at(top, left + 1) * right) * (1 - down) +
    (at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right) * down
  );
}
