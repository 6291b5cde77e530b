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
    const clouds = plasma(side, decay, random);
    return mapImage(image, (value, row, column) => (value + density * clouds[row * side + column]!) * contrast);
  };

/**
 * Diamond-square on a torus: each new point is the mean of its four neighbours plus chance, which shrinks by the square of
 * `decay` each time the grid gets twice as fine (the generator of MNIST-C multiplies its wibble with itself).
 *
 * @param side a power of two
 * @returns side x side heights from 0 to 1
 */
function plasma(side: number, decay: number, random: Random): Float64Array {
  const map = new Float64Array(side * side);
  const mask = side - 1;
  const at = (row: number, column: number) => map[(row & mask) * side + (column & mask)]!;
  let wibble = 1;
  for (let step = side; step >= 2; step /= 2, wibble /= decay * decay) {
    const half = step / 2;
    const set = (row: number, column: number, sum: number) => {
      map[row * side + column] = sum / 4 + wibble * (2 * random.uniform() - 1);
    };
    for (let r = 0; r < side; r += step) {
      for (let c = 0; c < side; c += step) {
        set(r + half, c + half, at(r, c) + at(r + step, c) + at(r, c + step) + at(r + step, c + step));
      }
    }
    for (let r = 0; r < side; r += step) {
      for (let c = 0; c < side; c += step) {
        set(r, c + half, at(r + half, c + half) + at(r - half, c + half) + at(r, c) + at(r, c + step));
        set(r + half, c, at(r + half, c + half) + at(r + half, c - half) + at(r, c) + at(r + step, c));
      }
    }
  }
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const height of map) {
    if (height < least) least = height;
    if (height > most) most = height;
  }
  return map.map((height) => (height - least) / (most - least));
}
