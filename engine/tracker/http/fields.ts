import { quote } from '../names';
import { refuse } from '../refusal';

/**
 * What a request says, from its query or its JSON body alike. Each reader refuses what has the wrong type; null is absent.
 */
export class Fields {
  readonly #values: Map<string, unknown>;

  constructor(values: Iterable<[string, unknown]>) {
    this.#values = new Map(values);
  }

  /** A field that a client must give, and not empty. */
  text(name: string): string {
    const value = this.optionalText(name);
    if (value === null || value === '') throw missing(name);
    return value;
  }

  optionalText(name: string): string | null {
    const value = this.#one(name);
    if (value === undefined) return null;
    if (typeof value !== 'string') throw invalid(name, value, 'a string');
    return value;
  }

  /** An int64: a JSON number (its fraction is dropped, as MLflow's server does) or digits in a string. */
  integer(name: string): number | null {
    const value = this.#one(name);
    if (value === undefined || value === '') return null;
    const number = typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) throw invalid(name, value, 'an integer');
    return Math.trunc(number);
  }

  /** A double: JSON has no NaN and infinities, so clients spell them. */
  double(name: string): number {
    const value = this.#one(name);
    if (value === undefined) throw missing(name);
    if (typeof value === 'number') return value;
    if (typeof value === 'string' && value.trim() !== '') {
      if (value === 'NaN') return Number.NaN;
      const number = Number(value);
      if (!Number.isNaN(number)) return number;
    }
    throw invalid(name, value, 'a number');
  }

  boolean(name: string): boolean {
    const value = this.#one(name);
    if (value === undefined) return false;
    if (typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    throw invalid(name, value, 'a boolean');
  }

  texts(name: string): string[] {
    return this.#list(name).map((value) => {
      if (typeof value !== 'string') throw invalid(name, value, 'a list of strings');
      return value;
    });
  }

  objects(name: string): Fields[] {
    return this.#list(name).map((value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw invalid(name, value, 'a list of objects');
      }
      return new Fields(Object.entries(value));
    });
  }

  object(name: string): Fields {
    const value = this.#one(name);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw missing(name);
    return new Fields(Object.entries(value));
  }

  /** `key` and `value` of each object in a list: parameters and tags. */
  pairs(name: string): [string, string][] {
    return this.objects(name).map((pair) => [pair.text('key'), pair.optionalText('value') ?? '']);
  }

  has(name: string): boolean {
    return this.#one(name) !== undefined;
  }

  #one(name: string): unknown {
    const value = this.#values.get(name);
    return value === null ? undefined : value;
  }

  /** A field that is repeated in a query comes as a list; one that is there once is a list of one. */
  #list(name: string): unknown[] {
    const value = this.#one(name);
    if (value === undefined) return [];
    if (Array.isArray(value)) return value;
    if (typeof value === 'string') return [value];
    throw invalid(name, value, 'a list');
  }
}

/** Repeated keys become lists. */
export function queryFields(query: string): Fields {
  const values = new Map<string, unknown>();
  for (const [key, value] of new URLSearchParams(query)) {
    const before = values.get(key);
    values.set(key, before === undefined ? value : [before, value].flat());
  }
  return new Fields(values);
}

function missing(name: string) {
  return refuse('INVALID_PARAMETER_VALUE', `Missing value for required parameter '${name}'.`);
}

function invalid(name: string, value: unknown, expected: string) {
  return refuse(
    'INVALID_PARAMETER_VALUE',
    `Invalid value ${shown(value)} for parameter '${name}': expected ${expected}.`,
  );
}

/** Never the inside of what is nested: it could be deep. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return '[...]';
  return typeof value === 'object' ? '{...}' : quote(String(value));
}
