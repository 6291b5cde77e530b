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
