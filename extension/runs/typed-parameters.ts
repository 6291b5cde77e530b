import { fault, type Json } from '../../engine/protocol';
import type { OutlineParameter } from '../graph/outline';

/**
 * What a person wrote for parameters, in the parameters' types.
 *
 * @throws SF4904 for a value that does not fit.
 */
export function typedParameters(
  written: Readonly<Record<string, string>>,
  parameters: readonly OutlineParameter[],
): Record<string, Json> {
  const types = new Map(parameters.map(({ name, type }) => [name, type]));
  return Object.fromEntries(Object.entries(written).map(([name, text]) => [name, typed(name, text, types.get(name))]));
}

/** A number as people write it: `.5`, `+5`, `007`; null for anything else, and for a fraction where a whole number is asked for. */
export function numberIn(text: string, type: 'integer' | 'number'): number | null {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim())) return null;
  const value = Number(text);
  return (type === 'integer' ? Number.isInteger(value) : Number.isFinite(value)) ? value : null;
}

function typed(name: string, text: string, type: string | undefined): Json {
  if (type === 'string' || type === undefined) return unquoted(text);
  const value = type === 'integer' || type === 'number' ? numberIn(text, type) : jsonIn(text, type);
  if (value !== null) return value;
  throw fault('SF4904', 'request', `${name} takes ${type}, not ${text}.`, 'Write it as JSON: 0.5, true, ["a", "b"].');
}

/** Null for what is no JSON, and for JSON of another type: no parameter is null. */
function jsonIn(text: string, type: string): Json {
  try {
    const value = JSON.parse(text) as Json;
    const is = Array.isArray(value) ? 'list' : typeof value === 'object' ? 'map' : typeof value;
    return is === type ? value : null;
  } catch {
    return null;
  }
}

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
