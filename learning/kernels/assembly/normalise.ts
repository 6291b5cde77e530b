import { BLOCK, sum1, sum4 } from './columns';
import { madd } from './fused';

/** Mean and variance of each channel: of each block in two passes, then put together (Chan et al., 1983). */
export function batchStatistics(x: usize, mean: usize, variance: usize, rows: i32, channels: i32): void {
  const block = max(BLOCK / channels, 1);
  const pixel = channels << 2;
  memory.fill(mean, 0, pixel);
  memory.fill(variance, 0, pixel);
  for (let done = 0; done < rows; done += block) {
    const count = min(block, rows - done);
    const share = <f32>count / <f32>(done + count);
    const weight = <f32>done * share;
    const at = x + done * pixel;
    let offset = 0;
    for (; offset + 16 <= pixel; offset += 16) {
      const own = f32x4.mul(sum4(at + offset, count, pixel), f32x4.splat(<f32>1 / <f32>count));
      const apart = f32x4.sub(own, v128.load(mean + offset));
      const spread = spread4(at + offset, own, count, pixel);
      v128.store(mean + offset, madd(apart, f32x4.splat(share), v128.load(mean + offset)));
      const between = f32x4.mul(f32x4.mul(apart, apart), f32x4.splat(weight));
      v128.store(variance + offset, f32x4.add(f32x4.add(v128.load(variance + offset), spread), between));
    }
    for (; offset < pixel; offset += 4) {
      const own = sum1(at + offset, count, pixel) / <f32>count;
      const apart = own - load<f32>(mean + offset);
      const spread = spread1(at + offset, own, count, pixel);
      store<f32>(mean + offset, load<f32>(mean + offset) + apart * share);
      store<f32>(variance + offset, load<f32>(variance + offset) + spread + apart * apart * weight);
    }
  }
  for (let offset = 0; offset < pixel; offset += 4) {
    store<f32>(variance + offset, load<f32>(variance + offset) / <f32>rows);
  }
}

function spread4(x: usize, mean: v128, rows: i32, pixel: i32): v128 {
  let sum = f32x4.splat(0);
  for (let row = 0; row < rows; row++) {
    const apart = f32x4.sub(v128.load(x), mean);
    sum = madd(apart, apart, sum);
    x += pixel;
  }
  return sum;
}

function spread1(x: usize, mean: f32, rows: i32, pixel: i32): f32 {
  let sum: f32 = 0;
  for (let row = 0; row < rows; row++) {
    const apart = load<f32>(x) - mean;
    sum += apart * apart;
    x += pixel;
  }
  return sum;
}

/** 1 / sqrt(variance + epsilon) */
function inverse4(variance: usize, epsilon: f32): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(v128.load(variance), f32x4.splat(epsilon))));
}

function inverse1(variance: usize, epsilon: f32): f32 {
  return 1 / sqrt<f32>(load<f32>(variance) + epsilon);
}

/** y = (x - mean) / sqrt(variance + epsilon) * gamma + beta, and of that, with `relu`, nothing below zero. */
export function normalise(
  x: usize,
  mean: usize,
  variance: usize,
  gamma: usize,
  beta: usize,
  y: usize,
  rows: i32,
  channels: i32,
  epsilon: f32,
  relu: i32,
): void {
  const block = max(BLOCK / channels, 1);
  const pixel = channels << 2;
  const floor: f32 = relu ? 0 : -Infinity;
  for (let done = 0; done < rows; done += block) {
    const count = min(block, rows - done);
    const skipped = done * pixel;
    let offset = 0;
    for (; offset + 16 <= pixel; offset += 16) {
      const middle = v128.load(mean + offset);
      const scale = f32x4.mul(inverse4(variance + offset, epsilon), v128.load(gamma + offset));
      const shift = v128.load(beta + offset);
      let at: usize = skipped + offset;
      for (let row = 0; row < count; row++) {
        const z = madd(f32x4.sub(v128.load(x + at), middle), scale, shift);
        v128.store(y + at, f32x4.pmax(z, f32x4.splat(floor)));
        at += pixel;
      }
    }
    for (; offset < pixel; offset += 4) {
      const middle = load<f32>(mean + offset);
      const scale = inverse1(variance + offset, epsilon) * load<f32>(gamma + offset);
      const shift = load<f32>(beta + offset);
      let at: usize = skipped + offset;
      for (let row = 0; row < count; row++) {
        const z: f32 = (load<f32>(x + at) - middle) * scale + shift;
        store<f32>(y + at, z < floor ? floor : z);
        at += pixel;
      }
    }
  }
}

/** Gradients of x, gamma and beta from dy and what the batch gave; `dz`, where a relu lets dy pass, is not kept. */
export function normaliseGradient(
  dy: usize,
  y: usize,
  x: usize,
  mean: usize,
  variance: usize,
  gamma: usize,
  dx: usize,
  dGamma: usize,
  dBeta: usize,
  rows: i32,
  channels: i32,
  epsilon: f32,
  relu: i32,
): void {
  const block = max(BLOCK / channels, 1);
  const pixel = channels << 2;
  memory.fill(dGamma, 0, pixel);
  memory.fill(dBeta, 0, pixel);
  for (let done = 0; done < rows; done += block) {
    const count = min(block, rows - done);
    const at: usize = done * pixel;
    let offset = 0;
    for (; offset + 16 <= pixel; offset += 16) {
      sums4(
        dy + at + offset,
        y + at + offset,
        x + at + offset,
        mean + offset,
        dGamma + offset,
        dBeta + offset,
        count,
        pixel,
        relu,
      );
    }
    for (; offset < pixel; offset += 4) {
      sums1(
        dy + at + offset,
        y + at + offset,
        x + at + offset,
        mean + offset,
        dGamma + offset,
        dBeta + offset,
        count,
        pixel,
        relu,
      );
    }
  }
  for (let offset = 0; offset < pixel; offset += 4) {
    store<f32>(dGamma + offset, load<f32>(dGamma + offset) * inverse1(variance + offset, epsilon));
  }
  const share: f32 = 1 / <f32>rows;
  for (let done = 0; done < rows; done += block) {
    const count = min(block, rows - done);
    const skipped = done * pixel;
    let offset = 0;
    for (; offset + 16 <= pixel; offset += 16) {
      const inverse = inverse4(variance + offset, epsilon);
      const middle = v128.load(mean + offset);
      const scale = f32x4.mul(v128.load(gamma + offset), inverse);
      const shift = f32x4.mul(v128.load(dBeta + offset), f32x4.splat(-share));
      const slope = f32x4.mul(f32x4.mul(v128.load(dGamma + offset), inverse), f32x4.splat(-share));
      const all = i32x4.splat(relu ? 0 : -1);
      let at: usize = skipped + offset;
      for (let row = 0; row < count; row++) {
        const dz = v128.and(v128.load(dy + at), v128.or(f32x4.gt(v128.load(y + at), f32x4.splat(0)), all));
        const around = f32x4.add(dz, madd(f32x4.sub(v128.load(x + at), middle), slope, shift));
        v128.store(dx + at, f32x4.mul(around, scale));
        at += pixel;
      }
    }
    for (; offset < pixel; offset += 4) {
      const inverse = inverse1(variance + offset, epsilon);
      const middle = load<f32>(mean + offset);
      const scale = load<f32>(gamma + offset) * inverse;
      const shift = load<f32>(dBeta + offset) * -share;
      const slope = load<f32>(dGamma + offset) * inverse * -share;
      let at: usize = skipped + offset;
      for (let row = 0; row < count; row++) {
        const dz: f32 = !relu || load<f32>(y + at) > 0 ? load<f32>(dy + at) : 0;
        store<f32>(dx + at, (dz + (load<f32>(x + at) - middle) * slope + shift) * scale);
        at += pixel;
      }
    }
  }
}

/** Adds the sums of dz and of dz (x - mean) over some rows. */
function sums4(
  dy: usize,
  y: usize,
  x: usize,
  mean: usize,
  dGamma: usize,
  dBeta: usize,
  rows: i32,
  pixel: i32,
  relu: i32,
): void {
  const zero = f32x4.splat(0);
  const all = i32x4.splat(relu ? 0 : -1);
  const middle = v128.load(mean);
  let sum = zero;
  let product = zero;
  for (let row = 0; row < rows; row++) {
    const dz = v128.and(v128.load(dy), v128.or(f32x4.gt(v128.load(y), zero), all));
    sum = f32x4.add(sum, dz);
    product = madd(dz, f32x4.sub(v128.load(x), middle), product);
    dy += pixel;
    y += pixel;
    x += pixel;
  }
  v128.store(dBeta, f32x4.add(v128.load(dBeta), sum));
  v128.store(dGamma, f32x4.add(v128.load(dGamma), product));
}

function sums1(
  dy: usize,
  y: usize,
  x: usize,
  mean: usize,
  dGamma: usize,
  dBeta: usize,
  rows: i32,
  pixel: i32,
  relu: i32,
): void {
  const middle = load<f32>(mean);
  let sum: f32 = 0;
  let product: f32 = 0;
  for (let row = 0; row < rows; row++) {
    const dz: f32 = !relu || load<f32>(y) > 0 ? load<f32>(dy) : 0;
    sum += dz;
    product += dz * (load<f32>(x) - middle);
    dy += pixel;
    y += pixel;
    x += pixel;
  }
  store<f32>(dBeta, load<f32>(dBeta) + sum);
  store<f32>(dGamma, load<f32>(dGamma) + product);
}
