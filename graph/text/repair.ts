import { type Document, isMap, isSeq, type Pair } from 'yaml';
import type { ParserError } from './explain';
import { lineEnd } from './lines';
import { extent, type YamlNode } from './nodes';

/** A part of the text that was taken out, because it could not be read. Offsets. */
export interface Broken {
  start: number;
  end: number;
  /** Of the line that it begins in. */
  indent: number;
  /** The name of the entry is still there. */
  named: boolean;
}

/**
 * The part of a text to take out, so that one error does not hide what is right and wrong elsewhere: the value of the
 * smallest entry, by its indentation, that the error lies in. Blanks take its place, so that all offsets stay.
 */
export function brokenPart(document: Document, text: string, error: ParserError): Broken | undefined {
  if (error.code === 'MULTIPLE_DOCS') return { start: error.pos[0], end: text.length, indent: 0, named: false };
  // What is never closed is noticed behind it.
  const open = /^Flow |^Missing closing/.test(error.message);
  const at = open ? text.slice(0, error.pos[0]).trimEnd().length - 1 : error.pos[0];
  const entry = entryStart(document, text, at);
  const lineStart = text.lastIndexOf('\n', entry - 1) + 1;
  const first = text.slice(lineStart, lineEnd(text, lineStart));
  const indent = first.length - first.trimStart().length;
  let end = lineStart + first.length;
  for (let next = end + 1; next <= text.length && next > end; ) {
    const stop = lineEnd(text, next);
    const line = text.slice(next, stop);
    const inner = line.trim() === '' || line.length - line.trimStart().length > indent || /^\s*[\]}]+,?\s*$/.test(line);
    if (!inner) break;
    end = stop;
    next = stop + 1;
  }
  // The name stays where it can be told: others may refer to it.
  const key = /^\s*(?:- )?(?:[\w.-]+|"[^"\n]*"|'[^'\n]*') *:(?=\s)/.exec(first)?.[0];
  const start =
    key !== undefined && (at > lineStart + key.length || end > lineStart + first.length)
      ? lineStart + key.length
      : lineStart;
  return text.slice(start, end).trim() === '' ? undefined : { start, end, indent, named: start > lineStart };
}

/** Where the innermost block entry begins that holds a place: what is in brackets is one with its brackets. */
function entryStart(document: Document, text: string, at: number): number {
  let start = at >= text.length ? text.trimEnd().length : at;
  let node = document.contents as YamlNode;
  for (;;) {
    if ((!isMap(node) && !isSeq(node)) || node.flow) return start;
    let inner: YamlNode | undefined;
    for (const item of node.items) {
      const key = isMap(node) ? ((item as Pair).key as YamlNode) : (item as YamlNode);
      const value = isMap(node) ? ((item as Pair).value as YamlNode) : (item as YamlNode);
      const from = extent(key, text)?.start;
      if (from === undefined || from > at) continue;
      inner = value;
      start = from;
    }
    if (inner === undefined) return start;
    node = inner;
  }
}

/** The text with a part of it turned into blanks; line ends stay. */
export function blank(text: string, part: { start: number; end: number }): string {
  return text.slice(0, part.start) + text.slice(part.start, part.end).replace(/[^\r\n]/g, ' ') + text.slice(part.end);
}
