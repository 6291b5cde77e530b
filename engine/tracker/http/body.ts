import type { IncomingMessage } from 'node:http';
import { refuse } from '../refusal';
import { Fields } from './fields';

/** Most that a JSON body may have. MLflow's clients keep a batch below 1 MB; datasets bring profiles of up to 16 MB. */
export const JSON_LIMIT = 2 << 20;
export const DATASET_LIMIT = 40 << 20;

/**
 * The JSON object of a request; an empty body is an empty one. Nested deeper than any request needs is refused before it
 * is parsed.
 */
export async function readFields(request: IncomingMessage, limit: number): Promise<Fields> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const pieces: Buffer[] = [];
  let size = 0;
  // Not destroyed where it is too large: it needs an answer.
  for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > limit) throw tooLarge(limit);
    pieces.push(piece);
  }
  const text = Buffer.concat(pieces).toString('utf8');
  if (text.trim() === '') return new Fields([]);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse('INVALID_PARAMETER_VALUE', 'The body is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refuse('INVALID_PARAMETER_VALUE', 'The body must be a JSON object.');
  }
  return new Fields(Object.entries(value));
}

function tooLarge(limit: number) {
  return refuse('INVALID_PARAMETER_VALUE', `The body is larger than ${limit} bytes.`);
}
