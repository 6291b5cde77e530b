import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';

const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * The last bytes of an attempt's log. A node may have put something else in its place: nothing is followed, nothing is waited for.
 *
 * @throws where there is no log.
 */
export async function logTail(directory: string, bytes: number): Promise<string> {
  const handle = await open(path.join(directory, 'log'), FLAGS);
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, Math.max(0, size - bytes));
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
