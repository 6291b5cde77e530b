import type { Binding } from '../plan';
import { originName } from './capture';

/** How a built-in node names an input, at the beginning of a sentence or in it; of a port that takes many with the place. */
const INPUT = /\b[Ii]nput ([\w-]+)(?: (\d+)\b)?/g;

/**
 * Where the data came from at the inputs that a node's last words name: a node knows its ports only, and a person the sources
 * and the nodes before it. A sentence an input; empty where they name none.
 *
 * @param sourcePaths Source -> the path that it was read from, as it was written.
 */
export function originsOfNamed(
  words: string,
  bindings: readonly Binding[],
  sourcePaths: Readonly<Record<string, string>> = {},
): string {
  const named = new Set<Binding>();
  for (const [, port, place] of words.matchAll(INPUT)) {
    const bound = bindings.filter((binding) => binding.port === port);
    const one = bound.find(({ index }) => index !== null && String(index) === place);
    for (const binding of one ? [one] : bound) named.add(binding);
  }
  return [...named]
    .filter(({ origin }) => origin.kind !== 'artifact')
    .map((binding) => {
      const { origin, port, index } = binding;
      const path = origin.kind === 'source' ? sourcePaths[origin.name] : undefined;
      const from = path === undefined ? originName(binding) : `${originName(binding)} (${path})`;
      return `Input ${port}${index === null ? '' : ` ${index}`} is ${from}.`;
    })
    .join(' ');
}
