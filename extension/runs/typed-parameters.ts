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

function typed(name: string, text: string, type: string | undefined): Json {
  if (type === 'string' || type === undefined) return unquoted(text);
  try {
    const value = JSON.parse(text) as Json;
    const fits =
      type === 'list'
        ? Array.isArray(value)
        : type === 'map'
          ? typeof value === 'object' && value !== null && !Array.isArray(value)
          : type === 'integer'
            ? Number.isInteger(value)
            : typeof value === type;
    if (fits) return value;
  } catch {
    // Said below.
  }
  throw fault('SF4904', 'request', `${name} takes ${type}, not ${text}.`, 'Write it as JSON: 0.5, true, ["a", "b"].');
}

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
