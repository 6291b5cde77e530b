/**
 * Gradient of max-pooling: each window's dy goes to the first place that holds its maximum (as in TensorFlow), whatever
 * its sign. The kernel of tfjs-wasm is wrong where all of a window is negative.
 */
export function maxPoolGradient(
  x: usize,
  y: usize,
  dy: usize,
  dx: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  top: i32,
  left: i32,
): void {
  const pixel = channels << 2;
  const vectors = channels & ~3;
  memory.fill(dx, 0, batch * height * width * pixel);
  for (let image = 0; image < batch; image++) {
    for (let outRow = 0; outRow < outHeight; outRow++) {
      const firstRow = max(outRow * strideHeight - top, 0);
      const lastRow = min(outRow * strideHeight - top + windowHeight, height);
      for (let outColumn = 0; outColumn < outWidth; outColumn++) {
        const firstColumn = max(outColumn * strideWidth - left, 0);
        const lastColumn = min(outColumn * strideWidth - left + windowWidth, width);
        for (let channel = 0; channel < vectors; channel += 4) {
          const highest = v128.load(y + (channel << 2));
          let rest = v128.load(dy + (channel << 2));
          for (let row = firstRow; row < lastRow; row++) {
            for (let column = firstColumn; column < lastColumn; column++) {
              const at = (row * width + column) * pixel + (channel << 2);
              const here = f32x4.eq(v128.load(x + at), highest);
              v128.store(dx + at, f32x4.add(v128.load(dx + at), v128.and(rest, here)));
              rest = v128.andnot(rest, here);
            }
          }
        }
        for (let channel = vectors; channel < channels; channel++) {
          const highest = load<f32>(y + (channel << 2));
          let found = false;
          for (let row = firstRow; row < lastRow && !found; row++) {
            for (let column = firstColumn; column < lastColumn && !found; column++) {
              const at = (row * width + column) * pixel + (channel << 2);
              if (load<f32>(x + at) === highest) {
                store<f32>(dx + at, load<f32>(dx + at) + load<f32>(dy + (channel << 2)));
                found = true;
              }
            }
          }
        }
        y += pixel;
        dy += pixel;
      }
    }
    x += height * width * pixel;
    dx += height * width * pixel;
  }
}

/** Gradient of nearest-neighbour up-sampling by whole factors: the sum over each block of factorHeight x factorWidth. */
export function upsampleGradient(
  dy: usize,
  dx: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  factorHeight: i32,
  factorWidth: i32,
): void {
  const pixel = channels << 2;
  const vectors = channels & ~3;
  const dyRow = width * factorWidth * pixel;
  for (let line = 0; line < batch * height; line++) {
    for (let column = 0; column < width; column++) {
      for (let channel = 0; channel < channels; channel += channel < vectors ? 4 : 1) {
        const from = dy + column * factorWidth * pixel + (channel << 2);
        if (channel < vectors) {
          let sum = f32x4.splat(0);
          for (let row = 0; row < factorHeight; row++) {
            for (let step = 0; step < factorWidth; step++) {
              sum = f32x4.add(sum, v128.load(from + row * dyRow + step * pixel));
            }
          }
          v128.store(dx + (channel << 2), sum);
        } else {
          let sum: f32 = 0;
          for (let row = 0; row < factorHeight; row++) {
            for (let step = 0; step < factorWidth; step++) sum += load<f32>(from + row * dyRow + step * pixel);
          }
          store<f32>(dx + (channel << 2), sum);
        }
      }
      dx += pixel;
    }
    dy += factorHeight * dyRow;
  }
}

/**
 * Gradient of average-pooling by windows that lie side by side: each place gets its share of its window's dy. Windows at the lower
 * and right border may be smaller.
 */
export function averagePoolGradient(
  dy: usize,
  dx: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  windowHeight: i32,
  windowWidth: i32,
): void {
  const bytes = channels << 2;
  const line = ((width + windowWidth - 1) / windowWidth) * bytes;
  const image = ((height + windowHeight - 1) / windowHeight) * line;
  for (let at = 0; at < batch; at++) {
    for (let row = 0; row < height; row++) {
      const outRow = row / windowHeight;
      const tall = min(windowHeight, height - outRow * windowHeight);
      for (let column = 0; column < width; column++) {
        const outColumn = column / windowWidth;
        const share: f32 = 1 / <f32>(tall * min(windowWidth, width - outColumn * windowWidth));
        const from = dy + at * image + outRow * line + outColumn * bytes;
        let offset = 0;
        for (; offset + 16 <= bytes; offset += 16) {
          v128.store(dx + offset, f32x4.mul(v128.load(from + offset), f32x4.splat(share)));
        }
        for (; offset < bytes; offset += 4) store<f32>(dx + offset, load<f32>(from + offset) * share);
        dx += bytes;
      }
    }
  }
}
