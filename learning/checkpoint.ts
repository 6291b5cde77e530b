import { createHash } from 'node:crypto';
import type { BestEpoch, TrainingState } from './train';

const MAGIC = 'scanflow-training-2';

/**
 * A training's state as bytes: a line of JSON, then the numbers (little-endian float32).
 *
 * @param identity Of the data and options that it belongs to.
 */
export function encodeState({ done, total, weights, moments, best }: TrainingState, identity: string): Uint8Array {
  const { weights: ofBest, ...epoch } = best ?? {};
  const rows = [weights, ...moments, ...(ofBest ? [ofBest] : [])].map(
    (row) => new Uint8Array(row.buffer, row.byteOffset, row.byteLength),
  );
  const body = Buffer.concat(rows);
  const head = {
    ...{ magic: MAGIC, identity, done, total, size: weights.length, digest: digestOf(body) },
    ...(best && { best: epoch }),
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]);
}

/** The state, if these bytes are one of this identity, and whole; else undefined: the training then begins anew. */
export function decodeState(bytes: Uint8Array, identity: string): TrainingState | undefined {
  const end = bytes.indexOf(10);
  // A copy at an address of its own: a Buffer's slice is a view.
  const body = new Uint8Array(bytes.subarray(end + 1));
  const head = end < 0 ? {} : parse(Buffer.from(bytes.subarray(0, end)).toString('utf8'));
  if (head.magic !== MAGIC || head.identity !== identity || head.digest !== digestOf(body)) return undefined;
  const size = head.size as number;
  const best = head.best as BestEpoch | undefined;
  if (body.length !== (best ? 16 : 12) * size) return undefined;
  const row = (at: number) => new Float32Array(body.buffer, 4 * size * at, size);
  return {
    ...{ done: head.done as number, total: head.total as number, weights: row(0), moments: [row(1), row(2)] },
    ...(best && { best: { ...best, weights: row(3) } }),
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

const digestOf = (body: Uint8Array) => createHash('sha256').update(body).digest('hex');
