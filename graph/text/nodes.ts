import { isAlias, isCollection, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { Value } from '../workflow';

/** What stands at a place of a YAML document. */
export type YamlNode = Node | null;

/** Start and end of a node without what trails it; nothing for a node that is not in the text. */
export function extent(node: YamlNode, text: string): { start: number; end: number } | undefined {
  if (!node?.range) return undefined;
  const [start] = node.range;
  let [, end] = node.range;
  // A block collection ends where the next thing begins: the blanks and line ends before it are not its own.
  if (isCollection(node)) while (end > start && /\s/.test(text[end - 1]!)) end--;
  return { start, end };
}

/** The text of a key or a scalar as it is written (quotes resolved); undefined for collections and aliases. */
export function textOf(node: unknown): string | undefined {
  if (!isScalar(node)) return undefined;
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value ?? ''));
}

/** Is nothing written there? A `null` or `~` is something. */
export function isEmpty(node: YamlNode): boolean {
  return node === null || (isScalar(node) && node.value === null && (node.source ?? '') === '');
}

/**
 * The plain value of a node. Keys become own properties whatever they are called.
 *
 * @returns undefined where an alias, or a number that JSON can't hold exactly, is in it.
 */
export function plainValue(node: YamlNode): Value | undefined {
  if (node === null) return null;
  if (isAlias(node)) return undefined;
  if (isScalar(node)) {
    const { value } = node;
    if (typeof value === 'number') return isExact(value) ? value : undefined;
    return typeof value === 'string' || typeof value === 'boolean' || value === null ? value : undefined;
  }
  if (isSeq(node)) {
    const items = node.items.map((item) => plainValue(item as YamlNode));
    return items.includes(undefined) ? undefined : (items as Value[]);
  }
  if (isMap(node)) {
    const entries = (node.items as Pair[]).map(
      ({ key, value }) => [textOf(key), plainValue(value as YamlNode)] as const,
    );
    if (entries.some(([key, value]) => key === undefined || value === undefined)) return undefined;
    return Object.fromEntries(entries) as { [key: string]: Value };
  }
  return undefined;
}

/** Neither infinite nor an integer of which digits would be lost. */
export function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}
