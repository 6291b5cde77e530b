import fs from 'node:fs/promises';
import path from 'node:path';
import { realDisk } from './disk';
import { writeDurably } from './durable';
import { diskFault, formatUnknown } from './faults';

/**
 * What the store's files mean, as one number in the file `format`. A change that an older Scanflow would misread gives the
 * next number; a store of an older one is brought up to date when it is opened, one of a later one is left alone.
 */
export const STORE_FORMAT = 2;

export interface Format {
  /** Of the store as it was found. */
  readonly found: number;
  /** Says that it has been brought up to date: durable. */
  settle(): Promise<void>;
}

/** @throws SF5002 where a newer Scanflow wrote it, or the file is damaged; nothing is touched. SF5003, SF5004. */
export async function readFormat(store: string): Promise<Format> {
  const file = path.join(store, 'format');
  const text = (
    await realDisk.read(file).catch((error: unknown) => {
      throw diskFault('reading', file, error);
    })
  )?.toString('latin1');
  const found =
    text === undefined ? await formatWithoutFile(store) : Number(/^scanflow store (\d{1,6})\n$/.exec(text)?.[1]);
  if (!(found >= 1 && found <= STORE_FORMAT)) throw formatUnknown(file, JSON.stringify(text?.slice(0, 60).trim()));
  return {
    found,
    async settle() {
      if (text !== undefined && found === STORE_FORMAT) return;
      await writeDurably(file, Buffer.from(`scanflow store ${STORE_FORMAT}\n`));
    },
  };
}

/** The first format had no such file; a store that is not there yet is of ours. */
async function formatWithoutFile(store: string): Promise<number> {
  const names = await fs.readdir(store).catch((): string[] => []);
  return names.includes('tracker') ? 1 : STORE_FORMAT;
}
