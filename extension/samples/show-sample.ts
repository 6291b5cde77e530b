import type { Column } from '../../nodes/data/column';
import { isAbout, type Table } from '../../nodes/data/table';
import type { Sample } from './sample';

const MOST_CELLS = 200;
/** A flat row of at least so many numbers may be a square image (8 by 8). */
const SMALLEST_FLAT_IMAGE = 64;

/** Brightness of a dataset: what is drawn black, what white. */
export interface Scale {
  low: number;
  high: number;
}

/** Bytes and fractions are drawn as they are; anything else from its least value to its greatest. */
export function scaleOf(table: Table): Scale {
  const x = table.columns.get('x');
  if (!x || Array.isArray(x.values)) return { low: 0, high: 255 };
  if (x.type === 'uint8') return { low: 0, high: 255 };
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < x.values.length; i++) {
    const value = Number(x.values[i]);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low >= 0 && high <= 1) return { low: 0, high: 1 };
  return low >= 0 && high > 1 && high <= 255 ? { low: 0, high: 255 } : { low, high };
}

/** The same brightness in the numbers of another array of such samples: where one has bytes, the other may have fractions. */
export function scaleLike(scale: Scale, table: Table, other: Table): Scale {
  const bytes = ({ columns }: Table) => columns.get('x')?.type === 'uint8';
  const times = bytes(other) && scale.high !== 255 ? 255 : bytes(table) && !bytes(other) ? 1 / 255 : 1;
  return { low: scale.low * times, high: scale.high * times };
}

/** The sample in one row of a dataset. */
export function showSample(table: Table, row: number, scale: Scale): Sample {
  const x = table.columns.get('x');
  const shape = x && !Array.isArray(x.values) ? imageShape(x.shape) : null;
  if (x && shape) return { kind: 'image', ...shape, pixels: pixelsOf(x, row, shape, scale) };
  return { kind: 'row', cells: cellsOf(table, row) };
}

/** The sides of a picture; null where samples of this shape are none. */
export function imageShape(shape: number[]): { width: number; height: number; channels: 1 | 3 | 4 } | null {
  const [a = 0, b = 0, c = 0] = shape;
  if (shape.length === 2) return { height: a, width: b, channels: 1 };
  if (shape.length === 3 && (c === 1 || c === 3 || c === 4)) return { height: a, width: b, channels: c };
  const side = Math.sqrt(a);
  if (shape.length === 1 && a >= SMALLEST_FLAT_IMAGE && Number.isInteger(side))
    return { height: side, width: side, channels: 1 };
  return null;
}

/** Brightness of each pixel and channel, 0 to 255. */
export function pixelsOf(
  x: Column,
  row: number,
  shape: { width: number; height: number; channels: number },
  scale: Scale,
): Uint8Array {
  const size = shape.width * shape.height * shape.channels;
  return Uint8Array.from({ length: size }, (_, i) =>
    Math.round(255 * Math.min(1, Math.max(0, shareAt(x, row * size + i, scale)))),
  );
}

/** Where a number stands on the scale, 0 to 1; beyond them where it is darker or brighter than all that is drawn. */
export function shareAt(x: Column, at: number, { low, high }: Scale): number {
  return (Number(x.values[at]) - low) / (high - low || 1) || 0;
}

/** What the person must not see is left out: labels, weights. */
function cellsOf(table: Table, row: number): { name: string; value: string }[] {
  return [...table.columns]
    .filter(([name]) => !isAbout(name))
    .flatMap(([name, { values, shape }]) => {
      const size = shape.reduce((product, side) => product * side, 1);
      if (shape.length === 0) return [{ name, value: String(values[row]) }];
      return Array.from({ length: size }, (_, i) => ({ name: `${name}${i}`, value: String(values[row * size + i]) }));
    })
    .slice(0, MOST_CELLS);
}
