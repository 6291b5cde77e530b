import {
  COLUMNS,
  evenRows,
  multiply,
  pack,
  packBias,
  packTransposed,
  panelBytes,
  panelCount,
  panelsTogether,
  tableBytes,
} from './tile';

/** Bytes that `product` needs at `scratch`. */
export function productScratch(rows: i32, inner: i32, columns: i32): i32 {
  return tableBytes(rows) + min(panelsTogether(inner), panelCount(columns)) * panelBytes(inner);
}

/**
 * into [rows, columns] = A B + bias, of which nothing below zero is left with `relu`. A is [rows, inner], or [inner, rows]
 * where it is transposed; B is [inner, columns] or [columns, inner]; `bias` may be 0.
 */
export function product(
  a: usize,
  b: usize,
  bias: usize,
  into: usize,
  scratch: usize,
  rows: i32,
  inner: i32,
  columns: i32,
  transposedA: i32,
  transposedB: i32,
  relu: i32,
): void {
  evenRows(scratch, rows, transposedA ? 4 : inner << 2);
  const step = transposedA ? rows << 2 : 4;
  const panels = scratch + tableBytes(rows);
  const size = panelBytes(inner);
  const together = panelsTogether(inner);
  for (let first = 0; first < panelCount(columns); first += together) {
    const count = min(together, panelCount(columns) - first);
    for (let i = 0; i < count; i++) {
      const panel = panels + i * size;
      const column = (first + i) * COLUMNS;
      packBias(panel, bias, column, columns);
      if (transposedB) packTransposed(panel + panelBytes(0), b, inner, column, columns);
      else pack(panel + panelBytes(0), b, inner, column, columns);
    }
    multiply(a, scratch, rows, step, 1, inner, 0, panels, count, into, first * COLUMNS, columns, relu);
  }
}
