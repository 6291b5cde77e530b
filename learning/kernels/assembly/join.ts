/** What lies side by side in the channels of [rows, channels]. */

function copyRow(from: usize, into: usize, bytes: i32): void {
  let at = 0;
  for (; at + 16 <= bytes; at += 16) v128.store(into + at, v128.load(from + at));
  for (; at < bytes; at += 4) store<f32>(into + at, load<f32>(from + at));
}

/** into [rows, left + right] = the channels of `a` [rows, left] and then those of `b` [rows, right]. */
export function join(a: usize, b: usize, into: usize, rows: i32, left: i32, right: i32): void {
  for (let row = 0; row < rows; row++) {
    copyRow(a, into, left << 2);
    into += left << 2;
    a += left << 2;
    copyRow(b, into, right << 2);
    into += right << 2;
    b += right << 2;
  }
}

/** into [rows, right] = what lies behind the first `left` channels of x [rows, left + right]. */
export function behind(x: usize, into: usize, rows: i32, left: i32, right: i32): void {
  for (let row = 0; row < rows; row++) {
    copyRow(x + (left << 2), into, right << 2);
    x += (left + right) << 2;
    into += right << 2;
  }
}

/** into [rows, left] = the first `left` channels of x [rows, left + right], plus `y` [rows, left]. */
export function addFront(x: usize, y: usize, into: usize, rows: i32, left: i32, right: i32): void {
  const bytes = left << 2;
  for (let row = 0; row < rows; row++) {
    let at = 0;
    for (; at + 16 <= bytes; at += 16) v128.store(into + at, f32x4.add(v128.load(x + at), v128.load(y + at)));
    for (; at < bytes; at += 4) store<f32>(into + at, load<f32>(x + at) + load<f32>(y + at));
    x += bytes + (right << 2);
    y += bytes;
    into += bytes;
  }
}
