import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';

const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * The last bytes of a file in an attempt's folder. A node may have put anything in its place: no link is followed, no pipe
 * is waited for, and no more is read than was asked for.
 *
 * @throws where it is no regular file.
 */
export async function readAttemptFile(file: string, most: number): Promise<Buffer> {
  const handle = await open(file, FLAGS);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error(`${file} is no file`);
    const length = Math.min(most, stats.size);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, stats.size - length);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The same, for a few bytes where every trip through the thread pool counts. */
export function readAttemptFileSync(file: string, most: number): Buffer {
  const descriptor = openSync(file, FLAGS);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new Error(`${file} is no file`);
    const length = Math.min(most, stats.size);
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, length, stats.size - length));
  } finally {
    closeSync(descriptor);
  }
}
