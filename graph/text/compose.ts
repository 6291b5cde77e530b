import { assemble } from './assemble';
import { type Composition, composeWhole, type Entry, moveEntry, parseEntries } from './entry';
import { type Part, partsOf, type Slice } from './parts';
import { differenceOf, recut } from './recut';

/**
 * Makes YAML documents of texts, entry by entry: each key of the file and each entry below `nodes:`, `edges:` and the like
 * is parsed for itself. So an open bracket or quote ends with its entry, and an entry that is as it was in the last text is
 * moved, not parsed again. The document of the last text must not be read any more: its nodes are in the new one.
 */
export type Composer = (text: string) => Composition;

/** The last text, in parts; an entry a slice, in order. */
interface Known {
  text: string;
  parts: Part[];
  entries: Entry[];
}

export function createComposer(): Composer {
  let known: Known | undefined;
  return (text) => {
    const next = (known && changed(known, text)) ?? anew(known, text);
    const document = next && assemble(next.parts, next.entries);
    known = document ? next : undefined;
    return next && document ? { document, errors: next.entries.flatMap(({ errors }) => errors) } : composeWhole(text);
  };
}

/** The last text with what differs in the newest one, where that is in one section. */
function changed(known: Known, text: string): Known | undefined {
  const { parts, entries } = known;
  const difference = differenceOf(known.text, text);
  const cut = recut(parts, difference, text);
  if (!cut) return undefined;
  const old = entries.slice(cut.from, cut.to);
  const fresh = reuse(old, known.text, [cut.slices], text);
  // Some may have moved already.
  if (!fresh) return anew(undefined, text);
  const delta = text.length - known.text.length;
  const rest = entries.slice(cut.to);
  for (const entry of rest) moveEntry(entry, entry.start + delta);
  return { text, parts: cut.parts, entries: [...entries.slice(0, cut.from), ...fresh, ...rest] };
}

function anew(known: Known | undefined, text: string): Known | undefined {
  const parts = partsOf(text);
  const slices = parts?.map((part) => part.slices);
  const entries = slices && reuse(known?.entries ?? [], known?.text ?? '', slices, text);
  return parts && entries && { text, parts, entries };
}

/**
 * The entries of a text: those that are known are taken from there, each once.
 *
 * @param groups slices of one section each.
 * @returns undefined where one can't be read.
 */
function reuse(
  known: readonly Entry[],
  before: string,
  groups: readonly (readonly Slice[])[],
  text: string,
): Entry[] | undefined {
  const old = matching(known, before, groups.flat(), text);
  const apart = before !== '';
  const entries: Entry[] = [];
  for (const slices of groups) {
    const first = entries.length;
    for (let index = 0; index < slices.length; ) {
      const entry = old[first + index];
      if (entry) {
        moveEntry(entry, slices[index]!.start);
        entries.push(entry);
        index++;
        continue;
      }
      let end = index + 1;
      while (end < slices.length && !old[first + end]) end++;
      const fresh = parseEntries(slices.slice(index, end), text, apart);
      if (!fresh) return undefined;
      for (const one of fresh) entries.push(one);
      index = end;
    }
  }
  return entries;
}

/** For each slice the known entry with its text: most are at the same place from the beginning, or from the end. */
function matching(
  known: readonly Entry[],
  before: string,
  slices: readonly Slice[],
  text: string,
): (Entry | undefined)[] {
  const written = ({ start, end }: Slice): string => text.slice(start, end);
  const wrote = ({ start, end }: Slice): string => before.slice(start, end);
  const limit = Math.min(known.length, slices.length);
  let head = 0;
  while (head < limit && wrote(known[head]!) === written(slices[head]!)) head++;
  let tail = 0;
  while (tail < limit - head && wrote(known[known.length - 1 - tail]!) === written(slices[slices.length - 1 - tail]!))
    tail++;
  const between = new Map<string, Entry[]>();
  for (const entry of known.slice(head, known.length - tail)) {
    const own = wrote(entry);
    const same = between.get(own);
    if (same) same.push(entry);
    else between.set(own, [entry]);
  }
  return slices.map((slice, index) => {
    const fromEnd = slices.length - index;
    if (index < head) return known[index];
    return fromEnd <= tail ? known[known.length - fromEnd] : between.get(written(slice))?.pop();
  });
}
