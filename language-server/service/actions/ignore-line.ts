import { isScalar } from 'yaml';
import { IGNORE, ignoreIn, isIgnorable, type Problem } from '../../../graph';
import { columnOf, eolOf, lineEndAt } from '../editing/find';
import { placesAround } from '../places';
import type { Snapshot } from '../snapshot';
import type { Proposal } from './action';

/** Silences a problem on its line: after the line's end, or before the line where its end is not free. */
export function ignoreLine(snapshot: Snapshot, problem: Problem): Proposal[] {
  if (!isIgnorable(problem)) return [];
  const { code, range } = problem;
  const { text, lines } = snapshot;
  const start = lines.offsetAt({ line: range.start.line, character: 0 });
  const end = lineEndAt(text, start);
  const line = text.slice(start, end);
  const at = (offset: number, added: string): Proposal[] => [
    { title: `Ignore ${code} on this line`, changes: [{ start: offset, end: offset, text: added }] },
  ];
  const there = ignoreIn(line);
  if (there) return at(start + there.end, `, ${code}`);
  if (!/#/.test(line) && !/[|>][-+\d]*\s*$/.test(line) && balanced(line) && !isText(snapshot, end))
    return at(end, ` # ${IGNORE} ${code}`);
  if (isText(snapshot, start)) return [];
  const indent = ' '.repeat(columnOf(text, start + line.length - line.trimStart().length));
  return at(start, `${indent}# ${IGNORE} ${code}${eolOf(text)}`);
}

/** Does a value that began before an offset go on behind it? A comment there would be a part of the text, or end it. */
function isText(snapshot: Snapshot, offset: number): boolean {
  const node = placesAround(snapshot, offset).at(-1)?.node;
  return isScalar(node) && !!node.range && node.range[0] < offset && offset < node.range[1];
}

/** No quote goes on at the end of a line: a comment there would be a part of the text. */
const balanced = (line: string): boolean =>
  (line.match(/"/g) ?? []).length % 2 === 0 && (line.match(/'/g) ?? []).length % 2 === 0;
