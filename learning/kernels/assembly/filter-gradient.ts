import { madd } from './fused';

/**
 * Gradient of a convolution with respect to its filter, and of a dense layer with respect to its weights (a 1x1
 * convolution over one row of `batch` pixels). In NHWC the pixels under one row of the kernel are contiguous, so each
 * output pixel is a rank-1 update of a [kernelWidth * inChannels] x [outChannels] block: done in registers, 4 x 8 at a
 * time, over one image, then added to memory.
 */

/** Copies one image into the middle of a zeroed canvas: windows at the border need no special case afterwards. */
export function place(
  image: usize,
  canvas: usize,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  canvasHeight: i32,
  canvasWidth: i32,
): void {
  const pixel = channels << 2;
  memory.fill(canvas, 0, canvasHeight * canvasWidth * pixel);
  const columns = min(width, canvasWidth - left);
  const rows = min(height, canvasHeight - top);
  for (let row = 0; row < rows; row++) {
    memory.copy(canvas + ((row + top) * canvasWidth + left) * pixel, image + row * width * pixel, columns * pixel);
  }
}

function add4(at: usize, value: v128): void {
  v128.store(at, f32x4.add(v128.load(at), value));
}

/** Four rows of the block by eight channels. */
function update4x8(
  x: usize,
  dy: usize,
  dw: usize,
  rows: i32,
  columns: i32,
  xRow: i32,
  xColumn: i32,
  dyRow: i32,
  dyColumn: i32,
  dwRow: i32,
): void {
  let a0 = f32x4.splat(0),
    a1 = a0,
    a2 = a0,
    a3 = a0,
    b0 = a0,
    b1 = a0,
    b2 = a0,
    b3 = a0;
  for (let row = 0; row < rows; row++) {
    let xAt = x + row * xRow;
    let dyAt = dy + row * dyRow;
    for (let column = 0; column < columns; column++) {
      const d0 = v128.load(dyAt),
        d1 = v128.load(dyAt, 16);
      const x0 = v128.load32_splat(xAt),
        x1 = v128.load32_splat(xAt, 4);
      const x2 = v128.load32_splat(xAt, 8),
        x3 = v128.load32_splat(xAt, 12);
      a0 = madd(x0, d0, a0);
      b0 = madd(x0, d1, b0);
      a1 = madd(x1, d0, a1);
      b1 = madd(x1, d1, b1);
      a2 = madd(x2, d0, a2);
      b2 = madd(x2, d1, b2);
      a3 = madd(x3, d0, a3);
      b3 = madd(x3, d1, b3);
      xAt += xColumn;
      dyAt += dyColumn;
    }
  }
  add4(dw, a0);
  add4(dw + 16, b0);
  dw += dwRow;
  add4(dw, a1);
  add4(dw + 16, b1);
  dw += dwRow;
  add4(dw, a2);
  add4(dw + 16, b2);
  dw += dwRow;
  add4(dw, a3);
  add4(dw + 16, b3);
}

/** One row of the block by eight channels. */
function update1x8(
  x: usize,
  dy: usize,
  dw: usize,
  rows: i32,
  columns: i32,
  xRow: i32,
  xColumn: i32,
  dyRow: i32,
  dyColumn: i32,
): void {
  let a = f32x4.splat(0),
    b = a;
  for (let row = 0; row < rows; row++) {
    let xAt = x + row * xRow;
    let dyAt = dy + row * dyRow;
    for (let column = 0; column < columns; column++) {
      const x0 = v128.load32_splat(xAt);
      a = madd(x0, v128.load(dyAt), a);
      b = madd(x0, v128.load(dyAt, 16), b);
      xAt += xColumn;
      dyAt += dyColumn;
    }
  }
  add4(dw, a);
  add4(dw + 16, b);
}

/** Sixteen rows of the block by one channel: for the few channels that eight do not divide. */
function update16x1(
  x: usize,
  dy: usize,
  dw: usize,
  rows: i32,
  columns: i32,
  xRow: i32,
  xColumn: i32,
  dyRow: i32,
  dyColumn: i32,
  dwRow: i32,
): void {
  let a0 = f32x4.splat(0),
    a1 = a0,
    a2 = a0,
    a3 = a0;
  for (let row = 0; row < rows; row++) {
    let xAt = x + row * xRow;
    let dyAt = dy + row * dyRow;
    for (let column = 0; column < columns; column++) {
      const d = v128.load32_splat(dyAt);
      a0 = madd(d, v128.load(xAt), a0);
      a1 = madd(d, v128.load(xAt, 16), a1);
      a2 = madd(d, v128.load(xAt, 32), a2);
      a3 = madd(d, v128.load(xAt, 48), a3);
      xAt += xColumn;
      dyAt += dyColumn;
    }
  }
  for (let lane = 0; lane < 4; lane++) {
    add1(dw, f32x4.extract_lane(a0, 0));
    add1(dw + 4 * dwRow, f32x4.extract_lane(a1, 0));
    add1(dw + 8 * dwRow, f32x4.extract_lane(a2, 0));
    add1(dw + 12 * dwRow, f32x4.extract_lane(a3, 0));
    // Lanes are compile-time constants: rotate the vectors instead of the index.
    a0 = v128.shuffle<f32>(a0, a0, 1, 2, 3, 0);
    a1 = v128.shuffle<f32>(a1, a1, 1, 2, 3, 0);
    a2 = v128.shuffle<f32>(a2, a2, 1, 2, 3, 0);
    a3 = v128.shuffle<f32>(a3, a3, 1, 2, 3, 0);
    dw += dwRow;
  }
}

function add1(at: usize, value: f32): void {
  store<f32>(at, load<f32>(at) + value);
}

function update1x1(
  x: usize,
  dy: usize,
  dw: usize,
  rows: i32,
  columns: i32,
  xRow: i32,
  xColumn: i32,
  dyRow: i32,
  dyColumn: i32,
): void {
  let sum: f32 = 0;
  for (let row = 0; row < rows; row++) {
    let xAt = x + row * xRow;
    let dyAt = dy + row * dyRow;
    for (let column = 0; column < columns; column++) {
      sum += load<f32>(xAt) * load<f32>(dyAt);
      xAt += xColumn;
      dyAt += dyColumn;
    }
  }
  add1(dw, sum);
}

/** dw [kernelHeight, kernelWidth, inChannels, outChannels] from x [batch, height, width, inChannels] and dy (NHWC). */
export function filterGradient(
  x: usize,
  dy: usize,
  dw: usize,
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
): void {
  const canvasHeight = (outHeight - 1) * strideHeight + kernelHeight;
  const canvasWidth = (outWidth - 1) * strideWidth + kernelWidth;
  const inPlace = top === 0 && left === 0 && canvasHeight <= height && canvasWidth <= width;
  const lineWidth = inPlace ? width : canvasWidth;
  const xColumn = (inChannels * strideWidth) << 2;
  const xRow = (lineWidth * inChannels * strideHeight) << 2;
  const dyColumn = outChannels << 2;
  const dyRow = outWidth * dyColumn;
  const blockRows = kernelWidth * inChannels;
  memory.fill(dw, 0, kernelHeight * blockRows * dyColumn);
  for (let image = 0; image < batch; image++) {
    const dyImage = dy + image * outHeight * dyRow;
    let canvas = x + ((image * height * width * inChannels) << 2);
    if (!inPlace) {
      place(canvas, scratch, height, width, inChannels, top, left, canvasHeight, canvasWidth);
      canvas = scratch;
    }
    for (let kernelRow = 0; kernelRow < kernelHeight; kernelRow++) {
      const from = canvas + ((kernelRow * lineWidth * inChannels) << 2);
      const into = dw + kernelRow * blockRows * dyColumn;
      let channel = 0;
      for (; channel + 8 <= outChannels; channel += 8) {
        const dyAt = dyImage + (channel << 2);
        let row = 0;
        for (; row + 4 <= blockRows; row += 4) {
          update4x8(
            from + (row << 2),
            dyAt,
            into + row * dyColumn + (channel << 2),
            outHeight,
            outWidth,
            xRow,
            xColumn,
            dyRow,
            dyColumn,
            dyColumn,
          );
        }
        for (; row < blockRows; row++) {
          update1x8(
            from + (row << 2),
            dyAt,
            into + row * dyColumn + (channel << 2),
            outHeight,
            outWidth,
            xRow,
            xColumn,
            dyRow,
            dyColumn,
          );
        }
      }
      for (; channel < outChannels; channel++) {
        const dyAt = dyImage + (channel << 2);
        let row = 0;
        for (; row + 16 <= blockRows; row += 16) {
          update16x1(
            from + (row << 2),
            dyAt,
            into + row * dyColumn + (channel << 2),
            outHeight,
            outWidth,
            xRow,
            xColumn,
            dyRow,
            dyColumn,
            dyColumn,
          );
        }
        for (; row < blockRows; row++) {
          update1x1(
            from + (row << 2),
            dyAt,
            into + row * dyColumn + (channel << 2),
            outHeight,
            outWidth,
            xRow,
            xColumn,
            dyRow,
            dyColumn,
          );
        }
      }
    }
  }
}
