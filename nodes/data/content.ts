import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { nodeFault } from '../faults';
import { decoded } from './decoded';
import { isIdx, readIdx } from './idx';
import { isNpy, type NdArray, readNpy } from './npy';
import { isZip, readNpz } from './npz';
import type { Table } from './table';

/** What a gzipped file may unpack to. */
export const MOST_BYTES = 2 ** 31 - 1;

/** What one file holds: named arrays, a single array, text (CSV), or what was decoded before (Parquet). */
export type Content =
  | { kind: 'arrays'; arrays: Map<string, NdArray> }
  | { kind: 'array'; array: NdArray }
  | { kind: 'text'; text: string }
  | { kind: 'table'; table: Table };

/**
 * Reads one file by what is in it, never by its name: artifacts have none. Parquet must have been decoded before
 * (`decodeParquet`).
 *
 * @param where What an error calls it.
 * @throws SF7105 where it cannot be read, SF7110 to SF7116 for what it holds.
 */
export function readContent(file: string, where: string): Content {
  const table = decoded.get(file);
  if (table) return { kind: 'table', table: { ...table, where } };
  return readContentOf(
    reading(where, () => readFileSync(file)),
    where,
  );
}

/** The same for bytes that are read already. */
export function readContentOf(read: Uint8Array, where: string): Content {
  const bytes = unpacked(read, where);
  if (bytes.length === 0) throw nodeFault('SF7116', `${where} is empty.`);
  if (isZip(bytes)) return { kind: 'arrays', arrays: readNpz(bytes, where) };
  if (isNpy(bytes)) return { kind: 'array', array: readNpy(bytes, where) };
  if (isIdx(bytes)) return { kind: 'array', array: readIdx(bytes, where) };
  return { kind: 'text', text: decodeText(bytes, where) };
}

/** Text of a file in UTF-8. @throws SF7110 where it is something else. */
export function readText(file: string, where: string): string {
  return decodeText(
    reading(where, () => readFileSync(file)),
    where,
  );
}

/** What a gzipped file holds; other bytes as they are. @throws SF7111 where it is damaged, SF7114 where it is too much. */
export function unpacked(bytes: Uint8Array, where: string, most = MOST_BYTES): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: most });
  } catch (error) {
    const tooLarge = error instanceof RangeError;
    const why = error instanceof Error ? error.message : String(error);
    throw tooLarge
      ? nodeFault('SF7114', `${where} unpacks to more than 2 GiB.`, undefined, { cause: error })
      : nodeFault('SF7111', `${where} is no whole gzip file: ${why}.`, undefined, { cause: error });
  }
}

/** The same for bytes that are read already. */
export function decodeText(bytes: Uint8Array, where: string): string {
  if (!bytes.subarray(0, 4096).includes(0)) {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      // Not text: said below.
    }
  }
  if (Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'PAR1') {
    throw nodeFault(
      'SF7110',
      `${where} is Parquet that is cut off, or packed into another file.`,
      'Write it again, or unpack it into a folder.',
    );
  }
  throw nodeFault('SF7110', `${where} is neither .npz, .npy, idx, gzip nor text in UTF-8.`);
}

/** Turns what the system says of a file into an error that names the input. */
export function reading<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && 'code' in error ? error.code : '';
    throw code === 'ERR_FS_FILE_TOO_LARGE'
      ? nodeFault('SF7114', `${where} is larger than 2 GiB.`, undefined, { cause: error })
      : nodeFault('SF7105', `${where} cannot be read: ${why}.`, undefined, { cause: error });
  }
}
