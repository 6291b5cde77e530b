import { isCollection, isMap, isScalar, type Pair } from 'yaml';
import { extent, type YamlNode } from '../../../graph/text/nodes';
import { lineStartAt } from '../cursor/lines';
import type { Snapshot } from '../snapshot';

/** What a line is to the formatter. */
export interface LinePlan {
  /** How far it is to be indented; undefined: as it is. */
  indent?: number;
  /** Its content is text: neither its end nor an empty line in it may change. */
  text?: true;
}

const STEP = 2;

/** Says of each line how far it belongs indented: by what it begins, an entry, an item, or the inside of a value. */
export function planLines(snapshot: Snapshot): Map<number, LinePlan> {
  const plan = new Map<number, LinePlan>();
  planNode(snapshot, snapshot.root, 0, 0, plan);
  planComments(snapshot, plan);
  return plan;
}

/** @param column where the entries of a block collection begin; `owner` where the entry that holds the value does. */
function planNode(
  snapshot: Snapshot,
  node: YamlNode,
  column: number,
  owner: number,
  plan: Map<number, LinePlan>,
): void {
  if (isCollection(node) && !node.flow) {
    for (const item of node.items) {
      if (isMap(node)) planPair(snapshot, item as Pair, column, plan);
      else planItem(snapshot, item as YamlNode, column, plan);
    }
    return;
  }
  const span = extent(node, snapshot.text);
  if (!span) return;
  if (isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED'))
    planBlockText(snapshot, span, owner, plan);
  else planInside(snapshot, node, span, owner, plan);
}

function planPair(snapshot: Snapshot, { key, value }: Pair, column: number, plan: Map<number, LinePlan>): void {
  const start = (key as YamlNode)?.range?.[0];
  if (start === undefined) return;
  begins(snapshot, start, column, plan);
  const own = value as YamlNode;
  if (isCollection(own) && !own.flow) planNode(snapshot, own, column + STEP, column, plan);
  else planNode(snapshot, own, column, column, plan);
}

function planItem(snapshot: Snapshot, item: YamlNode, column: number, plan: Map<number, LinePlan>): void {
  const at = item?.range?.[0];
  if (at === undefined) return;
  const dash = dashBefore(snapshot.text, at);
  if (dash === undefined) return;
  begins(snapshot, dash, column, plan);
  planNode(snapshot, item, column + STEP, column, plan);
}

/** The dash of a list item. A comment may be between. */
export function dashBefore(text: string, at: number): number | undefined {
  for (let position = at; position > 0; ) {
    const lineStart = lineStartAt(text, position);
    const before = text.slice(lineStart, position).replace(/(^|[ \t])#.*$/, '');
    const dash = /-[ \t]*$/.exec(before);
    if (dash) return lineStart + dash.index;
    if (before.trim() !== '') return undefined;
    position = lineStart - 1;
  }
  return undefined;
}

/** The line that something begins, where only blanks and dashes are before it. */
function begins(snapshot: Snapshot, offset: number, column: number, plan: Map<number, LinePlan>): void {
  const { line, character } = snapshot.lines.positionAt(offset);
  const before = snapshot.text.slice(offset - character, offset);
  if (before.trim() === '') plan.set(line, { indent: column });
}

/** Lines within brackets, quotes or a text over several lines. */
function planInside(
  snapshot: Snapshot,
  node: YamlNode,
  span: { start: number; end: number },
  owner: number,
  plan: Map<number, LinePlan>,
): void {
  const first = snapshot.lines.positionAt(span.start);
  const last = snapshot.lines.positionAt(span.end).line;
  const beginsLine = snapshot.text.slice(span.start - first.character, span.start).trim() === '';
  const base = owner + STEP;
  if (beginsLine && !plan.has(first.line)) plan.set(first.line, { indent: base });
  const depths = isCollection(node) ? bracketDepths(snapshot, span) : undefined;
  const outer = beginsLine ? base : owner;
  for (let line = first.line + 1; line <= last; line++) {
    const depth = depths?.get(line);
    if (!depths) plan.set(line, { indent: base, text: true });
    else if (depth === undefined) plan.set(line, { text: true });
    else plan.set(line, { indent: outer + depth * STEP });
  }
}

/** How many brackets are open where a line begins, its own closing ones not counted; nothing for lines within quotes. */
function bracketDepths(snapshot: Snapshot, { start, end }: { start: number; end: number }): Map<number, number> {
  const { text, lines } = snapshot;
  const depths = new Map<number, number>();
  let line = lines.positionAt(start).line;
  let depth = 0;
  let quote: string | undefined;
  let fresh = false;
  for (let at = start; at < end; at++) {
    const sign = text[at]!;
    if (sign === '\n') {
      line++;
      fresh = true;
      continue;
    }
    if (quote) {
      fresh = false;
      if (sign === '\\' && quote === '"') at++;
      else if (sign === quote) quote = undefined;
      continue;
    }
    if (sign === ' ' || sign === '\t' || sign === '\r') continue;
    const closes = sign === ']' || sign === '}';
    if (closes) depth--;
    if (fresh) depths.set(line, Math.max(0, depth));
    fresh = false;
    if (sign === '[' || sign === '{') depth++;
    else if ((sign === '"' || sign === "'") && /[\s,[{:]/.test(text[at - 1] ?? ' ')) quote = sign;
    else if (sign === '#' && /\s/.test(text[at - 1] ?? ' ')) {
      const newline = text.indexOf('\n', at);
      at = newline < 0 ? end : newline - 1;
    }
  }
  return depths;
}

/** A block of text moves as a whole: its lines keep their places among each other. */
function planBlockText(
  snapshot: Snapshot,
  span: { start: number; end: number },
  owner: number,
  plan: Map<number, LinePlan>,
): void {
  const { text, lines } = snapshot;
  const header = text.slice(span.start, text.indexOf('\n', span.start));
  const first = lines.positionAt(span.start).line + 1;
  const last = lines.positionAt(Math.max(span.start, span.end - 1)).line;
  const rows: { line: number; indent: number; blank: boolean }[] = [];
  for (let line = first; line <= last; line++) {
    const start = lines.offsetAt({ line, character: 0 });
    const row = text.slice(start, lines.offsetAt({ line: line + 1, character: 0 })).replace(/\r?\n$/, '');
    rows.push({ line, indent: row.length - row.trimStart().length, blank: row.trim() === '' });
  }
  const firstText = rows.find(({ blank }) => !blank);
  const fixed = /^[|>][-+]?\d/.test(header);
  // The first line decides how far the text is indented: deeper lines after it keep their distance.
  const delta = fixed || !firstText ? 0 : owner + STEP - firstText.indent;
  for (const { line, indent, blank } of rows)
    plan.set(line, blank || fixed ? { text: true } : { indent: indent + delta, text: true });
}

/** Comments on lines of their own go with what they stand before, or after, at the same indentation. */
function planComments(snapshot: Snapshot, plan: Map<number, LinePlan>): void {
  const rows = snapshot.text.split('\n');
  const old = (line: number): number => rows[line]!.length - rows[line]!.trimStart().length;
  let next: number | undefined;
  const before: number[] = [];
  const following = new Map<number, number>();
  for (let line = rows.length - 1; line >= 0; line--) {
    if (next !== undefined) following.set(line, next);
    if (plan.get(line)?.indent !== undefined && !plan.get(line)?.text) next = line;
  }
  for (const [line, row] of rows.entries()) {
    if (plan.has(line)) {
      if (!plan.get(line)?.text) before.push(line);
      continue;
    }
    if (!row.trimStart().startsWith('#')) continue;
    const after = following.get(line);
    const own = old(line);
    const outer = after === undefined ? 0 : old(after);
    const peer = lastWith(before, (each) => old(each) <= own);
    let indent = after === undefined ? 0 : plan.get(after)!.indent!;
    // Deeper than what comes next: it belongs to what is before it.
    if (own !== outer && peer !== undefined && old(peer) === own) indent = plan.get(peer)!.indent!;
    else if (own > outer && peer !== undefined) indent = plan.get(peer)!.indent! + STEP;
    plan.set(line, { indent });
  }
}

/** The last line that satisfies a test, looking back as far as a file's nesting goes. */
function lastWith(lines: readonly number[], test: (line: number) => boolean): number | undefined {
  for (let index = lines.length - 1; index >= Math.max(0, lines.length - 1000); index--)
    if (test(lines[index]!)) return lines[index];
  return undefined;
}
