import { isCollection, isMap, isPair, isSeq, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { documentShape } from '../../../graph';
import { extent, type YamlNode } from '../../../graph/text/nodes';
import type { Step } from '../cursor/cursor';
import { dashBefore } from '../formatting/indentation';
import type { Snapshot } from '../snapshot';
import { type Change, columnOf, entrySpan, eolOf, lastLineEnd, nodeAt, pairAt } from './find';

const STEP = 2;

/**
 * Adds an entry at the end of a map, in the style that the map has. Missing maps on the way are made.
 *
 * @param value on one line; further lines are indented from the entry, and need a block map.
 * @returns undefined where something else than a map stands there.
 */
export function addEntry(snapshot: Snapshot, path: readonly Step[], name: string, value: string): Change | undefined {
  return addTo(snapshot, path, value === '' ? `${name}:` : `${name}: ${value}`, 'map');
}

/** Adds an item at the end of a list, in the style that the list has. */
export function addItem(snapshot: Snapshot, path: readonly Step[], value: string): Change | undefined {
  return addTo(snapshot, path, value, 'list');
}

function addTo(snapshot: Snapshot, path: readonly Step[], entry: string, kind: 'map' | 'list'): Change | undefined {
  const node = nodeAt(snapshot, path);
  if (isCollection(node)) {
    if (kind === 'map' ? !isMap(node) : !isSeq(node)) return undefined;
    const collection = node as YAMLMap | YAMLSeq;
    if (collection.flow)
      return addFlow(snapshot, collection, kind === 'list' && entry.includes('->') ? `'${entry}'` : entry);
    return addBlock(snapshot, collection, entry);
  }
  if (node === null || (node && extent(node, snapshot.text) && emptyScalar(snapshot, node)))
    return addFirst(snapshot, path, entry, kind);
  if (node !== undefined || path.length === 0) return undefined;
  const above = path.slice(0, -1);
  const name = path.at(-1);
  if (typeof name !== 'string') return undefined;
  if (path.length === 1) return addSection(snapshot, name, entry, kind);
  const own = kind === 'list' ? `[${entry}]` : `{ ${entry} }`;
  return addEntry(snapshot, above, name, own);
}

const emptyScalar = ({ text }: Snapshot, node: YamlNode): boolean => {
  const span = extent(node, text);
  return span !== undefined && span.start === span.end;
};

function addBlock(snapshot: Snapshot, collection: YAMLMap | YAMLSeq, entry: string): Change | undefined {
  const { text } = snapshot;
  const first = collection.items[0] as Pair | YamlNode | undefined;
  const last = collection.items.at(-1) as Pair | YamlNode | undefined;
  if (first === undefined || last === undefined) return undefined;
  const list = isSeq(collection);
  const start = list
    ? dashBefore(text, (first as YamlNode)?.range?.[0] ?? 0)
    : ((first as Pair).key as YamlNode)?.range?.[0];
  const span = list
    ? entrySpan(snapshot, last as YamlNode, null)
    : entrySpan(snapshot, (last as Pair).key as YamlNode, (last as Pair).value as YamlNode);
  if (start === undefined || !span) return undefined;
  const column = columnOf(text, start);
  return onNewLine(snapshot, span.end, list ? `- ${entry}` : entry, column);
}

/** A line of its own after the one that holds an offset; comments at its end stay before it. */
function onNewLine({ text }: Snapshot, offset: number, entry: string, column: number): Change {
  const at = lastLineEnd(text, offset);
  const eol = eolOf(text);
  const lines = entry.split(/\r?\n/).map((line) => (line === '' ? line : ' '.repeat(column) + line));
  return { start: at, end: at, text: eol + lines.join(eol) };
}

/** The first entry below a key that has nothing yet. */
function addFirst(snapshot: Snapshot, path: readonly Step[], entry: string, kind: 'map' | 'list'): Change | undefined {
  const pair = pairAt(nodeAt(snapshot, path.slice(0, -1)), String(path.at(-1)));
  const key = (pair?.key as YamlNode)?.range;
  if (!key) return undefined;
  const column = columnOf(snapshot.text, key[0]);
  const holder = nodeAt(snapshot, path.slice(0, -1));
  const dashed = kind === 'list' ? `- ${entry}` : entry;
  if (isMap(holder) && holder.flow) {
    const colon = snapshot.text.indexOf(':', key[1]);
    return { start: colon + 1, end: colon + 1, text: kind === 'list' ? ` [${entry}]` : ` { ${entry} }` };
  }
  return onNewLine(snapshot, key[1], dashed, column + STEP);
}

/** A section that the file does not have: after those that usually come before it. */
function addSection(snapshot: Snapshot, section: string, entry: string, kind: 'map' | 'list'): Change | undefined {
  const { root, text } = snapshot;
  const order = Object.keys(documentShape.fields);
  const place = order.indexOf(section);
  const eol = eolOf(text);
  const lines = entry
    .split('\n')
    .map((line, index) => (line === '' ? line : `  ${kind === 'list' ? (index === 0 ? '- ' : '  ') : ''}${line}`));
  const body = [`${section}:`, ...lines].join(eol);
  if (!isMap(root) || root.items.length === 0) {
    const end = text.length;
    return { start: end, end, text: `${text === '' || text.endsWith('\n') ? '' : eol}${body}${eol}` };
  }
  if (root.flow)
    return addFlow(snapshot, root, kind === 'list' ? `${section}: ['${entry}']` : `${section}: { ${entry} }`);
  const pairs = root.items as Pair[];
  const before = pairs.findLast(({ key }) => {
    const other = order.indexOf(String((key as { value?: unknown } | null)?.value));
    return other >= 0 && other < place;
  });
  const span = before && entrySpan(snapshot, before.key as YamlNode, before.value as YamlNode);
  if (!span) {
    const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    return { start, end: start, text: `${body}${eol}${eol}` };
  }
  const at = lastLineEnd(text, span.end);
  return { start: at, end: at, text: `${eol}${eol}${body}` };
}

function addFlow(snapshot: Snapshot, collection: YAMLMap | YAMLSeq, entry: string): Change | undefined {
  const { text } = snapshot;
  const range = collection.range;
  if (!range) return undefined;
  const open = range[0];
  const close = text.lastIndexOf(isMap(collection) ? '}' : ']', range[1] - 1);
  if (close <= open) return undefined;
  const inner = text.slice(open + 1, close);
  if (inner.trim() === '') return { start: open + 1, end: close, text: isMap(collection) ? ` ${entry} ` : entry };
  const last = open + 1 + inner.trimEnd().length;
  const comma = text[last - 1] === ',';
  const item = collection.items.at(-1) as Pair | YamlNode | undefined;
  const own = isPair(item)
    ? entrySpan(snapshot, item.key as YamlNode, item.value as YamlNode)
    : entrySpan(snapshot, item ?? null, null);
  // A comment may be in the way.
  if (!own || text.slice(own.end, close).includes('#')) return undefined;
  return { start: last, end: last, text: `${comma ? ' ' : ', '}${entry}` };
}
