import type { Problem } from './problem';

/** How a problem is silenced where it is: at the end of its line, or on a line of its own before it. */
export const IGNORE = 'scanflow-ignore';

const COMMENT = /(^|[ \t])#[ \t]*scanflow-ignore[ \t]+((?:SF\d{4})(?:[ \t]*,?[ \t]*SF\d{4})*)/;

/** Line -> codes that are silenced there. */
export function ignoredIn(text: string): ReadonlyMap<number, ReadonlySet<string>> {
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
}

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

/** The problems of a text that are to be told: errors, which refuse it, and what no comment silences. */
export function heardOf(text: string, problems: readonly Problem[]): Problem[] {
  const ignored = ignoredIn(text);
  return problems.filter(
    ({ code, severity, range }) => severity === 'error' || !ignored.get(range.start.line)?.has(code),
  );
}
