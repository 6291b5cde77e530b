import { type Document, isCollection, isPair, isSeq, type Node, parseDocument, YAMLMap, YAMLSeq } from 'yaml';
import type { ParserError } from './explain';
import type { Slice } from './parts';

/** A text as a YAML document, and what was wrong with it as YAML. */
export interface Composition {
  /** Undefined where the parser itself gave up. */
  document?: Document;
  errors: ParserError[];
}

/** One slice of the text, parsed. Offsets of the whole text, as those of its nodes are. */
export interface Entry extends Slice {
  node: Node | null;
  errors: ParserError[];
}

export const OPTIONS = {
  version: '1.2',
  schema: 'core',
  // Its check is quadratic; ours uses a set.
  uniqueKeys: false,
  merge: false,
  prettyErrors: false,
  // 'silent' would hide a second document, too.
  logLevel: 'error',
} as const;

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

/**
 * Parses neighbours: in one go, which is faster, or one by one where that would let one's mistake spread to another.
 *
 * @param apart their values shall not keep the whole text alive.
 * @returns undefined where the parser gave up.
 */
export function parseEntries(run: readonly Slice[], text: string, apart: boolean): Entry[] | undefined {
  const together = parseRun(run, text, apart);
  if (together) return together;
  const entries: Entry[] = [];
  for (const slice of run) {
    const entry = parsed(slice, text, apart);
    if (!entry) return undefined;
    entries.push(entry);
  }
  return entries;
}

function parseRun(run: readonly Slice[], text: string, apart: boolean): Entry[] | undefined {
  if (run.length === 1) return undefined;
  const whole = parsed({ start: run[0]!.start, end: run.at(-1)!.end }, text, apart);
  const node = whole?.node;
  if (!whole || whole.errors.length > 0 || !isCollection(node) || node.flow) return undefined;
  const entries: Entry[] = run.map(({ start, end }) => ({ start, end, node: null, errors: [] }));
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
    const written = text.slice(entry.start, entry.end);
    const first = entry.start + written.length - written.trimStart().length;
    part.range = [first, end[1], end[2]];
  }
  return entries.every((entry) => entry.node) ? entries : undefined;
}

function parsed({ start, end }: Slice, text: string, apart: boolean): Entry | undefined {
  const written = text.slice(start, end);
  const { document, errors } = composeWhole(apart ? (JSON.parse(JSON.stringify(written)) as string) : written);
  if (!document) return undefined;
  const entry: Entry = { start: 0, end: end - start, node: document.contents as Node | null, errors };
  moveEntry(entry, start);
  return entry;
}

/** Moves an entry with all that is in it: it stands somewhere else in the newest text. */
export function moveEntry(entry: Entry, start: number): void {
  const delta = start - entry.start;
  if (delta === 0) return;
  entry.start += delta;
  entry.end += delta;
  moveNode(entry.node, delta);
  if (entry.errors.length > 0)
    entry.errors = entry.errors.map((error) => ({
      ...error,
      pos: [error.pos[0] + delta, error.pos[1] + delta] as const,
    }));
}

function moveNode(root: Node | null, delta: number): void {
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const node = stack.pop();
    if (isPair(node)) {
      stack.push(node.key, node.value);
      continue;
    }
    const range = (node as Node | null)?.range;
    // In place: a large file has a hundred thousand of them.
    if (range) for (let at = 0; at < range.length; at++) range[at]! += delta;
    // One by one: a call takes no more arguments than the stack has room for.
    if (isCollection(node)) for (const item of node.items) stack.push(item);
  }
}
