import { readFileSync } from 'node:fs';
import * as zlib from 'node:zlib';
import { type Compressors, parquetMetadata, parquetRead, parquetSchema } from 'hyparquet';
import { nodeFault } from '../faults';
import { ARRAYS, type Column, type NumberType } from './column';
import { reading } from './content';
import { decoded, endOf } from './decoded';
import { type Table, textColumn } from './table';

const MAGIC = [0x50, 0x41, 0x52, 0x31];

export const isParquet = (bytes: Uint8Array): boolean =>
  bytes.length >= 12 && MAGIC.every((byte, i) => bytes[i] === byte && bytes[bytes.length - 4 + i] === byte);

/** What Node unpacks; hyparquet brings Snappy itself. */
const compressors: Compressors = {
  GZIP: (input) => zlib.gunzipSync(input),
  BROTLI: (input) => zlib.brotliDecompressSync(input),
  // Node has it from 22.15 on.
  ...('zstdDecompressSync' in zlib ? { ZSTD: (input: Uint8Array) => zlib.zstdDecompressSync(input) } : {}),
};

/**
 * Reads a Parquet file if it is one, so that `readTable` has it. Columns are numbers, booleans or text; nested ones are refused.
 *
 * @throws SF7111 where it is damaged, SF7112 for columns or a compression that cannot be read.
 */
export async function decodeParquet(file: string, where: string): Promise<void> {
  const bytes = reading(where, () => readFileSync(file));
  if (isParquet(bytes)) decoded.set(file, await tableOfParquet(bytes, where));
}

/** The names of the columns, as the end of the file has them. @throws SF7111 where it is damaged. */
export function namesOfParquet(file: string, where: string): string[] {
  try {
    const footer = endOf(file, endOf(file, 8).readUInt32LE(0) + 8);
    return parquetSchema(parquetMetadata(footer)).children.map(({ element }) => element.name);
  } catch (error) {
    throw damaged(error, where);
  }
}

async function tableOfParquet(bytes: Buffer, where: string): Promise<Table> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const columns = new Map<string, Column>();
  let count = 0;
  try {
    const metadata = parquetMetadata(file);
    count = Number(metadata.num_rows);
    const fields = parquetSchema(metadata).children.map(({ element, children }) => {
      if (children.length > 0 || element.repetition_type === 'REPEATED') {
        throw nodeFault('SF7112', `Column "${element.name}" of ${where} is nested.`, 'Save it with plain columns.');
      }
      return { name: element.name, whole: element.type === 'INT64' || element.type === 'INT32' };
    });
    const cells = new Map<string, unknown[]>(fields.map(({ name }) => [name, new Array(count)]));
    await parquetRead({
      file,
      metadata,
      compressors,
      onChunk: ({ columnName, columnData, rowStart }) => {
        const into = cells.get(columnName)!;
        for (let i = 0; i < columnData.length; i++) into[rowStart + i] = columnData[i];
      },
    });
    for (const { name } of fields) columns.set(name, columnOf(cells.get(name)!));
  } catch (error) {
    if (error instanceof Error && 'fault' in error) throw error;
    const why = error instanceof Error ? error.message : String(error);
    if (/compression/i.test(why)) {
      throw nodeFault('SF7112', `${where}: ${why}.`, 'Save it with Snappy, gzip or without compression.', {
        cause: error,
      });
    }
    throw damaged(error, where);
  }
  return { format: 'csv', count, columns, extras: new Map(), where };
}

function damaged(error: unknown, where: string): Error {
  const why = error instanceof Error ? error.message : String(error);
  return nodeFault('SF7111', `${where} is no whole Parquet file: ${why}.`, undefined, { cause: error });
}

/** Whole numbers stay whole, a missing number is NaN; all else is text, a missing one empty. */
function columnOf(cells: unknown[]): Column {
  const missing = (cell: unknown) => cell === null || cell === undefined;
  const numbers = cells.every((cell) => missing(cell) || typeof cell === 'number' || typeof cell === 'bigint');
  if (!numbers || cells.every(missing)) return textColumn(cells.map(textOf));
  const whole = cells.every((cell) => typeof cell === 'bigint');
  const type: NumberType = whole ? 'int64' : 'float64';
  const values = new ARRAYS[type](cells.length);
  for (const [row, cell] of cells.entries()) {
    values[row] = whole ? (cell as bigint) : missing(cell) ? Number.NaN : Number(cell);
  }
  return { type, shape: [], values } as Column;
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString();
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}
