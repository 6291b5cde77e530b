import { isCollection, isMap, isSeq, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { extent, textOf, type YamlNode } from '../../../graph/text/nodes';
import type { Step } from '../cursor/cursor';
import { lineStartAt } from '../cursor/lines';
import type { Snapshot } from '../snapshot';

/** A replacement in the text. Offsets. */
export interface Change {
  start: number;
  end: number;
  text: string;
}

/** The entry of a map with a name. */
export function pairAt(map: YamlNode | undefined, name: string): Pair | undefined {
  return isMap(map) ? (map.items as Pair[]).find(({ key }) => textOf(key) === name) : undefined;
}

/** What a path leads to. @returns undefined where there is no such place; null where nothing is written there. */
export function nodeAt({ root }: Snapshot, path: readonly Step[]): YamlNode | undefined {
  let node: YamlNode | undefined = root;
  for (const step of path) {
    if (typeof step === 'number') node = isSeq(node) ? (node.items[step] as YamlNode | undefined) : undefined;
    else {
      const pair: Pair | undefined = pairAt(node, step);
      node = pair && ((pair.value ?? null) as YamlNode);
    }
    if (node === undefined) return undefined;
  }
  return node;
}

/** Start of the first and end of the last sign of an entry: its key (or dash) and its value. */
export function entrySpan(
  { text }: Snapshot,
  key: YamlNode,
  value: YamlNode,
): { start: number; end: number } | undefined {
  const own = extent(key, text);
  const rest = extent(value, text);
  if (!own && !rest) return undefined;
  const start = own?.start ?? rest!.start;
  const end = Math.max(own?.end ?? 0, rest?.end ?? 0);
  const keeps = keepsBlankEnd(text, value);
  return { start, end: keeps ? end : start + text.slice(start, end).trimEnd().length };
}

/** A block of text with `+`: the empty lines after it are its own. */
function keepsBlankEnd(text: string, node: YamlNode): boolean {
  let last = node;
  while (isCollection(last)) {
    const item = (last as YAMLMap | YAMLSeq).items.at(-1) as Pair | YamlNode | undefined;
    last = (isMap(last) ? (item as Pair | undefined)?.value : item) as YamlNode;
  }
  return last?.range ? /^[|>]\d?\+/.test(text.slice(last.range[0], last.range[0] + 3)) : false;
}

/** Where the line of an offset ends: before its line end. */
export function lineEndAt(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  if (newline < 0) return text.length;
  return newline > offset && text[newline - 1] === '\r' ? newline - 1 : newline;
}

/** Where the last line of an entry ends. What ends with a line end of its own (a block of text) ends before that. */
export function lastLineEnd(text: string, end: number): number {
  if (end > 0 && text[end - 1] === '\n') return end - (text[end - 2] === '\r' ? 2 : 1);
  return lineEndAt(text, end);
}

/** How lines end in a text. */
export const eolOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

export const columnOf = (text: string, offset: number): number => offset - lineStartAt(text, offset);
