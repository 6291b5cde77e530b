import { derived, type Snapshot } from '../snapshot';

/** How a problem is silenced where it is: at the end of its line, or on a line of its own before it. */
export const IGNORE = 'scanflow-ignore';

const COMMENT = /(^|[ \t])#[ \t]*scanflow-ignore[ \t]+((?:SF\d{4})(?:[ \t]*,?[ \t]*SF\d{4})*)/;

/** Line -> codes that are silenced there. */
const ignoredOf = derived(({ text }: Snapshot): Map<number, Set<string>> => {
  const ignored = new Map<number, Set<string>>();
  if (!text.includes(IGNORE)) return ignored;
  for (const [number, line] of text.split('\n').entries()) {
    const match = line.includes(IGNORE) ? COMMENT.exec(line) : null;
    if (!match) continue;
    const alone = line.slice(0, match.index).trim() === '';
    const codes = match[2]!.match(/SF\d{4}/g)!;
    const target = alone ? number + 1 : number;
    const known = ignored.get(target) ?? new Set();
    for (const code of codes) known.add(code);
    ignored.set(target, known);
    // Comments that stand one below the other all speak of the line after them.
    if (alone && ignored.has(number)) for (const code of ignored.get(number)!) known.add(code);
  }
  return ignored;
});

/** Is a code silenced on a line? */
export function isIgnored(snapshot: Snapshot, code: string, line: number): boolean {
  return ignoredOf(snapshot).get(line)?.has(code) ?? false;
}
