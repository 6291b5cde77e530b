import { Document, isMap, isPair, isScalar, isSeq, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { type Entry, OPTIONS } from './entry';
import type { Part } from './parts';

/** Puts the entries together as the file's map. @returns undefined where an entry is not what its place asks for. */
export function assemble(parts: readonly Part[], entries: readonly Entry[]): Document | undefined {
  const document = new Document(null, OPTIONS);
  const root = new YAMLMap();
  let next = 0;
  for (const part of parts) {
    const own = entries.slice(next, next + part.slices.length);
    next += own.length;
    if (part.key === undefined) {
      if (!addPairs(root, own[0]!)) return undefined;
      continue;
    }
    const key = new Scalar(part.key.text);
    key.type = part.key.quote === '"' ? 'QUOTE_DOUBLE' : part.key.quote === "'" ? 'QUOTE_SINGLE' : 'PLAIN';
    key.source = part.key.text;
    key.range = [part.key.start, part.key.end, part.key.end];
    const collection = own.some(({ node }) => isSeq(node)) ? new YAMLSeq() : new YAMLMap();
    for (const entry of own)
      if (!(isSeq(collection) ? addItems(collection, entry) : addPairs(collection, entry))) return undefined;
    if (collection.items.length === 0) return undefined;
    spread(collection, own[0]);
    root.items.push(new Pair(key, collection));
  }
  spread(root, entries[0]);
  if (parts[0]) root.range![0] = parts[0].start;
  document.contents = root as unknown as typeof document.contents;
  return document;
}

/** Gives a collection its range. It ends with its last value: what trails an entry depends on with which others it was parsed. */
function spread(collection: YAMLMap | YAMLSeq, first: Entry | undefined): void {
  const start = first?.node?.range?.[0] ?? 0;
  const last = collection.items.at(-1) as Pair<Node, Node | null> | Node | undefined;
  const end = (isPair(last) ? (last.value?.range ?? last.key.range) : last?.range) ?? [start, start, start];
  collection.range = [start, end[1], end[2]];
}

function addPairs(map: YAMLMap, entry: Entry): boolean {
  const { node } = entry;
  if (isMap(node) && !node.flow) {
    for (const pair of node.items) map.items.push(pair);
    return true;
  }
  if (!isScalar(node) || node.anchor !== undefined || node.tag !== undefined || !node.range) return false;
  // A word of which nobody knows yet what it will be: the name of an entry without its colon.
  map.items.push(new Pair(node, null));
  if (entry.errors.length === 0) {
    const [start] = node.range;
    entry.errors = [
      { code: 'MISSING_CHAR', message: 'Implicit map keys need to be followed by map values', pos: [start, start + 1] },
    ];
  }
  return true;
}

function addItems(list: YAMLSeq, { node }: Entry): boolean {
  if (!isSeq(node) || node.flow) return false;
  for (const item of node.items) list.items.push(item);
  return true;
}
