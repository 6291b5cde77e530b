import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { nodeFault } from '../faults';
import { readCsv } from './csv';
import { isIdx, readIdx } from './idx';
import { isNpy, type NdArray, readNpy } from './npy';
import { isZip, readNpz } from './npz';
import { type Table, tableOfArrays, textColumn } from './table';

/** What a gzipped file may unpack to. */
const MOST_BYTES = 2 ** 31 - 1;

/** What one file holds: a table, or one array that may be samples or labels. */
export type Content = { kind: 'table'; table: Table } | { kind: 'array'; array: NdArray };

/**
 * Reads one file by what is in it, never by its name: artifacts have none.
 *
 * @param where What an error calls it.
 * @throws SF7105 where it cannot be read, SF7110 to SF7116 for what it holds.
 */
export function readContent(file: string, where: string): Content {
  const bytes = readBytes(file, where);
  if (bytes.length === 0) throw nodeFault('SF7116', `${where} is empty.`);
  if (isZip(bytes)) return { kind: 'table', table: tableOfArrays(readNpz(bytes, where), where) };
  if (isNpy(bytes)) return { kind: 'array', array: readNpy(bytes, where) };
  if (isIdx(bytes)) return { kind: 'array', array: readIdx(bytes, where) };
  const { names, columns, count } = readCsv(decodeText(bytes, where), where);
  const cells = new Map(names.map((name, i) => [name, textColumn(columns[i]!)] as const));
  return { kind: 'table', table: { format: 'csv', count, columns: cells, extras: new Map(), where } };
}

/** The bytes of a file; unpacked where it is gzipped. */
function readBytes(file: string, where: string): Uint8Array {
  const bytes = reading(where, () => readFileSync(file));
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    const tooLarge = error instanceof RangeError;
    const why = error instanceof Error ? error.message : String(error);
    throw tooLarge
      ? nodeFault('SF7114', `${where} unpacks to more than 2 GiB.`, undefined, { cause: error })
      : nodeFault('SF7111', `${where} is no whole gzip file: ${why}.`, undefined, { cause: error });
  }
}

/** Text of a file in UTF-8. @throws SF7110 where it is something else. */
export function readText(file: string, where: string): string {
  return decodeText(readBytes(file, where), where);
}

function decodeText(bytes: Uint8Array, where: string): string {
  if (!bytes.subarray(0, 4096).includes(0)) {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      // Not text: said below.
    }
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
