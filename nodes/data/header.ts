import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { nodeFault } from '../faults';
import { decodeText, unpacked } from './content';
import { readNames } from './csv';
import { beginningOf, beginsAsParquet, endOf } from './decoded';
import { isIdx } from './idx';
import { isAside } from './image-folder';
import { isNpy } from './npy';
import { isZip, namesOfNpz } from './npz';
import { lookInto } from './read';
import type { Table } from './table';

/** What a dataset calls its columns, in their order, and what is written in its place; its rows are not read. */
export interface Header {
  format: Table['format'];
  columns: ReadonlySet<string>;
}

/** Images and single arrays: their columns have the names that we give them. */
const NAMELESS: Header = { format: 'npz', columns: new Set() };

/** So long is the header of a table, or the directory of an archive, at most. */
const LONGEST = 1 << 20;
/** The same, packed: a hundred bytes of a hostile file may become a hundred thousand. */
const LONGEST_PACKED = 1 << 16;

/**
 * The header of what `readTable` reads: of a folder with several files, that of the first. However large the data is, it takes
 * little memory, and what is damaged behind the header does not matter.
 *
 * @throws SF7105 to SF7116 where there is no header, or what the system says of the file.
 */
export async function readHeader(file: string, where: string): Promise<Header> {
  if (statSync(file).isDirectory()) {
    const found = lookInto(file, where);
    if (found.kind === 'images') return NAMELESS;
    const first = found.names.find((name) => !isAside(name)) ?? found.names[0]!;
    return readHeader(path.join(file, first), `${first} of ${where}`);
  }
  if (beginsAsParquet(file)) {
    const { namesOfParquet } = await import('./parquet');
    return { format: 'csv', columns: new Set(namesOfParquet(file, where)) };
  }
  const start = startOf(file);
  if (start.bytes.length === 0) throw nodeFault('SF7116', `${where} is empty.`);
  if (isZip(start.bytes)) {
    // The directory is at the end, and there is no way to the end of a gzip stream but through it.
    const end = start.packed ? unpacked(readFileSync(file), where) : endOf(file, LONGEST);
    const skipped = start.packed ? 0 : statSync(file).size - end.length;
    return { format: 'npz', columns: new Set(namesOfNpz(end, skipped, where)) };
  }
  if (isNpy(start.bytes) || isIdx(start.bytes)) return NAMELESS;
  return { format: 'csv', columns: new Set(readNames(wholeLines(start, where), where)) };
}

/** How a file begins, unpacked where it is gzipped; `whole`: that is all of it. */
interface Start {
  bytes: Uint8Array;
  packed: boolean;
  whole: boolean;
}

function startOf(file: string): Start {
  const bytes = beginningOf(file, LONGEST);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { bytes, packed: false, whole: bytes.length < LONGEST };
  const packed = bytes.subarray(0, LONGEST_PACKED);
  // A stream that is cut off gives what it has.
  const start = gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH });
  return { bytes: start, packed: true, whole: packed.length < LONGEST_PACKED };
}

/** The last line of a part may be cut, even within a sign. */
function wholeLines({ bytes, whole }: Start, where: string): string {
  if (whole) return decodeText(bytes, where);
  const end = Math.max(bytes.lastIndexOf(0x0a), bytes.lastIndexOf(0x0d));
  const text = decodeText(end < 0 ? bytes : bytes.subarray(0, end), where);
  if (end < 0) throw nodeFault('SF7111', `The first line of ${where} is longer than any header.`);
  return text;
}
