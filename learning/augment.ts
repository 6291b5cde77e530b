import { type AffineLimits, affineImage } from './jitter';
import type { Random } from './random';

/** A change that leaves an image's meaning: in place, brightness in [0, 1]. */
type Change = (image: Float32Array, shape: readonly number[], random: Random) => void;

/** As far as an object may be from where, and how, it usually is. */
const WIDE: AffineLimits = { shift: 0.15, degrees: 30, scale: 0.4, shear: 0.4 };

/**
 * Ways in which cameras, light and dirt change images. Generic ones: no corruption of MNIST-C is copied, though moving, turning
 * and scaling are among its kinds as they are among anyone's augmentations.
 */
const changes: Change[] = [noise, speckle, blur, ripple, invert, light, clouds, bars, strokes];

/**
 * Changes one image as drift may: moved, turned, sheared and scaled, or one of noise, specks, blur, ripples, inversion, light,
 * clouds, bars and strokes, or both.
 *
 * @param image [height, width, channels], brightness in [0, 1].
 */
export function augmentImage(image: Float32Array, shape: readonly number[], random: Random): void {
  const chosen = random.integer(changes.length + 4);
  const change = changes[chosen];
  if (!change || random.uniform() < 0.5) affineImage(image, shape, WIDE, random);
  change?.(image, shape, random);
  clamp(image);
}

/**
 * Changes how one image looks, and not where in it anything is: what a network of small convolutions can undo.
 *
 * @param image [height, width, channels], brightness in [0, 1].
 */
export function changeLook(image: Float32Array, shape: readonly number[], random: Random): void {
  const change = () => changes[random.integer(changes.length)]!(image, shape, random);
  change();
  if (random.uniform() < 0.3) change();
  clamp(image);
}

/** Changes an image of bytes or of numbers in place, by a change of numbers in [0, 1]. */
export function changeInPlace(image: Uint8Array | Float32Array, change: (numbers: Float32Array) => void): void {
  const scale = image instanceof Uint8Array ? 255 : 1;
  const numbers = Float32Array.from(image, (value) => value / scale);
  change(numbers);
  for (const [at, value] of numbers.entries()) image[at] = scale === 1 ? value : Math.round(255 * value);
}

function clamp(image: Float32Array): void {
  for (let i = 0; i < image.length; i++) image[i] = Math.min(1, Math.max(0, image[i]!));
}

function noise(image: Float32Array, _shape: readonly number[], random: Random): void {
  const strength = 0.1 + 0.4 * random.uniform();
  for (let i = 0; i < image.length; i++) image[i]! += strength * random.normal();
}

/** Single pixels black or white. */
function speckle(image: Float32Array, _shape: readonly number[], random: Random): void {
  const share = 0.05 + 0.3 * random.uniform();
  for (let i = 0; i < image.length; i++) if (random.uniform() < share) image[i] = random.uniform() < 0.5 ? 0 : 1;
}

/** A mean over a square, twice: nearly a Gaussian. */
function blur(image: Float32Array, shape: readonly number[], random: Random): void {
  const [height, width, channels] = shape as [number, number, number];
  const reach = 1 + random.integer(2);
  for (let pass = 0; pass < 2; pass++) {
    const source = image.slice();
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        for (let channel = 0; channel < channels; channel++) {
          let [sum, count] = [0, 0];
          for (let r = Math.max(0, row - reach); r <= Math.min(height - 1, row + reach); r++) {
            for (let c = Math.max(0, column - reach); c <= Math.min(width - 1, column + reach); c++) {
              sum += source[(r * width + c) * channels + channel]!;
              count++;
            }
          }
          image[(row * width + column) * channels + channel] = sum / count;
        }
      }
    }
  }
}

/** Each pixel comes from a place nearby: as seen through rough glass, or by a shaking hand. */
function ripple(image: Float32Array, shape: readonly number[], random: Random): void {
  const [height, width, channels] = shape as [number, number, number];
  const source = image.slice();
  const reach = 0.6 + 1.6 * random.uniform();
  const near = (at: number, side: number) =>
    Math.min(side - 1, Math.max(0, Math.round(at + reach * (2 * random.uniform() - 1))));
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = (near(row, height) * width + near(column, width)) * channels;
      for (let channel = 0; channel < channels; channel++) {
        image[(row * width + column) * channels + channel] = source[from + channel]!;
      }
    }
  }
}

/** The whole image, or a band of it, becomes its negative. */
function invert(image: Float32Array, shape: readonly number[], random: Random): void {
  if (random.uniform() < 0.5) {
    for (let i = 0; i < image.length; i++) image[i] = 1 - image[i]!;
    return;
  }
  band(shape, random, 0.25, (at) => {
    image[at] = 1 - image[at]!;
  });
}

/** Contrast, brightness, and a slope of light over the image. */
function light(image: Float32Array, shape: readonly number[], random: Random): void {
  const [height, width, channels] = shape as [number, number, number];
  const contrast = 0.3 + 0.9 * random.uniform();
  const base = (1 - contrast) * random.uniform();
  const [down, right] = [random.uniform() - 0.5, random.uniform() - 0.5];
  for (let i = 0; i < image.length; i++) {
    const place = Math.floor(i / channels);
    const slope = down * (Math.floor(place / width) / height - 0.5) + right * ((place % width) / width - 0.5);
    image[i] = base + contrast * image[i]! + slope;
  }
}

/** Light that changes smoothly over the image, from a grid of two to eight random values a side; contrast falls as it may. */
function clouds(image: Float32Array, shape: readonly number[], random: Random): void {
  const [height, width, channels] = shape as [number, number, number];
  const nodes = 2 + random.integer(7);
  const strength = 0.3 + 0.7 * random.uniform();
  const contrast = 1 - 0.8 * strength * random.uniform();
  const grid = Float32Array.from({ length: nodes * nodes }, () => strength * random.uniform());
  for (let row = 0; row < height; row++) {
    const y = (row / Math.max(1, height - 1)) * (nodes - 1);
    const top = Math.min(nodes - 2, Math.floor(y));
    for (let column = 0; column < width; column++) {
      const x = (column / Math.max(1, width - 1)) * (nodes - 1);
      const left = Math.min(nodes - 2, Math.floor(x));
      const [down, right] = [y - top, x - left];
      const at = top * nodes + left;
      const cloud =
        (grid[at]! * (1 - right) + grid[at + 1]! * right) * (1 - down) +
        (grid[at + nodes]! * (1 - right) + grid[at + nodes + 1]! * right) * down;
      for (let channel = 0; channel < channels; channel++) {
        const i = (row * width + column) * channels + channel;
        image[i] = contrast * image[i]! + cloud;
      }
    }
  }
}

/** One to three bars, dark or bright, lying or standing. */
function bars(image: Float32Array, shape: readonly number[], random: Random): void {
  for (let bar = 1 + random.integer(3); bar > 0; bar--) {
    const value = random.uniform() < 0.3 ? 0 : 0.5 + 0.5 * random.uniform();
    band(shape, random, 1 / 9, (at) => {
      image[at] = value;
    });
  }
}

/** Calls back for every number in a band across the image. @param widest Of the side that it takes its width of. */
function band(shape: readonly number[], random: Random, widest: number, use: (at: number) => void): void {
  const [height, width, channels] = shape as [number, number, number];
  const lies = random.uniform() < 0.5;
  const side = lies ? height : width;
  const first = random.integer(side);
  const thick = 1 + random.integer(Math.max(1, Math.round(side * widest)));
  for (let i = 0; i < height * width * channels; i++) {
    const place = Math.floor(i / channels);
    const where = lies ? Math.floor(place / width) : place % width;
    if (where >= first && where < first + thick) use(i);
  }
}

/** One to four straight strokes of a pixel's width, drawn whole or with gaps. */
function strokes(image: Float32Array, shape: readonly number[], random: Random): void {
  const [height, width, channels] = shape as [number, number, number];
  for (let stroke = 1 + random.integer(4); stroke > 0; stroke--) {
    const value = random.uniform() < 0.2 ? 0 : 0.5 + 0.5 * random.uniform();
    const [row, column] = [random.uniform() * height, random.uniform() * width];
    const angle = 2 * Math.PI * random.uniform();
    const length = (0.3 + 0.9 * random.uniform()) * Math.max(height, width);
    const gap = random.uniform() < 0.5 ? 0 : 2 + random.integer(3);
    for (let way = 0; way < length; way++) {
      if (gap > 0 && way % gap !== 0) continue;
      const r = Math.round(row + way * Math.sin(angle));
      const c = Math.round(column + way * Math.cos(angle));
      if (r < 0 || r >= height || c < 0 || c >= width) continue;
      for (let channel = 0; channel < channels; channel++) image[(r * width + c) * channels + channel] = value;
    }
  }
}
