import { gaussian, gaussianAlong } from './filter';
import { blank, type Corrupt, mapImage } from './image';

/**
 * As through frosted glass: blurred, neighbours exchanged at random, blurred again. MNIST-C's generator blurs across the
 * rows only (it takes the columns of a grey image for its channels); so does this, to give the same images.
 */
export const glassBlur =
  (sigma: number, reach: number, rounds: number): Corrupt =>
  (image, random) => {
    const { height, width } = image;
    const blurred = gaussianAlong(image, 'rows', sigma, 'nearest');
    const values = blurred.values.map((value) => Math.floor(value * 255) / 255);
    const offset = () => random.integer(2 * reach) - reach;
    for (let round = 0; round < rounds; round++) {
      for (let row = height - reach; row > reach; row--) {
        for (let column = width - reach; column > reach; column--) {
          if (random.uniform() < 0.5) continue;
          const [across, down] = [offset(), offset()];
          const [at, other] = [row * width + column, (row + down) * width + column + across];
          [values[at], values[other]] = [values[other]!, values[at]!];
        }
      }
    }
    return mapImage(gaussianAlong({ height, width, values }, 'rows', sigma, 'nearest'), (value) => value);
  };

/**
 * The same in colour, blurred along both axes. CIFAR-10-C's generator means to exchange two pixels and copies one over the
 * other (an assignment between two views of one array); so does this.
 */
export const glassBlurOfColour =
  (sigma: number, reach: number, rounds: number): Corrupt =>
  (image, random) => {
    const { height, width } = image;
    const values = gaussian(image, sigma).values.map((value) => Math.floor(value * 255) / 255);
    for (let round = 0; round < rounds; round++) {
      for (let row = height - reach; row > reach; row--) {
        for (let column = width - reach; column > reach; column--) {
          const [across, down] = [random.integer(2 * reach) - reach, random.integer(2 * reach) - reach];
          values[row * width + column] = values[(row + down) * width + column + across]!;
        }
      }
    }
    return mapImage(gaussian({ height, width, values }, sigma), (value) => value);
  };

/** A camera that moves: half a Gaussian along a line, at up to 45 degrees either way, as ImageMagick draws it. */
export const motionBlur =
  (radius: number, sigma: number, [from, to] = [-45, 45]): Corrupt =>
  (image, random) => {
    const angle = ((random.uniform() * (to - from) + from) * Math.PI) / 180;
    const steps = Array.from({ length: 2 * radius + 1 }, (_, i) => ({
      weight: Math.exp(-(i * i) / (2 * sigma * sigma)),
      across: Math.ceil(i * Math.cos(angle) - 0.5),
      down: Math.ceil(i * Math.sin(angle) - 0.5),
    }));
    const total = steps.reduce((sum, step) => sum + step.weight, 0);
    const { height, width, values } = image;
    const result = blank(image);
    for (let row = 0, at = 0; row < height; row++) {
      for (let column = 0; column < width; column++, at++) {
        let sum = 0;
        for (const { weight, across, down } of steps) {
          const r = Math.max(0, Math.min(height - 1, row + down));
          const c = Math.max(0, Math.min(width - 1, column + across));
          sum += weight * values[r * width + c]!;
        }
        result.values[at] = sum / total;
      }
    }
    return mapImage(result, (value) => value);
  };
