import { place } from './filter-gradient';
import {
  COLUMNS,
  multiply,
  pack,
  packBias,
  packTransposed,
  panelBytes,
  panelCount,
  panelsTogether,
  ROWS,
  tableBytes,
} from './tile';

/** Bytes that `convolution` needs at `scratch`. */
export function convolutionScratch(
  inChannels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
): i32 {
  const canvas = ((outHeight - 1) * strideHeight + kernelHeight) * ((outWidth - 1) * strideWidth + kernelWidth);
  const panels = panelCount(outChannels) * panelBytes(kernelHeight * kernelWidth * inChannels);
  return tableBytes(outHeight * outWidth) + panels + ((canvas * inChannels) << 2);
}

/**
 * y [batch, outHeight, outWidth, outChannels] = relu(x convolved with the filter + bias), as a product of matrices: a row is
 * what lies under the kernel, in NHWC one stretch for each of the kernel's rows.
 *
 * @param bias May be 0.
 * @param flipped The filter is [height, width, outChannels, inChannels] and turned half a circle: with dy for x it gives
 *   the gradient of the input.
 */
export function convolution(
  x: usize,
  filter: usize,
  bias: usize,
  y: usize,
  scratch: usize,
  batch: i32,
  height: i32,
  width: i32,
  inChannels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  top: i32,
  left: i32,
  relu: i32,
  flipped: i32,
): void {
  const canvasHeight = (outHeight - 1) * strideHeight + kernelHeight;
  const canvasWidth = (outWidth - 1) * strideWidth + kernelWidth;
  const inPlace = top === 0 && left === 0 && canvasHeight <= height && canvasWidth <= width;
  const line = ((inPlace ? width : canvasWidth) * inChannels) << 2;
  const pixels = outHeight * outWidth;
  windows(scratch, outHeight, outWidth, line * strideHeight, (inChannels * strideWidth) << 2);

  const panels = scratch + tableBytes(pixels);
  const count = panelCount(outChannels);
  const inner = kernelHeight * kernelWidth * inChannels;
  const size = panelBytes(inner);
  for (let panel = 0; panel < count; panel++) {
    const at = panels + panel * size;
    packBias(at, bias, panel * COLUMNS, outChannels);
    const lines = at + panelBytes(0);
    if (flipped) packFlipped(lines, filter, kernelHeight * kernelWidth, inChannels, panel * COLUMNS, outChannels);
    else pack(lines, filter, inner, panel * COLUMNS, outChannels);
  }

  const canvas = panels + count * size;
  const together = panelsTogether(inner);
  const length = kernelWidth * inChannels;
  for (let image = 0; image < batch; image++) {
    const pixelsOfImage = x + ((image * height * width * inChannels) << 2);
    if (!inPlace) place(pixelsOfImage, canvas, height, width, inChannels, top, left, canvasHeight, canvasWidth);
    for (let first = 0; first < count; first += together) {
      multiply(
        inPlace ? pixelsOfImage : canvas,
        scratch,
        pixels,
        4,
        kernelHeight,
        length,
        line - (length << 2),
        panels + first * size,
        min(together, count - first),
        y + ((image * pixels * outChannels) << 2),
        first * COLUMNS,
        outChannels,
        relu,
      );
    }
  }
}

/** The table of all windows of an image. What fills the last tile repeats the last window. */
function windows(table: usize, outHeight: i32, outWidth: i32, row: i32, column: i32): void {
  const pixels = outHeight * outWidth;
  for (let i = 0; i < ((pixels + ROWS - 1) & ~(ROWS - 1)); i++) {
    const pixel = min(i, pixels - 1);
    store<u32>(table + (i << 2), (pixel / outWidth) * row + (pixel % outWidth) * column);
  }
}

function packFlipped(lines: usize, filter: usize, places: i32, inner: i32, column: i32, columns: i32): void {
  for (let at = 0; at < places; at++) {
    const matrix = filter + (((places - 1 - at) * inner * columns) << 2);
    packTransposed(lines + panelBytes(at * inner) - panelBytes(0), matrix, inner, column, columns);
  }
}
