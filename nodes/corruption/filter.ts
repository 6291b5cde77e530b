import { blank, type Image } from './image';

/** What counts beyond the border: the nearest pixel, 0, or the image mirrored at its edge. */
export type Outside = 'nearest' | 'zero' | 'mirror';

/** A Gaussian along one axis, cut off at 4 deviations. */
export function gaussianAlong(
  image: Image,
  axis: 'rows' | 'columns',
  sigma: number,
  outside: Outside,
  deviations = 4,
): Image {
  const { height, width, values } = image;
  const kernel = gaussianKernel(sigma, deviations);
  const reach = kernel.length - 1;
  const [length, stride] = axis === 'rows' ? [height, width] : [width, 1];
  const result = blank(image);
  for (let at = 0; at < values.length; at++) {
    const place = axis === 'rows' ? Math.floor(at / width) : at % width;
    let sum = 0;
    for (let step = -reach; step <= reach; step++) {
      const there = place + step;
      const inside = outside === 'mirror' ? mirror(there, length) : Math.max(0, Math.min(length - 1, there));
      if (outside === 'zero' && inside !== there) continue;
      sum += kernel[Math.abs(step)]! * values[at + (inside - place) * stride]!;
    }
    result.values[at] = sum;
  }
  return result;
}

/** A Gaussian along both axes. */
export function gaussian(image: Image, sigma: number, outside: Outside = 'nearest', deviations = 4): Image {
  const rows = gaussianAlong(image, 'rows', sigma, outside, deviations);
  return gaussianAlong(rows, 'columns', sigma, outside, deviations);
}

/** A place beyond the border, mirrored at the edge of the last pixel: d c b a | a b c d | d c b a. */
export function mirror(place: number, length: number): number {
  const period = 2 * length;
  const within = ((place % period) + period) % period;
  return within < length ? within : period - 1 - within;
}

/** The same at the middle of the last pixel: d c b | a b c d | c b a. */
export function mirrorInside(place: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * length - 2;
  const within = ((place % period) + period) % period;
  return within < length ? within : period - within;
}

/** The weights at distance 0, 1, ...; both sides together sum to 1. */
function gaussianKernel(sigma: number, deviations: number): Float64Array {
  if (sigma === 0) return Float64Array.of(1);
  const reach = Math.floor(deviations * sigma + 0.5);
  const kernel = new Float64Array(reach + 1).map((_, i) => Math.exp(-0.5 * (i / sigma) ** 2));
  const total = kernel.reduce((sum, weight) => sum + 2 * weight, -kernel[0]!);
  return kernel.map((weight) => weight / total);
}
