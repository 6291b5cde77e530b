import type { TextEdit } from 'vscode-languageserver-types';
import { type Position, parseWorkflow, type Range } from '../../../graph';
import { composeWhole } from '../../../graph/text/entry';
import type { Snapshot } from '../snapshot';
import { type Gap, planGaps } from './gaps';
import { type LinePlan, planLines } from './indentation';

/** Edits that give a text its usual form: indentation by two, one blank where one belongs, no blank at the end of a line. */
export function format(snapshot: Snapshot): TextEdit[] {
  if (!isReadable(snapshot)) return [];
  const gaps = plan(snapshot);
  return keepsMeaning(snapshot.text, gaps) ? asEdits(snapshot, gaps) : [];
}

/** The same for some lines. Indentation changes only where the lines around allow it. */
export function formatRange(snapshot: Snapshot, range: Range): TextEdit[] {
  if (!isReadable(snapshot)) return [];
  const last = range.end.character === 0 && range.end.line > range.start.line ? range.end.line - 1 : range.end.line;
  const inRange = ({ start, end }: Gap): boolean =>
    snapshot.lines.positionAt(start).line >= range.start.line && snapshot.lines.positionAt(end).line <= last;
  const gaps = plan(snapshot).filter(inRange);
  if (keepsMeaning(snapshot.text, gaps)) return asEdits(snapshot, gaps);
  const within = gaps.filter(({ start }) => snapshot.lines.positionAt(start).character > 0);
  return keepsMeaning(snapshot.text, within) ? asEdits(snapshot, within) : [];
}

/** After a new line was begun: the line before it. */
export function formatOnType(snapshot: Snapshot, position: Position): TextEdit[] {
  if (position.line === 0) return [];
  const line = position.line - 1;
  return formatRange(snapshot, { start: { line, character: 0 }, end: { line, character: Number.MAX_SAFE_INTEGER } });
}

/** A text that YAML can't read has no form yet; one with a lone `\r` has other lines for YAML than for the editor. */
const isReadable = ({ problems, text }: Snapshot): boolean =>
  !problems.some(({ code }) => /^SF100[1-5]$/.test(code)) && !/\r(?!\n)/.test(text);

function plan(snapshot: Snapshot): Gap[] {
  const lines = planLines(snapshot);
  const gaps = [...planIndents(snapshot, lines), ...planGaps(snapshot), ...planEnds(snapshot, lines)];
  return withComments(snapshot, disjoint(gaps));
}

function planIndents({ text, lines }: Snapshot, plans: ReadonlyMap<number, LinePlan>): Gap[] {
  const gaps: Gap[] = [];
  for (const [line, { indent }] of plans) {
    if (indent === undefined) continue;
    const start = lines.offsetAt({ line, character: 0 });
    const end = start + /^[ \t]*/.exec(text.slice(start, start + 2000))![0].length;
    if (/^[\r\n]|^$/.test(text.slice(end, end + 1))) continue;
    if (text.slice(start, end) !== ' '.repeat(indent)) gaps.push({ start, end, text: ' '.repeat(indent) });
  }
  return gaps;
}

/** Blanks at the ends of lines, more than one empty line in a row, and how the file ends. */
function planEnds({ text, lines }: Snapshot, plans: ReadonlyMap<number, LinePlan>): Gap[] {
  const gaps: Gap[] = [];
  let empty: number | undefined;
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const first = start;
  for (let line = 0; start <= text.length; line++) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const content = text.slice(start, end).replace(/\r$/, '');
    const kept = plans.get(line)?.text === true;
    const trimmed = content.trimEnd();
    if (!kept && trimmed !== '' && trimmed.length < content.length && !plans.get(line + 1)?.text) {
      gaps.push({ start: start + trimmed.length, end: start + content.length, text: '' });
    }
    if (trimmed === '' && !kept) empty ??= start;
    else {
      if (empty !== undefined && empty < start)
        gaps.push({ start: empty, end: start, text: empty === first ? '' : lineEnd(text) });
      empty = undefined;
    }
    if (newline < 0) break;
    start = newline + 1;
  }
  const tail = empty ?? text.length;
  const lastText = lines.positionAt(Math.max(0, text.length - 1)).line;
  if (plans.get(lastText)?.text && empty === undefined) return gaps;
  const ends = tail === first || text[tail - 1] === '\n';
  if (text.slice(tail) !== '' || !ends) gaps.push({ start: tail, end: text.length, text: ends ? '' : lineEnd(text) });
  return gaps;
}

const lineEnd = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

function disjoint(gaps: Gap[]): Gap[] {
  const inOrder = gaps.toSorted((one, other) => one.start - other.start || other.end - one.end);
  let from = -1;
  return inOrder.filter(({ start, end }) => {
    if (start < from) return false;
    from = Math.max(end, start === end ? start : end);
    return true;
  });
}

/** A comment at the end of a line keeps its column, as far as what is before it leaves it there. */
function withComments({ text, lines }: Snapshot, gaps: readonly Gap[]): Gap[] {
  const byLine = Map.groupBy(gaps, ({ start }) => lines.positionAt(start).line);
  const added: Gap[] = [];
  for (const [line, own] of byLine) {
    const start = lines.offsetAt({ line, character: 0 });
    const newline = text.indexOf('\n', start);
    const row = text.slice(start, newline < 0 ? text.length : newline);
    const comment = commentIn(row);
    if (comment === undefined || own.some((gap) => gap.end > start + comment.blank)) continue;
    const indent = own.find((gap) => gap.start === start);
    const shift = indent ? indent.text.length - (indent.end - indent.start) : 0;
    const growth = own.reduce((sum, gap) => sum + gap.text.length - (gap.end - gap.start), 0);
    const width = Math.max(1, comment.hash - comment.blank - (growth - shift));
    if (width !== comment.hash - comment.blank)
      added.push({ start: start + comment.blank, end: start + comment.hash, text: ' '.repeat(width) });
  }
  return disjoint([...gaps, ...added]);
}

/** Where a comment after something begins on a line, and the blanks before it. */
function commentIn(row: string): { blank: number; hash: number } | undefined {
  let quote: string | undefined;
  for (let at = 0; at < row.length; at++) {
    const sign = row[at]!;
    if (quote) {
      if (sign === '\\' && quote === '"') at++;
      else if (sign === quote) quote = undefined;
    } else if ((sign === '"' || sign === "'") && /[\s,[{:]/.test(row[at - 1] ?? ' ')) quote = sign;
    else if (sign === '#' && /[ \t]/.test(row[at - 1] ?? '')) {
      const blank = row.slice(0, at).trimEnd().length;
      return blank === 0 ? undefined : { blank, hash: at };
    }
  }
  return undefined;
}

/** Would the text mean the same? Nothing is changed that does not. */
function keepsMeaning(text: string, gaps: readonly Gap[]): boolean {
  if (gaps.length === 0) return true;
  const changed = applyGaps(text, gaps);
  const one = composeWhole(text);
  const other = composeWhole(changed);
  if (!one.document || !other.document || one.errors.length > 0 || other.errors.length > 0)
    return sameWorkflow(text, changed);
  return JSON.stringify(one.document.toJS()) === JSON.stringify(other.document.toJS());
}

/** Texts that the YAML library does not read as a whole are compared by what the language reads of them. */
function sameWorkflow(one: string, other: string): boolean {
  const meaning = (text: string): string =>
    JSON.stringify(parseWorkflow(text).problems.map(({ code, message }) => [code, message])) +
    JSON.stringify(parseWorkflow(text).document);
  return meaning(one) === meaning(other);
}

function applyGaps(text: string, gaps: readonly Gap[]): string {
  let result = '';
  let from = 0;
  for (const gap of gaps) {
    result += text.slice(from, gap.start) + gap.text;
    from = gap.end;
  }
  return result + text.slice(from);
}

const asEdits = ({ lines }: Snapshot, gaps: readonly Gap[]): TextEdit[] =>
  gaps.map(({ start, end, text }) => ({ range: lines.range(start, end), newText: text }));
