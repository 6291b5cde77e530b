import {
  Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  Pair,
  parseDocument,
  Scalar,
  YAMLMap,
  YAMLSeq,
} from 'yaml';
import type { ParserError } from './explain';
import { type Part, partsOf, type Slice } from './parts';

/** A text as a YAML document, and what was wrong with it as YAML. */
export interface Composition {
  /** Undefined where the parser itself gave up. */
  document?: Document;
  errors: ParserError[];
}

/**
 * Makes YAML documents of texts, entry by entry: each key of the file and each entry below `nodes:`, `edges:` and the like
 * is parsed for itself. So an open bracket or quote ends with its entry, and an entry that is as it was in the last text is
 * moved, not parsed again. The document of the last text must not be read any more: its nodes are in the new one.
 */
export type Composer = (text: string) => Composition;

/** One slice of the text, parsed. */
interface Entry {
  text: string;
  start: number;
  /** Its places are those of the whole text. */
  node: Node | null;
  errors: ParserError[];
}

const OPTIONS = {
  version: '1.2',
  schema: 'core',
  // Its check is quadratic; ours uses a set.
  uniqueKeys: false,
  merge: false,
  prettyErrors: false,
  // 'silent' would hide a second document, too.
  logLevel: 'error',
} as const;

export function createComposer(): Composer {
  let known: Entry[] = [];
  return (text) => {
    const parts = partsOf(text);
    const entries = parts && reuse(known, parts, text);
    const document = entries && assemble(parts, entries);
    known = document ? entries : [];
    if (!document) return composeWhole(text);
    return { document, errors: entries.flatMap(({ errors }) => errors) };
  };
}

/** The library reports most errors and throws a few odd ones: all of them end as errors with a place. */
export function composeWhole(text: string): Composition {
  try {
    const document = parseDocument(text, OPTIONS);
    return { document, errors: document.errors };
  } catch (error) {
    return {
      errors: [{ code: 'IMPOSSIBLE', message: error instanceof Error ? error.message : String(error), pos: [0, 1] }],
    };
  }
}

/** The entries of a text: those that are known are taken from there, each once. @returns undefined where one can't be read. */
function reuse(known: readonly Entry[], parts: readonly Part[], text: string): Entry[] | undefined {
  const slices = parts.flatMap((part) =>
    part.slices.map((slice) => ({ ...slice, part, text: text.slice(slice.start, slice.end) })),
  );
  const old = matching(known, slices);
  const entries: Entry[] = [];
  for (let index = 0; index < slices.length; ) {
    const slice = slices[index]!;
    const entry = old[index];
    if (entry) {
      entries.push(moved(entry, slice.text, slice.start));
      index++;
      continue;
    }
    let end = index + 1;
    while (end < slices.length && !old[end] && slices[end]!.part === slice.part) end++;
    const run = slices.slice(index, end);
    const fresh =
      parseRun(run, text, known.length > 0) ?? run.map((single) => parsed(single.text, single.start, known.length > 0));
    for (const one of fresh) {
      if (!one) return undefined;
      entries.push(one);
    }
    index = end;
  }
  return entries;
}

/** For each slice the known entry with its text: most are at the same place from the beginning, or from the end. */
function matching(known: readonly Entry[], slices: readonly { text: string }[]): (Entry | undefined)[] {
  let head = 0;
  while (head < known.length && head < slices.length && known[head]!.text === slices[head]!.text) head++;
  let tail = 0;
  const rest = Math.min(known.length, slices.length) - head;
  while (tail < rest && known[known.length - 1 - tail]!.text === slices[slices.length - 1 - tail]!.text) tail++;
  const between = new Map<string, Entry[]>();
  for (const entry of known.slice(head, known.length - tail)) {
    const same = between.get(entry.text);
    if (same) same.push(entry);
    else between.set(entry.text, [entry]);
  }
  return slices.map(({ text }, index) => {
    const fromEnd = slices.length - index;
    if (index < head) return known[index];
    return fromEnd <= tail ? known[known.length - fromEnd] : between.get(text)?.pop();
  });
}

/** Parses neighbours in one go, which is faster. @returns undefined where that would let one's mistake spread to another. */
function parseRun(run: readonly (Slice & { text: string })[], text: string, apart: boolean): Entry[] | undefined {
  if (run.length === 1) return undefined;
  const start = run[0]!.start;
  const whole = parsed(text.slice(start, run.at(-1)!.end), start, apart);
  const node = whole?.node;
  if (!whole || whole.errors.length > 0 || !isCollection(node) || node.flow) return undefined;
  const entries: Entry[] = run.map((slice) => ({ text: slice.text, start: slice.start, node: null, errors: [] }));
  let next = 0;
  for (const item of node.items) {
    const place = isPair(item) ? (item.key as Node | null)?.range : (item as Node | null)?.range;
    if (!place) return undefined;
    while (next + 1 < run.length && place[0] >= run[next + 1]!.start) next++;
    const entry = entries[next]!;
    entry.node ??= isSeq(node) ? new YAMLSeq() : new YAMLMap();
    const part = entry.node as YAMLSeq<unknown>;
    part.items.push(item);
    const end = (isPair(item) ? (item.value as Node | null)?.range : undefined) ?? place;
    const first = entry.start + entry.text.length - entry.text.trimStart().length;
    part.range = [first, end[1], end[2]];
  }
  return entries.every((entry) => entry.node) ? entries : undefined;
}

/** @param text equal to the entry's own, but a part of the newest text: the older one need not be kept for its sake. */
function moved(entry: Entry, text: string, start: number): Entry {
  const delta = start - entry.start;
  entry.text = text;
  if (delta === 0) return entry;
  entry.start = start;
  move(entry.node, delta);
  entry.errors = entry.errors.map((error) => ({
    ...error,
    pos: [error.pos[0] + delta, error.pos[1] + delta] as const,
  }));
  return entry;
}

/** @param apart the values of the entry shall not keep the whole text alive. */
function parsed(text: string, start: number, apart: boolean): Entry | undefined {
  const { document, errors } = composeWhole(apart ? (JSON.parse(JSON.stringify(text)) as string) : text);
  if (!document) return undefined;
  return moved({ text, start: 0, node: document.contents as Node | null, errors }, text, start);
}

function move(root: Node | null, delta: number): void {
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const node = stack.pop();
    if (isPair(node)) {
      stack.push(node.key, node.value);
      continue;
    }
    if (!isScalar(node) && !isCollection(node)) {
      const alias = node as Node | null;
      if (alias?.range) alias.range = [alias.range[0] + delta, alias.range[1] + delta, alias.range[2] + delta];
      continue;
    }
    if (node.range) node.range = [node.range[0] + delta, node.range[1] + delta, node.range[2] + delta];
    if (isCollection(node)) stack.push(...node.items);
  }
}

/** Puts the entries together as the file's map. @returns undefined where an entry is not what its place asks for. */
function assemble(parts: readonly Part[], entries: readonly Entry[]): Document | undefined {
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
    spread(collection, own);
    root.items.push(new Pair(key, collection));
  }
  spread(root, entries);
  if (parts[0]) root.range![0] = parts[0].start;
  document.contents = root as unknown as typeof document.contents;
  return document;
}

function spread(collection: YAMLMap | YAMLSeq, entries: readonly Entry[]): void {
  const start = entries[0]?.node?.range?.[0] ?? 0;
  const end = entries.at(-1)?.node?.range ?? [start, start, start];
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
