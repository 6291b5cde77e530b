import fs from 'node:fs/promises';
import path from 'node:path';
import { realDisk, temporaryName } from '../store/disk';
import { diskFault } from '../store/faults';
import { decodeRecord, encodeRecord } from '../store/record';
import { type Batch, type Column, decodeColumn, encodeColumn } from './columns';
import { historyDamaged } from './faults';

/*
 * The histories of metrics: one file for each journal that was checkpointed, never changed afterwards. In it the points of
 * one run stand together, one record a metric; then an index, and last the index's place. Only indexes are kept in memory.
 */

export interface Block {
  file: string;
  offset: number;
  length: number;
}

const TAIL = 'scanflow points 1 ';
const TAIL_BYTES = TAIL.length + 13;

/** Writes a batch durably, and returns where each run's block is. */
export function writePoints(file: string, batch: Batch): Promise<[string, Block][]> {
  function* pieces(): Generator<[string, Buffer]> {
    for (const [run, metrics] of batch) {
      yield [run, Buffer.concat([...metrics].map(([key, column]) => encodeRecord(encodeColumn(key, column))))];
    }
  }
  return writeBlocks(file, pieces());
}

/** Writes a file again with only these of its blocks. */
export async function copyBlocks(file: string, kept: readonly [string, Block][]): Promise<[string, Block][]> {
  const handle = await fs.open(file, 'r').catch((error: unknown) => {
    throw diskFault('reading', file, error);
  });
  async function* pieces(): AsyncGenerator<[string, Buffer]> {
    for (const [run, { offset, length }] of kept) yield [run, await readAt(handle, offset, length)];
  }
  try {
    return await writeBlocks(file, pieces());
  } finally {
    await handle.close();
  }
}

type Pieces = Iterable<[string, Buffer]> | AsyncIterable<[string, Buffer]>;

async function writeBlocks(file: string, pieces: Pieces): Promise<[string, Block][]> {
  const temporary = temporaryName(file);
  const blocks: [string, Block][] = [];
  try {
    await fs.mkdir(path.dirname(file), { recursive: true });
    const out = await realDisk.create(temporary);
    try {
      let offset = 0;
      for await (const [run, block] of pieces) {
        await out.write(block, offset);
        blocks.push([run, { file, offset, length: block.length }]);
        offset += block.length;
      }
      const index = encodeRecord(JSON.stringify(blocks.map(([run, { offset: from, length }]) => [run, from, length])));
      const tail = Buffer.from(`${TAIL}${String(offset).padStart(12, '0')}\n`);
      await out.write(Buffer.concat([index, tail]), offset);
      await out.sync();
    } finally {
      await out.close();
    }
    await fs.rename(temporary, file);
    await realDisk.syncFolder(path.dirname(file));
    return blocks;
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw diskFault('writing', file, error);
  }
}

/** Where each run's block is in a file. */
export async function readIndex(file: string): Promise<[string, Block][]> {
  try {
    const handle = await fs.open(file, 'r');
    try {
      const { size } = await handle.stat();
      const tail = (await readAt(handle, Math.max(0, size - TAIL_BYTES), TAIL_BYTES)).toString('latin1');
      const from = tail.startsWith(TAIL) ? Number(tail.slice(TAIL.length, -1)) : Number.NaN;
      if (!(from >= 0 && from <= size - TAIL_BYTES)) throw historyDamaged(file);
      const record = decodeRecord(await readAt(handle, from, size - TAIL_BYTES - from), 0);
      if (!record) throw historyDamaged(file);
      const rows = JSON.parse(record.json) as [string, number, number][];
      return rows.map(([run, offset, length]) => [run, { file, offset, length }]);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw diskFault('reading', file, error);
  }
}

/** The points of one metric in a block, or null; those of the others are not even parsed. */
export async function readBlock(block: Block, key: string): Promise<Column | null> {
  try {
    const handle = await fs.open(block.file, 'r');
    try {
      const data = await readAt(handle, block.offset, block.length);
      for (let at = 0; at < data.length; ) {
        const record = decodeRecord(data, at);
        if (!record) throw historyDamaged(block.file);
        const column = decodeColumn(record.json, key);
        if (column) return column;
        at = record.end;
      }
      return null;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw diskFault('reading', block.file, error);
  }
}

async function readAt(handle: fs.FileHandle, position: number, length: number): Promise<Buffer> {
  const data = Buffer.alloc(length);
  const { bytesRead } = await handle.read(data, 0, length, position);
  return data.subarray(0, bytesRead);
}
