import { isCollection, isMap, type Pair } from 'yaml';
import { extent, type YamlNode } from '../../../graph/text/nodes';
import type { Snapshot } from '../snapshot';
import { dashBefore } from './indentation';

/** Blanks to be replaced by others. Offsets. */
export interface Gap {
  start: number;
  end: number;
  text: string;
}

/** Blanks within lines: after dashes and colons, and around brackets and commas. Line ends are never touched. */
export function planGaps(snapshot: Snapshot): Gap[] {
  const gaps: Gap[] = [];
  visit(snapshot, snapshot.root, gaps);
  return gaps.filter(({ start, end, text }) => snapshot.text.slice(start, end) !== text);
}

function visit(snapshot: Snapshot, node: YamlNode, gaps: Gap[]): void {
  if (!isCollection(node)) return;
  if (node.flow) {
    const span = extent(node, snapshot.text);
    if (span) planFlow(snapshot.text, span.start, span.end, gaps);
    return;
  }
  if (isMap(node)) {
    planPairs(snapshot, node.items as Pair[], gaps);
    for (const { value } of node.items as Pair[]) visit(snapshot, value as YamlNode, gaps);
    return;
  }
  for (const item of node.items as YamlNode[]) {
    const at = item?.range?.[0];
    const dash = at === undefined ? undefined : dashBefore(snapshot.text, at);
    if (dash !== undefined && isBlank(snapshot.text.slice(dash + 1, at)) && at! > dash + 1)
      gaps.push({ start: dash + 1, end: at!, text: ' ' });
    visit(snapshot, item, gaps);
  }
}

/** `key:   value`: one blank, but for values that stand below each other on purpose. */
function planPairs(snapshot: Snapshot, pairs: readonly Pair[], gaps: Gap[]): void {
  const rows = pairs.map(({ key, value }) => {
    const from = (key as YamlNode)?.range?.[1];
    const to = (value as YamlNode)?.range?.[0];
    if (from === undefined || to === undefined || to <= from) return undefined;
    const between = /^([ \t]*):([ \t]+)$/.exec(snapshot.text.slice(from, to));
    if (!between) return undefined;
    const { line, character } = snapshot.lines.positionAt(to);
    return { from, to, line, character };
  });
  for (const [index, row] of rows.entries()) {
    if (!row) continue;
    const aligned = [rows[index - 1], rows[index + 1]].some(
      (other) => other && Math.abs(other.line - row.line) === 1 && other.character === row.character,
    );
    const colon = snapshot.text.indexOf(':', row.from);
    if (colon > row.from && !aligned) gaps.push({ start: row.from, end: colon, text: '' });
    if (!aligned) gaps.push({ start: colon + 1, end: row.to, text: ' ' });
  }
}

/** `{ a: b, c: [1, 2] }` on one line; over several, the breaks stay where they are. */
function planFlow(text: string, start: number, end: number, gaps: Gap[]): void {
  let quote: string | undefined;
  for (let at = start; at < end; at++) {
    const sign = text[at]!;
    if (quote) {
      if (sign === '\\' && quote === '"') at++;
      else if (sign === quote) quote = undefined;
      continue;
    }
    if ((sign === '"' || sign === "'") && /[\s,[{:]/.test(text[at - 1] ?? ' ')) {
      quote = sign;
      continue;
    }
    if (sign === '#' && /\s/.test(text[at - 1] ?? ' ')) {
      const newline = text.indexOf('\n', at);
      at = newline < 0 ? end : newline;
      continue;
    }
    if (sign === '{' || sign === '[') after(text, at, sign === '{' ? ' ' : '', gaps);
    else if (sign === ',') {
      before(text, at, '', gaps);
      after(text, at, ' ', gaps);
    } else if (sign === '}' || sign === ']') before(text, at, sign === '}' ? ' ' : '', gaps);
    else if (sign === ':' && /[ \t]/.test(text[at + 1] ?? '')) {
      before(text, at, '', gaps);
      after(text, at, ' ', gaps);
    }
  }
}

/** What follows a sign, up to the next one: nothing before a line end, a comment or a closing bracket (that has its own say). */
function after(text: string, at: number, wanted: string, gaps: Gap[]): void {
  const end = at + 1 + blanks(text.slice(at + 1, at + 1000));
  const next = text[end];
  if (next === undefined || /[\r\n#]/.test(next)) return;
  // No value: the comma has its own say.
  if (text[at] === ':' && next === ',') return;
  if (next === '}' || next === ']') {
    if (text[at] === '{' || text[at] === '[') gaps.push({ start: at + 1, end, text: '' });
    return;
  }
  gaps.push({ start: at + 1, end, text: wanted });
}

function before(text: string, at: number, wanted: string, gaps: Gap[]): void {
  let start = at;
  while (start > 0 && isBlank(text[start - 1]!)) start--;
  const previous = text[start - 1];
  if (previous === undefined || /[\r\n]/.test(previous)) return;
  if ((text[at] === '}' || text[at] === ']') && (previous === '{' || previous === '[')) return;
  // No key: what is before it has its own say.
  if (text[at] === ':' && /[,{[]/.test(previous)) return;
  // A comma before a bracket: what stands between them is the bracket's.
  gaps.push({ start, end: at, text: wanted });
}

const blanks = (text: string): number => /^[ \t]*/.exec(text)![0].length;

const isBlank = (text: string): boolean => /^[ \t]*$/.test(text);
