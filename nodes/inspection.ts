import { type AutoencoderModel, type Backend, reconstruct, type Samples } from '../learning';
import { sampleSize } from '../learning/samples';
import type { ARRAYS, NumberColumn } from './data/column';
import type { NdArray } from './data/npy';
import { writeNpz } from './data/npz';
import { writeFile } from './data/write';

/** Beside the critical samples, so many others, evenly over the range of the losses: to see what passes, and what not. */
const OTHERS = 200;
/** Of pictures and reconstructions together. */
const MOST_BYTES = 64 * 1024 * 1024;

interface Inspected {
  ids: readonly string[];
  losses: { train: Float32Array; reference: Float32Array; test: Float32Array };
  anomalous: Uint8Array;
  /** Rows of the critical samples. */
  critical: readonly number[];
}

/**
 * What a person looks at to judge the detector: the critical samples and others as they came in (`x`), what the autoencoder
 * makes of them (`reconstruction`), what the features of a table are called, and the losses of all.
 */
export async function writeInspection(
  file: string,
  backend: Backend,
  model: AutoencoderModel,
  data: Samples & { names?: readonly string[] },
  found: Inspected,
): Promise<void> {
  const rows = rowsToShow(data, found);
  const size = sampleSize(data.shape);
  const x = data.x instanceof Uint8Array ? new Uint8Array(rows.length * size) : new Float32Array(rows.length * size);
  for (const [at, row] of rows.entries()) x.set(data.x.subarray(row * size, (row + 1) * size), at * size);
  const shown: Samples = { x, shape: data.shape, count: rows.length };
  const again = await reconstruct(backend, model, shown);
  const critical = new Set(found.critical);
  const flags = (is: (row: number) => boolean) =>
    array(
      'uint8',
      Uint8Array.from(rows, (row) => (is(row) ? 1 : 0)),
    );
  writeFile(
    file,
    writeNpz(
      new Map<string, NdArray>([
        ['x', { type: x instanceof Uint8Array ? 'uint8' : 'float32', shape: [rows.length, ...data.shape], values: x }],
        ['reconstruction', reconstructed(again)],
        ['id', textArray(rows.map((row) => found.ids[row]!))],
        [
          'loss',
          array(
            'float32',
            Float32Array.from(rows, (row) => found.losses.test[row]!),
          ),
        ],
        ['critical', flags((row) => critical.has(row))],
        ['anomalous', flags((row) => found.anomalous[row] === 1)],
        ...(data.names ? [['features', textArray(data.names)] as const] : []),
        ['loss_train', array('float32', found.losses.train)],
        ['loss_reference', array('float32', found.losses.reference)],
        ['loss_test', array('float32', found.losses.test)],
      ]),
    ),
  );
}

function rowsToShow(data: Samples, { losses, critical }: Inspected): number[] {
  const most = Math.max(1, Math.floor(MOST_BYTES / (5 * sampleSize(data.shape))));
  const byLoss = Array.from(losses.test.keys()).sort((a, b) => losses.test[a]! - losses.test[b]!);
  const others = Array.from(
    { length: Math.min(OTHERS, byLoss.length) },
    (_, at) => byLoss[Math.floor((at * byLoss.length) / Math.min(OTHERS, byLoss.length))]!,
  );
  return [...new Set([...critical, ...others])].slice(0, most);
}

/** Pictures as bytes: a quarter of the room, and nobody sees the difference. */
function reconstructed({ x, shape, count }: Samples): NdArray {
  if (shape.length < 2) return { type: 'float32', shape: [count, ...shape], values: x as Float32Array };
  return {
    type: 'uint8',
    shape: [count, ...shape],
    values: Uint8Array.from(x, (value) => Math.round(255 * clamp(value))),
  };
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value || 0));

const textArray = (values: readonly string[]): NdArray => ({
  type: 'text',
  shape: [values.length],
  values: [...values],
});

function array<T extends NumberColumn['type']>(type: T, values: InstanceType<(typeof ARRAYS)[T]>): NdArray {
  return { type, shape: [values.length], values } as NdArray;
}
