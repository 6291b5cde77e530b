import { learningError } from './fault';

/**
 * Data at the boundary of this room, free of tensors: `count` samples of `shape`, one after the other.
 * Images are [height, width, channels], as bytes (0 to 255) or as numbers in [0, 1]; tables are [features].
 */
export interface Samples {
  x: Float32Array | Uint8Array;
  shape: number[];
  count: number;
}

/** Samples with a class each. */
export interface Labelled {
  data: Samples;
  labels: Int32Array;
}

/** Samples that the caller knows by more than their number: `Sample 3 (line 5)`. */
interface Called extends Samples {
  called?: (row: number) => string;
}

const nameOf = ({ called }: Called, row: number): string => called?.(row) ?? `Sample ${row}`;

/** Numbers in one sample. */
export function sampleSize(shape: readonly number[]): number {
  return shape.reduce((size, side) => size * side, 1);
}

/** Images of numbers beyond this overflow a network; tables are scaled before. */
const LARGEST = 1e4;

/** Throws unless there are samples, all whole, all finite, of a shape and size that this room can learn from; of a table whose columns have names, they are told. */
export function checkSamples(data: Called & { names?: readonly string[] }, what: string): void {
  const { x, shape, count } = data;
  const text = `[${shape.join(', ')}]`;
  if ((shape.length !== 1 && shape.length !== 3) || !shape.every((side) => Number.isInteger(side) && side > 0)) {
    throw learningError(
      'SF7010',
      `The ${what} have shape ${text}; it must be [features] or [height, width, channels].`,
    );
  }
  if (!Number.isInteger(count) || count < 1) throw learningError('SF7010', `There are no ${what}.`);
  const size = sampleSize(shape);
  if (x.length !== size * count) {
    throw learningError(
      'SF7010',
      `The ${what} hold ${x.length} numbers; ${count} of shape ${text} need ${size * count}.`,
    );
  }
  if (x instanceof Uint8Array) return;
  const place = (at: number) => (data.names ? `in column "${data.names[at]}"` : `at ${at}`);
  const most = shape.length === 3 ? LARGEST : Number.MAX_VALUE;
  for (let i = 0; i < x.length; i++) {
    if (Math.abs(x[i]!) <= most) continue;
    const code = Number.isFinite(x[i]) ? 'SF7014' : 'SF7011';
    throw learningError(code, `${nameOf(data, Math.floor(i / size))} of the ${what} holds ${x[i]} ${place(i % size)}.`);
  }
}

/** Throws unless numbers that stand for an image's brightness are in [0, 1]. */
export function checkBrightness(data: Called, what: string): void {
  if (data.x instanceof Uint8Array) return;
  const size = sampleSize(data.shape);
  for (let i = 0; i < data.x.length; i++) {
    const value = data.x[i]!;
    if (value < 0 || value > 1) {
      throw learningError(
        'SF7014',
        `${nameOf(data, Math.floor(i / size))} of the ${what} holds ${value}, not in [0, 1].`,
      );
    }
  }
}

/** Throws unless the samples have the shape that the model was trained on. */
export function checkShape(data: Samples, shape: readonly number[], what: string): void {
  if (data.shape.join() === shape.join()) return;
  throw learningError(
    'SF7015',
    `The ${what} have shape [${data.shape.join(', ')}]; the model was trained on [${shape.join(', ')}].`,
  );
}
