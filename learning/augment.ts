import { jitterImage } from './jitter';
import type { Random } from './random';

/** A change that leaves an image's meaning: in place, brightness in [0, 1]. */
type Change = (image: Float32Array, shape: readonly number[], random: Random) => void;

/** Ways in which cameras, light and dirt change images; none is a corruption of MNIST-C, which is for testing. */
const changes: Change[] = [
  jitterImage,
  noise,
  speckle,
  blur,
  (image) => {
    for (let i = 0; i < image.length; i++) image[i] = 1 - image[i]!;
  },
  light,
  bars,
];

/**
 * Changes one image as drift may: moved and turned, and one of noise, specks, blur, inversion, light and bars.
 *
 * @param image [height, width, channels], brightness in [0, 1].
 */
export function augmentImage(image: Float32Array, shape: readonly number[], random: Random): void {
  const change = changes[random.integer(changes.length)]!;
  if (change !== jitterImage && random.uniform() < 0.5) jitterImage(image, shape, random);
  change(image, shape, random);
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

/** One to three bars, dark or bright, lying or standing. */
function bars(image: Float32Array, shape: readonly number[], random: Random): void {
  const [height, width, channels] = shape as [number, number, number];
  for (let bar = 1 + random.integer(3); bar > 0; bar--) {
    const lies = random.uniform() < 0.5;
    const side = lies ? height : width;
    const at = random.integer(side);
    const thick = 1 + random.integer(Math.max(1, Math.round(side / 9)));
    const value = random.uniform() < 0.3 ? 0 : 0.5 + 0.5 * random.uniform();
    for (let i = 0; i < image.length; i++) {
      const place = Math.floor(i / channels);
      const where = lies ? Math.floor(place / width) : place % width;
      if (where >= at && where < at + thick) image[i] = value;
    }
  }
}
