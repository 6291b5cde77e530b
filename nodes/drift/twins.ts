import { createHash } from 'node:crypto';
import type { Samples } from '../../learning';

/**
 * Finds samples again that are the same to the last bit.
 *
 * @returns what tells of each sample of other data the row that it has among the known ones, the first of several, or -1.
 */
export function findTwins(known: Samples): (data: Samples) => Int32Array {
  const rows = new Map<string, number>();
  for (const [row, key] of keysOf(known).entries()) if (!rows.has(key)) rows.set(key, row);
  return (data) => Int32Array.from(keysOf(data), (key) => rows.get(key) ?? -1);
}

function keysOf({ x, count }: Samples): string[] {
  const bytes = new Uint8Array(x.buffer, x.byteOffset, x.byteLength);
  const size = bytes.length / count;
  return Array.from({ length: count }, (_, row) =>
    createHash('sha256')
      .update(bytes.subarray(row * size, (row + 1) * size))
      .digest('base64'),
  );
}
