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
    ignored.set(there.alone ? number + 1 : number, known);
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

/** May a comment silence it? An error refuses the text, whatever a comment says: it is told. */
export const isIgnorable = ({ severity }: Problem): boolean => severity !== 'error';

/** @param ignored `ignoredIn` of the problem's text. */
export const isIgnored = (problem: Problem, ignored: ReturnType<typeof ignoredIn>): boolean =>
  isIgnorable(problem) && !!ignored.get(problem.range.start.line)?.has(problem.code);

/** The problems of a text that are to be told. */
export function heardOf(text: string, problems: readonly Problem[]): Problem[] {
  const ignored = ignoredIn(text);
  return problems.filter((problem) => !isIgnored(problem, ignored));
}
