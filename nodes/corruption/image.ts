import type { Random } from '../../learning/random';

/** A grey image: brightness from 0 to 1, row by row. */
export interface Image {
  height: number;
  width: number;
  values: Float64Array;
}

/** Makes a corrupted image of a clean one; the clean one stays as it is. Chance comes from `random` alone. */
export type Corrupt = (image: Image, random: Random) => Image;

export const blank = ({ height, width }: Image): Image => ({ height, width, values: new Float64Array(height * width) });

/** Each value on its own, held within 0 and 1. */
export function mapImage(image: Image, change: (value: number, row: number, column: number) => number): Image {
  const changed = blank(image);
  for (let row = 0, at = 0; row < image.height; row++) {
    for (let column = 0; column < image.width; column++, at++) {
      changed.values[at] = Math.max(0, Math.min(1, change(image.values[at]!, row, column)));
    }
  }
  return changed;
}
