import { isMap, isSeq, parseDocument } from 'yaml';
import { plainValue, type YamlNode } from '../text/nodes';
import type { Parameter, ParameterType, Value } from '../workflow';

/** The type that a value has. @returns undefined for null, which has none. */
export function typeOf(value: Value): ParameterType | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return Array.isArray(value) ? 'list' : 'map';
}

const NAMES: { [type in ParameterType]: string } = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list',
  map: 'a map',
};

/** What a parameter takes, as far as values are concerned. */
export type Limits = Pick<Parameter, 'type' | 'minimum' | 'maximum' | 'enum'>;

/** Does a value of one type fit a parameter of another? */
export const typeFits = (given: ParameterType, taken: ParameterType): boolean =>
  given === taken || (given === 'integer' && taken === 'number');

/** Why a value does not fit a parameter: "it is not a whole number". @returns undefined where it does. */
export function objectionToValue(parameter: Limits, value: Value): string | undefined {
  const type = typeOf(value);
  if (type === undefined || !typeFits(type, parameter.type)) return `it takes ${NAMES[parameter.type]}`;
  if (typeof value === 'number') {
    if (parameter.minimum !== undefined && value < parameter.minimum) return `it takes ${parameter.minimum} or more`;
    if (parameter.maximum !== undefined && value > parameter.maximum) return `it takes ${parameter.maximum} or less`;
  }
  if (parameter.enum && !parameter.enum.some((allowed) => sameValue(allowed, value))) {
    return `it takes one of ${parameter.enum.map((allowed) => JSON.stringify(allowed)).join(', ')}`;
  }
  return undefined;
}

const MAX_TEXT = 100_000;

/**
 * The value of a type that a text means: `50`, `true`, `[a, b]`. Of a command line or a matrix, where all is text.
 *
 * @returns the text itself where it means none.
 */
export function valueFromText(type: ParameterType, text: string): Value {
  const bare = text.trim();
  if (type === 'integer' || type === 'number') {
    const number = Number(bare);
    return bare !== '' && Number.isFinite(number) ? number : text;
  }
  if (type === 'boolean') return bare === 'true' ? true : bare === 'false' ? false : text;
  return type === 'string' ? text : (readCollection(bare) ?? text);
}

/** A list or a map in YAML's flow style, of which JSON is a part. */
function readCollection(text: string): Value | undefined {
  if (text.length > MAX_TEXT) return undefined;
  try {
    const options = { version: '1.2', schema: 'core', merge: false, uniqueKeys: false } as const;
    const { contents, errors } = parseDocument(text, options);
    if (errors.length > 0 || !(isSeq(contents) || isMap(contents))) return undefined;
    return plainValue(contents as YamlNode);
  } catch {
    return undefined;
  }
}

/** Equal as JSON is: the order of keys does not count. */
function sameValue(one: Value, other: Value): boolean {
  if (one === other) return true;
  if (one === null || other === null || typeof one !== 'object' || typeof other !== 'object') return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((item, index) => sameValue(item, other[index]!));
  }
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => Object.hasOwn(other, key) && sameValue(one[key]!, other[key]!));
}
