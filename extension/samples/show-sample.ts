import { type Column, isText, sizeOf } from '../../nodes/data/column';
import { isAbout, type Table } from '../../nodes/data/table';
import type { Cell, Sample } from './sample';

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
function cellsOf(table: Table, row: number): Cell[] {
  return [...table.columns]
    .filter(([name]) => !isAbout(name))
    .flatMap(([name, { values, shape }]) => {
      const size = shape.reduce((product, side) => product * side, 1);
      if (shape.length === 0) return [{ name, value: String(values[row]) }];
      return Array.from({ length: size }, (_, i) => ({ name: `${name}${i}`, value: String(values[row * size + i]) }));
    })
    .slice(0, MOST_CELLS);
}

/**
 * The sample of a table in one row of what a detector left: beside each feature what the autoencoder makes of it. Nothing
 * else that stands there: losses would say how severe it is. Null where samples are no rows of numbers.
 */
export function compareSample(table: Table, reconstruction: Table, row: number): Sample | null {
  const [x, again] = [table.columns.get('x'), reconstruction.columns.get('x')];
  if (!x || !again || isText(x) || isText(again) || imageShape(x.shape)) return null;
  const names = featureNames(table, sizeOf(x.shape));
  if (sizeOf(again.shape) !== names.length) return null;
  const cells = names.slice(0, MOST_CELLS).map((name, at) => {
    const [value, made] = [x, again].map(({ values }) => Number(values[row * names.length + at])) as [number, number];
    return { name, value: rounded(value), again: rounded(made), apart: rounded(Math.abs(value - made)) };
  });
  return { kind: 'row', cells };
}

/** What the features of a table are called, as the detector left it; numbers where it did not. */
export function featureNames(table: Table, count: number): string[] {
  // An array of as many features as there are samples is read as a column.
  const { values } = table.extras.get('features') ?? table.columns.get('features') ?? { values: [] };
  return Array.from({ length: count }, (_, at) => (values.length === count ? String(values[at]) : `x${at}`));
}

/** As many digits as are read at a glance; whole numbers keep theirs. */
const rounded = (value: number): string =>
  String(Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4)));
