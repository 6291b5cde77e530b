import type { Random } from './random';

/** How far an image is moved at most, either way. */
const SHIFT = 2;
const DEGREES = 12;
const SCALE = 0.12;

/**
 * A small random affine change of one image in place: shift, rotation, scale about the middle, bilinear, the border
 * filled with zeros. It keeps a network from learning a few labelled samples by heart.
 *
 * @param image [height, width, channels], one image of the batch's array.
 */
export function jitterImage(image: Float32Array, shape: readonly number[], random: Random): void {
  const [height, width, channels] = shape as [number, number, number];
  const source = image.slice();
  const between = (most: number) => (2 * random.uniform() - 1) * most;
  const angle = (between(DEGREES) * Math.PI) / 180;
  const scale = 1 / (1 + between(SCALE));
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  const [middleRow, middleColumn] = [(height - 1) / 2, (width - 1) / 2];
  const [shiftRow, shiftColumn] = [between(SHIFT), between(SHIFT)];
  const at = (row: number, column: number, channel: number) =>
    row < 0 || row >= height || column < 0 || column >= width
      ? 0
      : source[(row * width + column) * channels + channel]!;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [r, c] = [row - middleRow - shiftRow, column - middleColumn - shiftColumn];
      const fromRow = cos * r - sin * c + middleRow;
      const fromColumn = sin * r + cos * c + middleColumn;
      const [top, left] = [Math.floor(fromRow), Math.floor(fromColumn)];
      const [down, right] = [fromRow - top, fromColumn - left];
      for (let channel = 0; channel < channels; channel++) {
        image[(row * width + column) * channels + channel] =
          (at(top, left, channel) * (1 - right) + at(top, left + 1, channel) * right) * (1 - down) +
          (at(top + 1, left, channel) * (1 - right) + at(top + 1, left + 1, channel) * right) * down;
      }
    }
  }
}
