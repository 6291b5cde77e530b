/**
 * Floats that stay in the first cache. What is summed over the rows of [rows, channels] is summed block by block, four channels
 * at a time; a sum of sums is also more exact than one long sum.
 */
export const BLOCK = 8192;

/** Sums of four channels. @param pixel Bytes from one row to the next. */
export function sum4(x: usize, rows: i32, pixel: i32): v128 {
  let sum = f32x4.splat(0);
  for (let row = 0; row < rows; row++) {
    sum = f32x4.add(sum, v128.load(x));
    x += pixel;
  }
  return sum;
}

export function sum1(x: usize, rows: i32, pixel: i32): f32 {
  let sum: f32 = 0;
  for (let row = 0; row < rows; row++) {
    sum += load<f32>(x);
    x += pixel;
  }
  return sum;
}
