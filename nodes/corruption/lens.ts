import { mirrorInside } from './filter';
import { blank, type Corrupt, type Image, mapImage } from './image';

/** Out of focus: a disk, softened by a Gaussian over three pixels, for a kernel. */
export const defocusBlur =
  (radius: number, softness: number): Corrupt =>
  (image) => {
    const kernel = diskKernel(radius, softness);
    const reach = (Math.sqrt(kernel.length) - 1) / 2;
    const { height, width, values } = image;
    return mapImage(image, (_, row, column) => {
      let sum = 0;
      let at = 0;
      for (let down = -reach; down <= reach; down++) {
        const line = mirrorInside(row + down, height) * width;
        for (let across = -reach; across <= reach; across++, at++) {
          if (kernel[at] !== 0) sum += kernel[at]! * values[line + mirrorInside(column + across, width)]!;
        }
      }
      return sum;
    });
  };

/** A square of odd side, row by row, that sums to 1. */
function diskKernel(radius: number, softness: number): Float64Array {
  const reach = Math.floor(radius) + 1;
  const side = 2 * reach + 1;
  const places = Array.from({ length: side }, (_, i) => i - reach);
  const disk = places.flatMap((y) => places.map((x) => (x * x + y * y <= radius * radius ? 1 : 0) as number));
  const total = disk.reduce((sum, value) => sum + value, 0);
  const edge = Math.exp(-1 / (2 * softness * softness));
  const taps = [edge, 1, edge].map((tap) => tap / (1 + 2 * edge));
  const at = (row: number, column: number) =>
    row < 0 || column < 0 || row >= side || column >= side ? 0 : disk[row * side + column]! / total;
  const kernel = new Float64Array(side * side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      for (let i = -1; i <= 1; i++) {
        for (let j = -1; j <= 1; j++) {
          kernel[row * side + column]! += taps[i + 1]! * taps[j + 1]! * at(row + i, column + j);
        }
      }
    }
  }
  return kernel;
}

/** A lens that zooms while the shutter is open: the mean of the image and its enlargements. */
export const zoomBlur =
  (factors: readonly number[]): Corrupt =>
  (image) => {
    const sum = blank(image);
    for (const factor of factors) {
      const { values } = enlarge(image, factor);
      for (let at = 0; at < values.length; at++) sum.values[at]! += values[at]!;
    }
    return mapImage(image, (value, row, column) => {
      return (value + sum.values[row * image.width + column]!) / (factors.length + 1);
    });
  };

/** The middle of an image drawn over all of it, linear between pixels, as SciPy's `zoom` of order 1 lays its grid. */
export function enlarge(image: Image, factor: number): Image {
  const { height, width, values } = image;
  const [rows, columns] = [gridOf(height, factor), gridOf(width, factor)];
  const made = blank(image);
  for (let row = 0, at = 0; row < height; row++) {
    const y = rows(row);
    const top = Math.min(height - 1, Math.floor(y));
    const bottom = Math.min(height - 1, top + 1);
    for (let column = 0; column < width; column++, at++) {
      const x = columns(column);
      const left = Math.min(width - 1, Math.floor(x));
      const right = Math.min(width - 1, left + 1);
      const [down, across] = [y - top, x - left];
      made.values[at] =
        (values[top * width + left]! * (1 - across) + values[top * width + right]! * across) * (1 - down) +
        (values[bottom * width + left]! * (1 - across) + values[bottom * width + right]! * across) * down;
    }
  }
  return made;
}

/** Where each place of the enlarged side comes from. */
function gridOf(side: number, factor: number): (place: number) => number {
  const kept = Math.ceil(side / factor);
  const start = Math.floor((side - kept) / 2);
  const made = roundHalfEven(kept * factor);
  const trim = Math.floor((made - side) / 2);
  const step = made > 1 ? (kept - 1) / (made - 1) : 0;
  return (place) => start + Math.max(0, Math.min(kept - 1, (place + trim) * step));
}

/** As Python rounds. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}
