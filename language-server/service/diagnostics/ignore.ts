import { derived, type Snapshot } from '../snapshot';

/** How a problem is silenced where it is: at the end of its line, or on a line of its own before it. */
export const IGNORE = 'scanflow-ignore';

const COMMENT = /(^|[ \t])#[ \t]*scanflow-ignore[ \t]+((?:SF\d{4})(?:[ \t]*,?[ \t]*SF\d{4})*)/;

/** Line -> codes that are silenced there. */
const ignoredOf = derived(({ text }: Snapshot): Map<number, Set<string>> => {
  const ignored = new Map<number, Set<string>>();
  if (!text.includes(IGNORE)) return ignored;
  for (const [number, line] of text.split('\n').entries()) {
    const there = line.includes(IGNORE) ? ignoreIn(line) : undefined;
    if (!there) continue;
    // Comments that stand one below the other all speak of the line after them.
    const known = ignored.get(number) ?? new Set();
    for (const code of there.codes) known.add(code);
    // Also of their own: what is wrong with the file as a whole is told of its first line, be that a comment.
    ignored.set(number, known);
    if (there.alone) ignored.set(number + 1, known);
  }
  return ignored;
});

/** What a comment on a line silences; the offset in the line where its codes end. */
export function ignoreIn(line: string): { codes: string[]; end: number; alone: boolean } | undefined {
  const match = COMMENT.exec(line);
  if (!match) return undefined;
  return {
    codes: match[2]!.match(/SF\d{4}/g)!,
    end: match.index + match[0].length,
    alone: line.slice(0, match.index).trim() === '',
  };
}

/** Is a code silenced on a line? */
export function isIgnored(snapshot: Snapshot, code: string, line: number): boolean {
  return ignoredOf(snapshot).get(line)?.has(code) ?? false;
}
