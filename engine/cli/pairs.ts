import path from 'node:path';
import type { ParameterType, Workflow } from '../../graph';
import type { Json } from '../protocol';
import { cliFault } from './faults';

/** Splits `NAME=VALUE`s. @throws SF3905. */
export function pairsOf(option: string, texts: readonly string[]): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at <= 0) throw cliFault('badPair', `${option} ${text}.`);
    pairs.set(text.slice(0, at), text.slice(at + 1));
  }
  return pairs;
}

/**
 * `-p name=value`s as values of the types that the workflow declares. What does not fit its type stays text: the engine
 * says what is wrong with it, for every client in the same words.
 */
export function parameterValues(workflow: Workflow, texts: readonly string[]): Record<string, Json> {
  const pairs = [...pairsOf('-p', texts)];
  return Object.fromEntries(pairs.map(([name, text]) => [name, typedValue(text, workflow.parameters.get(name)?.type)]));
}

/** `-i source=path`s, as seen from the folder where they were typed. */
export function sourcePaths(cwd: string, texts: readonly string[]): Record<string, string> {
  return Object.fromEntries([...pairsOf('-i', texts)].map(([name, file]) => [name, path.resolve(cwd, file)]));
}

function typedValue(text: string, type: ParameterType | undefined): Json {
  switch (type) {
    case 'integer':
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'list':
    case 'map':
      return jsonOf(text);
    case 'string':
    case undefined:
      return text;
  }
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
