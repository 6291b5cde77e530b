import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Table } from './table';

/** Tables of files that can only be read by waiting, which readers of tables do not; `run.ts` has them decoded before. */
export const decoded = new Map<string, Table>();

/** The first bytes of a file. */
export function beginningOf(file: string, length: number): Buffer {
  const start = Buffer.alloc(length);
  const open = openSync(file, 'r');
  try {
    return start.subarray(0, readSync(open, start, 0, length, 0));
  } finally {
    closeSync(open);
  }
}

/** The last bytes of a file; all where it has no more. */
export function endOf(file: string, length: number): Buffer {
  const open = openSync(file, 'r');
  try {
    const { size } = fstatSync(open);
    const end = Buffer.alloc(Math.min(length, size));
    return end.subarray(0, readSync(open, end, 0, end.length, size - end.length));
  } finally {
    closeSync(open);
  }
}

export const beginsAsParquet = (file: string): boolean => beginningOf(file, 4).toString('latin1') === 'PAR1';
