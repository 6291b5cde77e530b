import type { Signature } from '../catalogue/signature';
import type { Code } from '../codes';
import type { At } from '../definition/shape';
import type { Fix, Range } from '../problem';
import type { Report } from '../report';
import { closest, didYouMean } from '../suggest';
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
  /** How many more unknown names get a suggestion: each is compared with every name there is. */
  suggestions: { left: number };
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
  /** Whole parts that could not be read: nothing can be called unknown there. */
  parts: ReadonlySet<string>;
}

/** Reports a name that nothing has, with the name that was probably meant. */
export function reportUnknown(
  context: BuildContext,
  code: Code,
  range: Range,
  message: string,
  written: string,
  candidates: Iterable<string>,
  otherwise: string,
): void {
  const suggestion = context.suggestions.left-- > 0 ? closest(written, candidates) : undefined;
  const fix: Fix | undefined = suggestion === undefined ? undefined : { range, text: suggestion };
  context.report.add(code, range, message, didYouMean(suggestion, otherwise), fix && { fix });
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
