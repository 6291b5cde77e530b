import path from 'node:path';
import { cliFault } from './faults';

/** Splits `NAME=VALUE`s. @throws SF3905. */
function pairsOf(option: string, texts: readonly string[]): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at <= 0) throw cliFault('badPair', `${option} ${text}.`);
    pairs.set(text.slice(0, at), text.slice(at + 1));
  }
  return pairs;
}

/** `-p name=value`s as texts: the engine reads each as the type that its parameter has. */
export function parameterTexts(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairsOf('-p', texts));
}

/** `-i source=path`s, as seen from the folder where they were typed. */
export function sourcePaths(cwd: string, texts: readonly string[]): Record<string, string> {
  return Object.fromEntries([...pairsOf('-i', texts)].map(([name, file]) => [name, path.resolve(cwd, file)]));
}
