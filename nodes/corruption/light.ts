import type { Random } from '../../learning/random';
import { brightest, type Change, type Corrupt, type Image, mapImage } from './image';

/** Every pixel lighter by this much. */
export const brightness =
  (amount: number): Corrupt =>
  (image) =>
    mapImage(image, (value) => value + amount);

/** Lighter by this much, hue and saturation kept: all channels grow in proportion to the largest. */
export const lighter =
  (amount: number): Change =>
  (channels) => {
    const tops = channels[0]!.values.map((_, at) => channels.reduce((most, c) => Math.max(most, c.values[at]!), 0));
    return channels.map((channel) => {
      const { width } = channel;
      return mapImage(channel, (value, row, column) => {
        const top = tops[row * width + column]!;
        const lit = Math.min(1, top + amount);
        return top > 0 ? (value * lit) / top : lit;
      });
    });
  };

/** Every channel drawn towards its mean. */
export const contrast =
  (share: number): Corrupt =>
  (image) => {
    const mean = image.values.reduce((sum, value) => sum + value, 0) / image.values.length;
    return mapImage(image, (value) => (value - mean) * share + mean);
  };

/** The left and the right quarter inverted. */
export const stripe: Corrupt = (image) => {
  const quarter = Math.floor(image.width / 4);
  return mapImage(image, (value, _row, column) =>
    column < quarter || column >= image.width - quarter ? 1 - value : value,
  );
};

/** Clouds before the image, which loses contrast: the corner of a plasma fractal. */
export const fog =
  (density: number, decay: number, least = 256): Change =>
  (channels, chance) => {
    const most = brightest(channels);
    const contrast = most / (most + density);
    const cloud = clouds(channels[0]!, decay, chance(), least);
    return channels.map((image) =>
      mapImage(image, (value, row, column) => (value + density * cloud(row, column)) * contrast),
    );
  };

/** Heights from 0 to 1 over an image: a corner of a plasma fractal of at least `least` pixels a side. */
export function clouds(
  { height, width }: Pick<Image, 'height' | 'width'>,
  decay: number,
  random: Random,
  least: number,
): (row: number, column: number) => number {
  const side = Math.max(least, 2 ** Math.ceil(Math.log2(Math.max(height, width))));
  const { map, least: low, most: high } = plasma(side, decay, random);
  return (row, column) => (map[row * side + column]! - low) / (high - low);
}

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
