import { BLOCK, sum1, sum4 } from './columns';

/**
 * What is left of dy behind y = relu(z + bias), and the bias' gradient, in one pass over the rows of [rows, channels]: `dz` is dy
 * where y > 0, `db` the sum of dz over the rows.
 */
export function reluGradient(dy: usize, y: usize, dz: usize, db: usize, rows: i32, channels: i32): void {
  const pixel = channels << 2;
  const block = max(BLOCK / channels, 1);
  memory.fill(db, 0, pixel);
  for (let done = 0; done < rows; done += block) {
    const count = min(block, rows - done);
    const skipped = done * pixel;
    let offset = 0;
    for (; offset + 16 <= pixel; offset += 16) {
      const at = skipped + offset;
      const sum = pass4(dy + at, y + at, dz + at, count, pixel);
      v128.store(db + offset, f32x4.add(v128.load(db + offset), sum));
    }
    for (; offset < pixel; offset += 4) {
      const at = skipped + offset;
      store<f32>(db + offset, load<f32>(db + offset) + pass1(dy + at, y + at, dz + at, count, pixel));
    }
  }
}

function pass4(dy: usize, y: usize, dz: usize, rows: i32, pixel: i32): v128 {
  const zero = f32x4.splat(0);
  let sum = zero;
  for (let row = 0; row < rows; row++) {
    const passed = v128.and(v128.load(dy), f32x4.gt(v128.load(y), zero));
    v128.store(dz, passed);
    sum = f32x4.add(sum, passed);
    dy += pixel;
    y += pixel;
    dz += pixel;
  }
  return sum;
}

function pass1(dy: usize, y: usize, dz: usize, rows: i32, pixel: i32): f32 {
  let sum: f32 = 0;
  for (let row = 0; row < rows; row++) {
    const passed: f32 = load<f32>(y) > 0 ? load<f32>(dy) : 0;
    store<f32>(dz, passed);
    sum += passed;
    dy += pixel;
    y += pixel;
    dz += pixel;
  }
  return sum;
}

/** The gradient of a bias alone: the sums of dy [rows, channels] over the rows. */
export function biasGradient(dy: usize, db: usize, rows: i32, channels: i32): void {
  const pixel = channels << 2;
  const block = max(BLOCK / channels, 1);
  memory.fill(db, 0, pixel);
  for (let done = 0; done < rows; done += block) {
    const count = min(block, rows - done);
    const at = dy + done * pixel;
    let offset = 0;
    for (; offset + 16 <= pixel; offset += 16) {
      v128.store(db + offset, f32x4.add(v128.load(db + offset), sum4(at + offset, count, pixel)));
    }
    for (; offset < pixel; offset += 4) {
      store<f32>(db + offset, load<f32>(db + offset) + sum1(at + offset, count, pixel));
    }
  }
}
