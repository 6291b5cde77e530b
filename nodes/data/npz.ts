import { crc32 } from 'node:zlib';
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
  const names: string[] = [];
  let entries: Record<string, Uint8Array>;
  let checksums: Map<string, number>;
  try {
    entries = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        names.push(name);
        total += originalSize;
        if (total > MOST_BYTES) throw nodeFault('SF7114', `${where} unpacks to more than 2 GiB.`);
        return true;
      },
    });
    checksums = checksumsOf(bytes, names);
  } catch (error) {
    if (error instanceof Error && 'fault' in error) throw error;
    throw damaged(error, where);
  }
  const arrays = new Map<string, NdArray>();
  for (const [name, content] of Object.entries(entries)) {
    if (!name.endsWith('.npy')) throw nodeFault('SF7112', `${where} holds ${name}, which is no array.`);
    const array = name.slice(0, -4);
    const its = `Array ${array} of ${where}`;
    if (crc32(content) !== checksums.get(name))
      throw nodeFault('SF7111', `${its} is not what was written: its checksum differs.`);
    arrays.set(array, readNpy(content, its));
  }
  if (arrays.size === 0) throw nodeFault('SF7113', `${where} holds no array.`);
  return arrays;
}

function damaged(error: unknown, where: string): Error {
  const why = error instanceof Error ? error.message : String(error);
  return nodeFault('SF7111', `${where} is no whole .npz archive: ${why}.`, undefined, { cause: error });
}

/**
 * The names of the arrays, as the directory at the end of the archive has them.
 *
 * @param end The last bytes of the archive, with all of its directory.
 * @param skipped How many bytes the archive has before them.
 * @throws SF7111 where there is no directory.
 */
export function namesOfNpz(end: Uint8Array, skipped: number, where: string): string[] {
  try {
    return entriesOf(end, skipped).map(({ name }) => name.replace(/\.npy$/, ''));
  } catch (error) {
    throw damaged(error, where);
  }
}

/**
 * The CRC-32 of each entry by its name, from the archive's directory: fflate reads past them, and a wrong number is not seen by
 * anything else.
 *
 * @param names In the order of the directory.
 */
function checksumsOf(bytes: Uint8Array, names: readonly string[]): Map<string, number> {
  const entries = entriesOf(bytes, 0);
  return new Map(names.map((name, i) => [name, entries[i]!.checksum]));
}

/** What the directory of an archive says, of whose beginning so many bytes are not there. */
function entriesOf(bytes: Uint8Array, skipped: number): { name: string; checksum: number }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: { name: string; checksum: number }[] = [];
  let at = directoryOf(view, skipped);
  while (view.getUint32(at, true) === 0x02014b50) {
    const length = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + length));
    entries.push({ name, checksum: view.getUint32(at + 16, true) });
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/** Where the directory of an archive begins: its end says it, or points to the end of Zip64 that does. */
function directoryOf(view: DataView, skipped: number): number {
  let end = view.byteLength - 22;
  while (view.getUint32(end, true) !== 0x06054b50) end--;
  const isZip64 = end >= 20 && view.getUint32(end - 20, true) === 0x07064b50;
  return view.getUint32(isZip64 ? view.getUint32(end - 12, true) - skipped + 48 : end + 16, true) - skipped;
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
