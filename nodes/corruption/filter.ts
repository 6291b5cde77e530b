import { blank, type Image } from './image';

/** A Gaussian along one axis, cut off at 4 deviations; beyond the border counts the value `outside`, or the nearest pixel. */
export function gaussianAlong(
  image: Image,
  axis: 'rows' | 'columns',
  sigma: number,
  outside: 'nearest' | 'zero',
): Image {
  const { height, width, values } = image;
  const kernel = gaussianKernel(sigma);
  const reach = kernel.length - 1;
  const [length, stride] = axis === 'rows' ? [height, width] : [width, 1];
  const result = blank(image);
  for (let at = 0; at < values.length; at++) {
    const place = axis === 'rows' ? Math.floor(at / width) : at % width;
    let sum = 0;
    for (let step = -reach; step <= reach; step++) {
      const there = place + step;
      const inside = Math.max(0, Math.min(length - 1, there));
      if (outside === 'zero' && inside !== there) continue;
      sum += kernel[Math.abs(step)]! * values[at + (inside - place) * stride]!;
    }
    result.values[at] = sum;
  }
  return result;
}

/** A Gaussian along both axes. */
export function gaussian(image: Image, sigma: number, outside: 'nearest' | 'zero' = 'nearest'): Image {
  return gaussianAlong(gaussianAlong(image, 'rows', sigma, outside), 'columns', sigma, outside);
}

/** The weights at distance 0, 1, ...; both sides together sum to 1. */
function gaussianKernel(sigma: number): Float64Array {
  const kernel = new Float64Array(Math.floor(4 * sigma + 0.5) + 1).map((_, i) => Math.exp(-0.5 * (i / sigma) ** 2));
  const total = kernel.reduce((sum, weight) => sum + 2 * weight, -kernel[0]!);
  return kernel.map((weight) => weight / total);
}
