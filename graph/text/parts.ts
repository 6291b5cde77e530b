import { documentShape } from '../definition/document';

/** A piece of a text that is parsed for itself. Offsets; whole lines. */
export interface Slice {
  start: number;
  end: number;
}

/** One key of the file and what belongs to it. */
export interface Part {
  start: number;
  /** Given where each entry below the key is a slice of its own; else the part is one slice, key and all. */
  key?: { text: string; quote: string; start: number; end: number };
  /** Then, how the lines of those entries begin. */
  entries?: { indent: number; dash: boolean };
  slices: Slice[];
}

/** A file has a dozen keys at most: with more than this it is something else, and not worth the care. */
const MAX_PARTS = 200;

const KEY_ALONE = /^(["']?)([A-Za-z_][A-Za-z0-9_-]*)\1[ \t]*:[ \t]*(?:#.*)?\r?$/;

/** Keys below which entries stand; below any other one, lines may be a text (`description:`). */
const SECTIONS: ReadonlySet<string> = new Set(
  Object.entries(documentShape.fields).flatMap(([key, { shape }]) =>
    ['object', 'map', 'list'].includes(shape.kind) ? [key] : [],
  ),
);

/**
 * Cuts a text where entries begin: at lines that are not indented, and below the key of a section that stands alone on its
 * line at those with the indentation of the first one. In YAML's block style no entry goes on beyond such a line, whatever
 * is open.
 *
 * @returns undefined for texts that are not a plain block map: documents with markers or directives, a root in brackets.
 */
export function partsOf(text: string): Part[] | undefined {
  const parts: Part[] = [];
  let current: Line[] = [];
  for (const line of linesIn(text)) {
    if (line.kind === 'marker') return undefined;
    if (line.kind === 'content' && line.indent === 0 && !(line.dash && current.length > 0)) {
      if (line.dash) return undefined;
      if (current.length > 0) parts.push(partOf(text, current));
      if (parts.length > MAX_PARTS) return undefined;
      current = [line];
    } else if (current.length > 0) {
      current.push(line);
    } else if (line.kind === 'content') {
      return undefined;
    }
  }
  if (current.length > 0) parts.push(partOf(text, current));
  return parts.length > 0 ? parts : undefined;
}

interface Line {
  start: number;
  /** After its line end. */
  end: number;
  indent: number;
  /** `open` begins with what can't begin an entry: a closing bracket, a tab. `marker` makes the text no plain map. */
  kind: 'content' | 'blank' | 'open' | 'marker';
  /** Begins with `- `. */
  dash: boolean;
}

/** The lines of a text, or those between two offsets where lines begin. */
export function* linesIn(text: string, from = 0, to = text.length): Generator<Line> {
  // A byte order mark belongs to no line.
  for (let start = from === 0 && text.charCodeAt(0) === 0xfeff ? 1 : from; start < to; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    let at = start;
    while (text.charCodeAt(at) === SPACE) at++;
    yield { start, end, indent: at - start, ...kindOf(text, at, at === start) };
    start = end;
  }
}

const SPACE = 32;
const TAB = 9;

function kindOf(text: string, at: number, first: boolean): Pick<Line, 'kind' | 'dash'> {
  const sign = text[at];
  if (sign === undefined || sign === '\n' || sign === '#') return { kind: 'blank', dash: false };
  if (sign === '\r' || sign === '\t') {
    let next = at;
    while (text.charCodeAt(next) === TAB || text.charCodeAt(next) === SPACE || text[next] === '\r') next++;
    const after = text[next];
    return { kind: after === undefined || after === '\n' || after === '#' ? 'blank' : 'open', dash: false };
  }
  if (sign === ']' || sign === '}') return { kind: 'open', dash: false };
  if (
    first &&
    (sign === '%' || sign === '{' || sign === '[' || text.startsWith('---', at) || text.startsWith('...', at))
  ) {
    return { kind: 'marker', dash: false };
  }
  if (sign === '-') {
    const after = text[at + 1];
    return {
      kind: 'content',
      dash: after === undefined || after === ' ' || after === '\t' || after === '\n' || after === '\r',
    };
  }
  return { kind: 'content', dash: false };
}

function partOf(text: string, lines: readonly Line[]): Part {
  const [head, ...body] = lines as [Line, ...Line[]];
  const whole = { start: head.start, slices: [{ start: head.start, end: lines.at(-1)!.end }] };
  const alone = KEY_ALONE.exec(text.slice(head.start, Math.min(head.end, head.start + 300)).replace(/\n$/, ''));
  const first = body.find(({ kind }) => kind !== 'blank');
  if (!alone || !SECTIONS.has(alone[2]!) || first?.kind !== 'content') return whole;
  const slices: Slice[] = [];
  for (const line of body) {
    const last = slices.at(-1);
    if (line.kind === 'content' && line.indent === first.indent) {
      if (line.dash !== first.dash) return whole;
      slices.push({ start: line.start, end: line.end });
    } else if (line.kind !== 'blank' && line.indent < first.indent) {
      return whole;
    } else if (last) {
      last.end = line.end;
    }
  }
  const [, quote, key] = alone as unknown as [string, string, string];
  const end = head.start + quote.length * 2 + key.length;
  return {
    start: head.start,
    key: { text: key, quote, start: head.start, end },
    entries: { indent: first.indent, dash: first.dash },
    slices,
  };
}
