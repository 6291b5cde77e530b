/**
 * What is left of dy behind relu(z + bias), and the bias' gradient, in one pass over the rows of [rows, channels].
 * `dz` is dy where y > 0, or all of dy if `relu` is 0; `db` is the sum of dz over the rows.
 */
export function biasGradient(dy: usize, y: usize, dz: usize, db: usize, rows: i32, channels: i32, relu: i32): void {
  const vectors = channels & ~3;
  // Blocks that stay in the first cache; a sum of sums is also more exact than one long sum.
  const block = max(8192 / channels, 1);
  memory.fill(db, 0, channels << 2);
  for (let done = 0; done < rows; done += block) {
    const count = min(block, rows - done);
    const skipped = (done * channels) << 2;
    for (let channel = 0; channel < vectors; channel += 4) {
      const at = skipped + (channel << 2);
      v128.store(
        db + (channel << 2),
        f32x4.add(v128.load(db + (channel << 2)), pass4(dy + at, y + at, dz + at, count, channels << 2, relu)),
      );
    }
    for (let channel = vectors; channel < channels; channel++) {
      const at = skipped + (channel << 2);
      const sum = pass1(dy + at, y + at, dz + at, count, channels << 2, relu);
      store<f32>(db + (channel << 2), load<f32>(db + (channel << 2)) + sum);
    }
  }
}

function pass4(dy: usize, y: usize, dz: usize, rows: i32, pixel: i32, relu: i32): v128 {
  const zero = f32x4.splat(0);
  const all = i32x4.splat(relu ? 0 : -1);
  let sum = zero;
  for (let row = 0; row < rows; row++) {
    const passed = v128.and(v128.load(dy), v128.or(f32x4.gt(v128.load(y), zero), all));
    v128.store(dz, passed);
    sum = f32x4.add(sum, passed);
    dy += pixel;
    y += pixel;
    dz += pixel;
  }
  return sum;
}

function pass1(dy: usize, y: usize, dz: usize, rows: i32, pixel: i32, relu: i32): f32 {
  let sum: f32 = 0;
  for (let row = 0; row < rows; row++) {
    const passed: f32 = !relu || load<f32>(y) > 0 ? load<f32>(dy) : 0;
    store<f32>(dz, passed);
    sum += passed;
    dy += pixel;
    y += pixel;
    dz += pixel;
  }
  return sum;
}
