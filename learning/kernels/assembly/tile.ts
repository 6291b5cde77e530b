import { madd } from './fused';

/**
 * A product of matrices, four rows by eight columns at a time, in registers. The rows may lie anywhere: a table says where
 * each begins, so the windows of a convolution are rows, too. The columns come packed in panels of eight.
 */
export const ROWS = 4;
export const COLUMNS = 8;

/** Bytes of a row of a panel or a tile. */
const LINE = COLUMNS << 2;

/** Panels that are used one after the other for the same rows stay in the first cache up to this many bytes. */
const NEAR = 24576;

/** Bytes of a panel: eight biases, then `inner` lines. */
export function panelBytes(inner: i32): i32 {
  return (inner + 1) * LINE;
}

export function panelCount(columns: i32): i32 {
  return (columns + COLUMNS - 1) / COLUMNS;
}

/** How many panels are used for a tile's rows before the next rows come. */
export function panelsTogether(inner: i32): i32 {
  return max(NEAR / panelBytes(inner), 1);
}

/** Bytes for the table of `rows`, and for a tile that is cut at the border. */
export function tableBytes(rows: i32): i32 {
  return (((rows + ROWS - 1) / ROWS) * ROWS + ROWS * COLUMNS) << 2;
}

/** The eight biases of the panel that begins with `column`; `bias` may be 0. */
export function packBias(panel: usize, bias: usize, column: i32, columns: i32): void {
  memory.fill(panel, 0, LINE);
  if (bias) memory.copy(panel, bias + (column << 2), min(columns - column, COLUMNS) << 2);
}

/** Lines of a panel from a matrix [inner, columns], from `column` on; zeros beyond its end. */
export function pack(lines: usize, matrix: usize, inner: i32, column: i32, columns: i32): void {
  let from = matrix + (column << 2);
  const row = columns << 2;
  const count = columns - column;
  if (count >= COLUMNS) {
    for (let k = 0; k < inner; k++) {
      v128.store(lines, v128.load(from));
      v128.store(lines, v128.load(from, 16), 16);
      from += row;
      lines += LINE;
    }
    return;
  }
  memory.fill(lines, 0, inner * LINE);
  for (let k = 0; k < inner; k++) {
    for (let j = 0; j < count; j++) store<f32>(lines + (j << 2), load<f32>(from + (j << 2)));
    from += row;
    lines += LINE;
  }
}

/** The same from the transposed matrix [columns, inner]. */
export function packTransposed(lines: usize, matrix: usize, inner: i32, column: i32, columns: i32): void {
  const row = inner << 2;
  const from = matrix + column * row;
  const count = columns - column;
  if (count >= COLUMNS) {
    let k = 0;
    for (; k + 4 <= inner; k += 4) {
      transpose4x4(from + (k << 2), row, lines + k * LINE);
      transpose4x4(from + (k << 2) + 4 * row, row, lines + k * LINE + 16);
    }
    for (; k < inner; k++) {
      for (let j = 0; j < COLUMNS; j++) store<f32>(lines + k * LINE + (j << 2), load<f32>(from + j * row + (k << 2)));
    }
    return;
  }
  memory.fill(lines, 0, inner * LINE);
  for (let k = 0; k < inner; k++) {
    for (let j = 0; j < count; j++) store<f32>(lines + k * LINE + (j << 2), load<f32>(from + j * row + (k << 2)));
  }
}

function transpose4x4(from: usize, row: usize, into: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + row);
  const c = v128.load(from + 2 * row);
  const d = v128.load(from + 3 * row);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(into, v128.shuffle<f64>(ab, cd, 0, 2));
  v128.store(into + LINE, v128.shuffle<f64>(ab, cd, 1, 3));
  v128.store(into + 2 * LINE, v128.shuffle<f64>(abHigh, cdHigh, 0, 2));
  v128.store(into + 3 * LINE, v128.shuffle<f64>(abHigh, cdHigh, 1, 3));
}

/**
 * Writes columns `column` to `column + 8 * panels` of the product into `into` [rows, columns].
 *
 * @param table Where each row begins, in bytes from `base`. Behind it is place for one tile.
 * @param step Bytes from one number of a row to the next.
 * @param segments A row consists of so many stretches of `length` numbers, with `gap` bytes between them.
 */
export function multiply(
  base: usize,
  table: usize,
  rows: i32,
  step: i32,
  segments: i32,
  length: i32,
  gap: i32,
  panels: usize,
  count: i32,
  into: usize,
  column: i32,
  columns: i32,
  relu: i32,
): void {
  const size = panelBytes(segments * length);
  const cut = table + tableBytes(rows) - ROWS * LINE;
  const row = columns << 2;
  for (let first = 0; first < rows; first += ROWS) {
    const at = table + (first << 2);
    const a0 = base + load<u32>(at);
    const a1 = base + load<u32>(at, 4);
    const a2 = base + load<u32>(at, 8);
    const a3 = base + load<u32>(at, 12);
    for (let panel = 0; panel < count; panel++) {
      const from = column + panel * COLUMNS;
      const b = panels + panel * size;
      const c = into + first * row + (from << 2);
      if (first + ROWS <= rows && from + COLUMNS <= columns) {
        tile(a0, a1, a2, a3, step, segments, length, gap, b, c, row, relu);
      } else {
        tile(a0, a1, a2, a3, step, segments, length, gap, b, cut, LINE, relu);
        const bytes = min(columns - from, COLUMNS) << 2;
        for (let i = 0; i < min(rows - first, ROWS); i++) memory.copy(c + i * row, cut + i * LINE, bytes);
      }
    }
  }
}

/** The table of rows that are `row` bytes apart. What fills the last tile repeats the last row. */
export function evenRows(table: usize, rows: i32, row: i32): void {
  for (let i = 0; i < ((rows + ROWS - 1) & ~(ROWS - 1)); i++) store<u32>(table + (i << 2), min(i, rows - 1) * row);
}

function tile(
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  step: i32,
  segments: i32,
  length: i32,
  gap: i32,
  b: usize,
  c: usize,
  row: i32,
  relu: i32,
): void {
  let s0 = v128.load(b),
    s1 = s0,
    s2 = s0,
    s3 = s0,
    t0 = v128.load(b, 16),
    t1 = t0,
    t2 = t0,
    t3 = t0;
  b += LINE;
  for (let segment = 0; segment < segments; segment++) {
    const end = b + length * LINE;
    // Not unrolled: sixteen registers hold just this.
    while (b < end) {
      const b0 = v128.load(b),
        b1 = v128.load(b, 16);
      const x0 = v128.load32_splat(a0);
      s0 = madd(x0, b0, s0);
      t0 = madd(x0, b1, t0);
      const x1 = v128.load32_splat(a1);
      s1 = madd(x1, b0, s1);
      t1 = madd(x1, b1, t1);
      const x2 = v128.load32_splat(a2);
      s2 = madd(x2, b0, s2);
      t2 = madd(x2, b1, t2);
      const x3 = v128.load32_splat(a3);
      s3 = madd(x3, b0, s3);
      t3 = madd(x3, b1, t3);
      a0 += step;
      a1 += step;
      a2 += step;
      a3 += step;
      b += LINE;
    }
    a0 += gap;
    a1 += gap;
    a2 += gap;
    a3 += gap;
  }
  // pmax keeps what is not a number, so that a training which diverges is seen.
  const floor = f32x4.splat(relu ? 0 : -Infinity);
  v128.store(c, f32x4.pmax(s0, floor));
  v128.store(c, f32x4.pmax(t0, floor), 16);
  c += row;
  v128.store(c, f32x4.pmax(s1, floor));
  v128.store(c, f32x4.pmax(t1, floor), 16);
  c += row;
  v128.store(c, f32x4.pmax(s2, floor));
  v128.store(c, f32x4.pmax(t2, floor), 16);
  c += row;
  v128.store(c, f32x4.pmax(s3, floor));
  v128.store(c, f32x4.pmax(t3, floor), 16);
}
