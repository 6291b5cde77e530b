import type { Random } from './random';

/** How much an affine change may be, either way. */
export interface AffineLimits {
  /** Pixels, or the share of a side where it is below 1. */
  shift: number;
  degrees: number;
  /** 0.2: from 1 / 1.2 to 1 / 0.8 of its size. */
  scale: number;
  /** Radians; 0: never. */
  shear: number;
}

/** Small enough that nobody would notice. */
const JITTER: AffineLimits = { shift: 2, degrees: 12, scale: 0.12, shear: 0 };

/**
 * A small random affine change of one image in place. It keeps a network from learning a few labelled samples by heart.
 *
 * @param image [height, width, channels], one image of the batch's array.
 */
export function jitterImage(image: Float32Array, shape: readonly number[], random: Random): void {
  affineImage(image, shape, JITTER, random);
}

/** Shift, rotation, shear and scale about the middle, bilinear, the border filled with zeros; in place. */
export function affineImage(image: Float32Array, shape: readonly number[], limits: AffineLimits, random: Random): void {
  const [height, width, channels] = shape as [number, number, number];
  const source = image.slice();
  const between = (most: number) => (2 * random.uniform() - 1) * most;
  const angle = (between(limits.degrees) * Math.PI) / 180;
  const scale = 1 / (1 + between(limits.scale));
  const slant = limits.shear === 0 ? 0 : Math.tan(between(limits.shear));
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  const [middleRow, middleColumn] = [(height - 1) / 2, (width - 1) / 2];
  const { shift } = limits;
  const shiftRow = between(shift < 1 ? shift * height : shift);
  const shiftColumn = between(shift < 1 ? shift * width : shift);
  for (let row = 0; row < height; row++) {
    const r = row - middleRow - shiftRow;
    for (let column = 0; column < width; column++) {
      const c = column - middleColumn - shiftColumn + slant * r;
      const fromRow = cos * r - sin * c + middleRow;
      const fromColumn = sin * r + cos * c + middleColumn;
      const [top, left] = [Math.floor(fromRow), Math.floor(fromColumn)];
      const [down, right] = [fromRow - top, fromColumn - left];
      const [above, below] = [top >= 0 && top < height, top >= -1 && top < height - 1];
      const [before, behind] = [left >= 0 && left < width, left >= -1 && left < width - 1];
      const from = (top * width + left) * channels;
      for (let channel = 0; channel < channels; channel++) {
        const at = from + channel;
        image[(row * width + column) * channels + channel] =
          (above && before ? source[at]! * (1 - right) * (1 - down) : 0) +
          (above && behind ? source[at + channels]! * right * (1 - down) : 0) +
          (below && before ? source[at + width * channels]! * (1 - right) * down : 0) +
          (below && behind ? source[at + (width + 1) * channels]! * right * down : 0);
      }
    }
  }
}
