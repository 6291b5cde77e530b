import { refuse } from './refusal';

/** One page of a list, and the token of the next where there is one. */
export function page<T>(items: readonly T[], size: number, token: string | null): { items: T[]; next: string | null } {
  const offset = offsetOf(token);
  const end = offset + size;
  return { items: items.slice(offset, end), next: end < items.length ? tokenOf(end) : null };
}

/** @throws where the number that a client asks for is not between 1 and `most`. */
export function pageSize(asked: number | null, usual: number, most: number): number {
  if (asked === null || asked === 0) return usual;
  if (asked < 0 || asked > most) {
    throw refuse(
      'INVALID_PARAMETER_VALUE',
      `Invalid value for request parameter max_results. It must be at most ${most}, but got value ${asked}`,
    );
  }
  return asked;
}

function tokenOf(offset: number): string {
  return Buffer.from(JSON.stringify({ offset })).toString('base64');
}

function offsetOf(token: string | null): number {
  if (!token) return 0;
  try {
    const { offset } = JSON.parse(Buffer.from(token, 'base64').toString('utf8')) as { offset: unknown };
    if (typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0) return offset;
  } catch {
    // Answered below.
  }
  throw refuse('INVALID_PARAMETER_VALUE', 'Invalid page token.');
}
