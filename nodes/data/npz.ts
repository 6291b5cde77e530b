import { unzipSync, zipSync } from 'fflate';
import { nodeFault } from '../faults';
import { bytesOf, type NdArray, readNpy, writeNpy } from './npy';

/** What one file may unpack to: a small archive of endless zeros must not fill the memory. */
const MOST_BYTES = 2 ** 31;

/** Without a time, so that the same arrays give the same bytes. */
const NO_TIME = new Date(1980, 0, 1);

export const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

/**
 * Reads the arrays of an `.npz` file, by name, in its order.
 *
 * @throws SF7111 where it is damaged or cut off, SF7114 where it unpacks to more than 2 GiB, SF7112 for Python objects.
 */
export function readNpz(bytes: Uint8Array, where: string): Map<string, NdArray> {
  let total = 0;
  let entries: Record<string, Uint8Array>;
  try {
    entries = unzipSync(bytes, {
      filter: ({ originalSize }) => {
        total += originalSize;
        if (total > MOST_BYTES) throw nodeFault('SF7114', `${where} unpacks to more than 2 GiB.`);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof Error && 'fault' in error) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw nodeFault('SF7111', `${where} is no whole .npz archive: ${why}.`, undefined, { cause: error });
  }
  const arrays = new Map<string, NdArray>();
  for (const [name, content] of Object.entries(entries)) {
    if (!name.endsWith('.npy')) throw nodeFault('SF7112', `${where} holds ${name}, which is no array.`);
    const array = name.slice(0, -4);
    arrays.set(array, readNpy(content, `Array ${array} of ${where}`));
  }
  if (arrays.size === 0) throw nodeFault('SF7113', `${where} holds no array.`);
  return arrays;
}

/** @throws SF7114 where `readNpz` would refuse what is written. */
export function checkSize(arrays: ReadonlyMap<string, NdArray>, where: string, most = MOST_BYTES): void {
  let total = 0;
  for (const array of arrays.values()) total += bytesOf(array);
  if (total <= most) return;
  const remedy = 'Draw fewer samples, with `count` and `skip` of scanflow/dataset.';
  throw nodeFault('SF7114', `${where} becomes a file that unpacks to more than 2 GiB, which no node reads.`, remedy);
}

/** The arrays as an `.npz` archive. The same arrays give the same bytes. */
export function writeNpz(arrays: ReadonlyMap<string, NdArray>): Uint8Array {
  const entries = Array.from(arrays, ([name, array]) => [`${name}.npy`, writeNpy(array)] as const);
  return zipSync(Object.fromEntries(entries), { level: 1, mtime: NO_TIME });
}
