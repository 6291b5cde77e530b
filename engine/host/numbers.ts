import { spelled } from '../protocol';

/** JSON Pointers (RFC 6901) into a message -> the number that stands there: `NaN`, `Infinity`, `-Infinity`. */
export type Numbers = Record<string, unknown>;

/**
 * The numbers of a message that JSON writes as null. They are told beside it, not in their places: there a text with the
 * same letters could stand, the name of a class or a sample.
 *
 * @returns null where there are none, as nearly always.
 */
export function numbersBeside(message: object): Numbers | null {
  const found: [string, unknown][] = [];
  const at: string[] = [];
  function look(value: unknown): void {
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) found.push([pointer(at), spelled(value)]);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, entry] of Object.entries(value)) {
        at.push(key);
        look(entry);
        at.pop();
      }
    }
  }
  look(message);
  return found.length > 0 ? Object.fromEntries(found) : null;
}

/** Puts them in their places. @throws Error where one is no such number, or its place does not hold null. */
export function putNumbers(message: object, numbers: unknown): void {
  if (typeof numbers !== 'object' || numbers === null) throw new Error('numbers that are none');
  for (const [place, spelling] of Object.entries(numbers)) {
    const value = Number(spelling);
    if (typeof spelling !== 'string' || spelled(value) !== spelling) throw new Error('a number that JSON has');
    const keys = keysOf(place);
    const last = keys.pop() ?? '';
    let holder: unknown = message;
    for (const key of keys) holder = own(holder, key);
    if (own(holder, last) !== null) throw new Error('a number that stands nowhere');
    (holder as Numbers)[last] = value;
  }
}

/** Undefined for what an object only inherits: no pointer leads to a prototype. */
function own(holder: unknown, key: string): unknown {
  const has = typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key);
  return has ? (holder as Numbers)[key] : undefined;
}

const pointer = (keys: readonly string[]): string =>
  keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const keysOf = (place: string): string[] =>
  place
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
