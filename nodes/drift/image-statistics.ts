import type { Samples } from '../../learning';
import { sampleSize } from '../../learning/samples';

/** What every image has, whatever it shows; one row of these a sample. For colour, mean and deviation of each channel follow. */
export const IMAGE_STATISTICS = [
  'mean',
  'deviation',
  'variation',
  'direction',
  'curvature',
  'sharpness',
  'most',
  'median',
  'border',
  'centre_row',
  'centre_column',
  'spread_rows',
  'spread_columns',
  'slant',
] as const;

const COUNT = IMAGE_STATISTICS.length;

/**
 * Plain numbers about each image: brightness, contrast, how much neighbours differ (noise raises it, blur lowers it), whether
 * more along rows or columns, the border, and where the bright parts lie, how far they spread and how they slant.
 *
 * @param images [height, width, channels], bytes or fractions.
 * @returns one row a sample: the statistics of the mean over the channels, then two a channel where there are several.
 */
export function imageStatistics(images: Samples): Samples {
  const [, , channels] = images.shape as [number, number, number];
  const size = COUNT + (channels > 1 ? 2 * channels : 0);
  const x = new Float32Array(images.count * size);
  for (let i = 0; i < images.count; i++) x.set(statisticsOf(images, i), i * size);
  return { x, shape: [size], count: images.count };
}

function statisticsOf({ x, shape }: Samples, sample: number): number[] {
  const [height, width, channels] = shape as [number, number, number];
  const divisor = (x instanceof Uint8Array ? 255 : 1) * channels;
  const start = sample * sampleSize(shape);
  const grey = new Float64Array(height * width);
  for (let at = 0; at < grey.length; at++) {
    for (let channel = 0; channel < channels; channel++) grey[at]! += x[start + at * channels + channel]! / divisor;
  }
  const colours =
    channels === 1 ? [] : Array.from({ length: channels }, (_, c) => channelOf(x, start + c, channels, grey.length));
  return [...light(grey), ...texture(grey, height, width), ...place(grey, height, width), ...colours.flat()];
}

function channelOf(x: Samples['x'], start: number, step: number, count: number): [mean: number, deviation: number] {
  const divisor = x instanceof Uint8Array ? 255 : 1;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < count; i++) {
    const value = x[start + i * step]! / divisor;
    sum += value;
    squares += value * value;
  }
  const mean = sum / count;
  return [mean, Math.sqrt(Math.max(0, squares / count - mean * mean))];
}

function light(grey: Float64Array): [mean: number, deviation: number] {
  return channelOf(Float32Array.from(grey), 0, 1, grey.length);
}

/** Keeps ratios finite where an image is plain. */
const LITTLE = 1e-3;

/** variation, direction, curvature, sharpness, most, median, border */
function texture(grey: Float64Array, height: number, width: number): number[] {
  let [down, across, curved, edge, inner] = [0, 0, 0, 0, 0];
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      const value = grey[at]!;
      if (row > 0) down += Math.abs(value - grey[at - width]!);
      if (column > 0) across += Math.abs(value - grey[at - 1]!);
      if (row === 0 || column === 0 || row === height - 1 || column === width - 1) {
        edge += value;
        continue;
      }
      curved += Math.abs(4 * value - grey[at - width]! - grey[at + width]! - grey[at - 1]! - grey[at + 1]!);
      inner++;
    }
  }
  down /= Math.max(1, (height - 1) * width);
  across /= Math.max(1, height * (width - 1));
  const curvature = curved / Math.max(1, inner);
  const sorted = grey.toSorted();
  return [
    down + across,
    Math.log((down + LITTLE) / (across + LITTLE)),
    curvature,
    curvature / (down + across + LITTLE),
    sorted.at(-1)!,
    sorted[sorted.length >> 1]!,
    edge / Math.max(1, grey.length - inner),
  ];
}

/** centre_row, centre_column, spread_rows, spread_columns, slant: moments of the brightness, in pixels. */
function place(grey: Float64Array, height: number, width: number): number[] {
  let [mass, rows, columns, rows2, columns2, both] = [1e-6, 0, 0, 0, 0, 0];
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      const value = grey[at]!;
      mass += value;
      rows += value * row;
      columns += value * column;
      rows2 += value * row * row;
      columns2 += value * column * column;
      both += value * row * column;
    }
  }
  const [r, c] = [rows / mass, columns / mass];
  const spread = (squares: number, middle: number) => Math.sqrt(Math.max(0, squares / mass - middle * middle));
  return [r, c, spread(rows2, r), spread(columns2, c), both / mass - r * c];
}
