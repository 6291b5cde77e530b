import { gaussian } from './filter';
import { blank, type Corrupt, type Image } from './image';

const LOW = 0.1;
const HIGH = 0.2;

/** Canny's edges (deviation 1, thresholds 0.1 and 0.2) in white on black, in place of the image. */
export const cannyEdges: Corrupt = (image) => {
  const smoothed = smoothWithin(image);
  const down = sobel(smoothed, 'rows');
  const across = sobel(smoothed, 'columns');
  const strength = blank(image);
  strength.values = down.values.map((value, i) => Math.hypot(value, across.values[i]!));
  return trace(strength, ridges(strength, down, across));
};

/** Smoothed as if there were nothing beyond the border, not even black. */
function smoothWithin(image: Image): Image {
  const share = gaussian({ ...image, values: new Float64Array(image.values.length).fill(1) }, 1, 'zero');
  const smoothed = gaussian(image, 1, 'zero');
  smoothed.values = smoothed.values.map((value, i) => value / share.values[i]!);
  return smoothed;
}

function sobel(image: Image, axis: 'rows' | 'columns'): Image {
  const { height, width, values } = image;
  // Beyond the border, the image is reflected.
  const at = (row: number, column: number) =>
    values[Math.max(0, Math.min(height - 1, row)) * width + Math.max(0, Math.min(width - 1, column))]!;
  const slope = blank(image);
  for (let row = 0, place = 0; row < height; row++) {
    for (let column = 0; column < width; column++, place++) {
      const step = (side: number) =>
        axis === 'rows'
          ? at(row + 1, column + side) - at(row - 1, column + side)
          : at(row + side, column + 1) - at(row + side, column - 1);
      slope.values[place] = step(-1) + 2 * step(0) + step(1);
    }
  }
  return slope;
}

/** 1 where the strength is not less than on either side along the gradient, between the pixels there. */
function ridges(strength: Image, down: Image, across: Image): Uint8Array {
  const { height, width, values } = strength;
  const ridge = new Uint8Array(values.length);
  for (let row = 1; row < height - 1; row++) {
    for (let column = 1; column < width - 1; column++) {
      const at = row * width + column;
      if (values[at]! < LOW) continue;
      const [i, j] = [down.values[at]!, across.values[at]!];
      const steep = Math.abs(i) >= Math.abs(j);
      const share = steep ? Math.abs(j / i) : Math.abs(i / j);
      const side = (way: 1 | -1) => {
        const [r, c] = [(i >= 0 ? way : -way) * width, j >= 0 ? way : -way];
        return values[at + r + c]! * share + values[at + (steep ? r : c)]! * (1 - share);
      };
      if (side(1) <= values[at]! && side(-1) <= values[at]!) ridge[at] = 1;
    }
  }
  return ridge;
}

/** The ridges that touch, over ridges, one that is strong. */
function trace(strength: Image, ridge: Uint8Array): Image {
  const edges = blank(strength);
  const { width } = strength;
  const stack: number[] = [];
  for (let at = 0; at < ridge.length; at++) if (ridge[at] && strength.values[at]! >= HIGH) stack.push(at);
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (edges.values[at]) continue;
    edges.values[at] = 1;
    // Ridges never lie on the border, so all eight neighbours exist.
    for (const step of [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1]) {
      if (ridge[at + step]) stack.push(at + step);
    }
  }
  return edges;
}
