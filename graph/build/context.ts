import type { Signature } from '../catalogue/signature';
import type { documentShape } from '../definition/document';
import type { At } from '../definition/shape';
import type { Problem, Range } from '../problem';
import type { Report } from '../report';
import type { Lines } from '../text/lines';
import type { Workflow } from '../workflow';

/** What all builders share: the text, where problems go, what is built so far and which names were refused. */
export interface BuildContext {
  text: string;
  lines: Lines;
  report: Report;
  catalogue: ReadonlyMap<string, Signature>;
  workflow: Workflow;
  refused: Refused;
  unknowns: KnownUnknowns;
}

/** What has been reported, and how many more names get a suggestion: each is compared with every name there is. */
export interface KnownUnknowns {
  places: Map<string, NonNullable<Problem['related']>>;
  suggestions: number;
}

/**
 * Names that the file has, but whose meaning was wrong: it has been reported, so whatever refers to them is left out in
 * silence. One mistake gives one message.
 */
export interface Refused {
  parameters: Set<string>;
  sources: Set<string>;
  executors: Set<string>;
  nodes: Set<string>;
  workflows: Set<string>;
  /** Executor -> ports of it. */
  ports: Map<string, Set<string>>;
  /** Executors that may have ports whose names could not be read. */
  anyPort: Set<string>;
  /** Parts that may have entries whose names could not be read: nothing can be called unknown there. */
  parts: ReadonlySet<Part>;
}

export type Part = Exclude<keyof typeof documentShape.fields, 'labels'> | 'labels.nodes' | 'labels.edges';

/** May an executor have a port of this name that could not be read? */
export function isRefusedPort(executor: string, port: string, { refused }: BuildContext): boolean {
  return refused.anyPort.has(executor) || (refused.ports.get(executor)?.has(port) ?? false);
}

/**
 * The range of a piece of a text value, counted from its first letter. Exact where the value stands in one line as it is
 * written; of a text with escapes or folds it is the whole value.
 */
export function pieceRange(context: BuildContext, whole: At<string>, start: number, length: number): Range {
  const raw = context.text.slice(whole.start, whole.end);
  const quote = /^["']/.test(raw) ? 1 : 0;
  const plain = raw.slice(quote, raw.length - quote) === whole.value;
  if (!plain) return whole.at;
  const from = whole.start + quote + start;
  return context.lines.range(from, from + length);
}

/** Does a range hold this piece and no more, in quotes or not? Of a text with escapes or folds it holds the whole value. */
export function holdsJust({ text, lines }: BuildContext, { start, end }: Range, piece: string): boolean {
  const raw = text.slice(lines.offsetAt(start), lines.offsetAt(end));
  return raw === piece || raw === `"${piece}"` || raw === `'${piece}'`;
}
