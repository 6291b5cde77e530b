import type { Random } from '../../learning/random';
import { type Corrupt, mapImage } from './image';

/** Every pixel lighter by this much. */
export const brightness =
  (amount: number): Corrupt =>
  (image) =>
    mapImage(image, (value) => value + amount);

/** The left and the right quarter inverted. */
export const stripe: Corrupt = (image) => {
  const quarter = Math.floor(image.width / 4);
  return mapImage(image, (value, _row, column) =>
    column < quarter || column >= image.width - quarter ? 1 - value : value,
  );
};

/** Clouds before the image, which loses contrast: the corner of a plasma fractal. */
export const fog =
  (density: number, decay: number): Corrupt =>
  (image, random) => {
    const brightest = image.values.reduce((most, value) => Math.max(most, value), 0);
    const contrast = brightest / (brightest + density);
    const side = Math.max(256, 2 ** Math.ceil(Math.log2(Math.max(image.height, image.width))));
    const { map, least, most } = plasma(side, decay, random);
    const cloud = (row: number, column: number) => (map[row * side + column]! - least) / (most - least);
    return mapImage(image, (value, row, column) => (value + density * cloud(row, column)) * contrast);
  };

/**
 * Diamond-square on a torus: each new point is the mean of its four neighbours plus chance, which shrinks by the square of
 * `decay` each time the grid gets twice as fine (the generator of MNIST-C multiplies its wibble with itself).
 *
 * @param side a power of two
 * @returns side x side heights, with the least and the most of them
 */
function plasma(side: number, decay: number, random: Random): { map: Float64Array; least: number; most: number } {
  const map = new Float64Array(side * side);
  const mask = side - 1;
  // Rows and columns wrap around. Written out without closures: a map is 65,536 points, and every image has its own.
  for (let step = side, wibble = 1; step >= 2; step /= 2, wibble /= decay * decay) {
    const half = step / 2;
    for (let r = 0; r < side; r += step) {
      const [row, below] = [r * side, ((r + step) & mask) * side];
      for (let c = 0; c < side; c += step) {
        const right = (c + step) & mask;
        const sum = map[row + c]! + map[row + right]! + map[below + c]! + map[below + right]!;
        map[(r + half) * side + c + half] = sum / 4 + wibble * (2 * random.uniform() - 1);
      }
    }
    for (let r = 0; r < side; r += step) {
      const [row, middle] = [r * side, (r + half) * side];
      const [above, below] = [((r - half) & mask) * side, ((r + step) & mask) * side];
      for (let c = 0; c < side; c += step) {
        const [right, left] = [(c + step) & mask, (c - half) & mask];
        const centre = map[middle + c + half]!;
        const across = centre + map[above + c + half]! + map[row + c]! + map[row + right]!;
        map[row + c + half] = across / 4 + wibble * (2 * random.uniform() - 1);
        const down = centre + map[middle + left]! + map[row + c]! + map[below + c]!;
        map[middle + c] = down / 4 + wibble * (2 * random.uniform() - 1);
      }
    }
  }
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const height of map) {
    if (height < least) least = height;
    if (height > most) most = height;
  }
  return { map, least, most };
}
