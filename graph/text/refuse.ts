import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { Range } from '../problem';
import type { Report } from '../report';
import { MAX_DEPTH } from './limits';
import type { Lines } from './lines';
import { quoteFix } from './misread';
import { extent, textOf, type YamlNode } from './nodes';

const ONLY = 'What is written at a place is what it means';
const MAX_RELATED = 20;
/** What is below `nodes:` and the like: what a composer keeps as long as it does not change. */
const ENTRY_DEPTH = 3;
/** Entries in which nothing was to be refused, nor anywhere else in their file. */
const plain = new WeakSet<Node>();

/**
 * Reports the parts of YAML that the language does not have: aliases, anchors, merge keys, tags, keys that are no text,
 * and collections nested too deep.
 *
 * @returns false where the document is so deep that it can't be looked at any further.
 */
export function refuseConstructs(document: Document, text: string, lines: Lines, report: Report): boolean {
  /** Anchor -> where its aliases are. */
  const anchors = new Map<string, Range[]>();
  const seen: Node[] = [];
  const entries: Node[] = [];
  const stack: { node: YamlNode; depth: number }[] = [{ node: document.contents as YamlNode, depth: 1 }];
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { node, depth } = top;
    if (!node || (depth === ENTRY_DEPTH && plain.has(node))) continue;
    if (depth > MAX_DEPTH) {
      const span = extent(node, text) ?? { start: 0, end: 0 };
      report.add(
        'SF1004',
        lines.range(span.start, Math.min(span.end, span.start + 1)),
        `The file is nested more than ${MAX_DEPTH} levels deep.`,
        'Nothing in a workflow is: look for a bracket that is never closed.',
      );
      return false;
    }
    seen.push(node);
    if (depth === ENTRY_DEPTH) entries.push(node);
    if (!isAlias(node) && node.anchor && !anchors.has(node.anchor)) anchors.set(node.anchor, []);
    if (isSeq(node)) for (const item of node.items) stack.push({ node: item as YamlNode, depth: depth + 1 });
    if (isMap(node)) {
      for (const { key, value } of node.items as Pair[]) {
        stack.push({ node: key as YamlNode, depth: depth + 1 }, { node: value as YamlNode, depth: depth + 1 });
      }
    }
  }
  for (const node of seen) {
    const span = isAlias(node) ? extent(node, text) : undefined;
    if (isAlias(node) && span) anchors.get(node.source)?.push(lines.range(span.start, span.end));
  }
  let refused = false;
  const noting: Report = {
    ...report,
    add: (...problem) => {
      refused = true;
      report.add(...problem);
    },
  };
  for (const node of seen) refuseNode(node, anchors, text, lines, noting);
  if (!refused) for (const node of entries) plain.add(node);
  return true;
}

function refuseNode(
  node: Node,
  anchors: ReadonlyMap<string, Range[]>,
  text: string,
  lines: Lines,
  report: Report,
): void {
  const span = extent(node, text);
  if (!span) return;
  const range = lines.range(span.start, span.end);
  if (isAlias(node)) {
    // Its anchor is the mistake.
    if (anchors.has(node.source)) return;
    const fix = quoteFix(text, span.start, span.end);
    report.add(
      'SF1002',
      range,
      `YAML reads "${text.slice(span.start, Math.min(span.end, span.start + 60))}" as an alias, because it begins with "*".`,
      `Write it in quotes${fix === undefined ? '' : `: ${fix}`}.`,
      fix === undefined ? undefined : { fix: { range, text: fix } },
    );
    return;
  }
  if (node.anchor) {
    report.add(
      'SF1003',
      markRange(node, '&', text, lines),
      `Anchors are not used here. ${ONLY}.`,
      `Write the value at each place (for several places there are parameters), or the text in quotes.`,
      {
        related: anchors
          .get(node.anchor)
          ?.slice(0, MAX_RELATED)
          .map((alias) => ({ message: 'An alias of it.', range: alias })),
      },
    );
  }
  if (node.tag !== undefined) {
    report.add(
      'SF1003',
      markRange(node, '!', text, lines),
      `Tags are not used here. ${ONLY}.`,
      'Remove the word with "!", or write the text in quotes.',
    );
  }
  if (!isMap(node)) return;
  for (const pair of node.items as Pair[]) {
    const key = pair.key as YamlNode;
    if (isScalar(key) && key.value === '<<' && key.type === 'PLAIN') {
      const at = extent(key, text)!;
      report.add(
        'SF1003',
        lines.range(at.start, at.end),
        `Merge keys are not used here. ${ONLY}.`,
        'Write the keys out; what several nodes share is an executor.',
      );
    } else if (key && !isAlias(key) && !isPair(key) && textOf(key) === undefined) {
      const at = extent(key, text) ?? span;
      const fix = quoteFix(text, at.start, at.end);
      report.add(
        'SF1002',
        lines.range(at.start, at.end),
        'YAML reads a list or a map as a name here.',
        `Write it in quotes${fix === undefined ? '' : `: ${fix}`}.`,
        fix === undefined ? undefined : { fix: { range: lines.range(at.start, at.end), text: fix } },
      );
    }
  }
}

/** The word with `&` or `!` that stands before a node. */
function markRange(node: Node, mark: string, text: string, lines: Lines) {
  let start = Math.max(0, text.lastIndexOf(mark, node.range?.[0] ?? 0));
  while (start > 0 && text[start - 1] === mark) start--;
  const length = /^[^\s,\]}]*/.exec(text.slice(start, start + 200))![0].length;
  return lines.range(start, start + length);
}
