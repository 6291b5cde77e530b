import type { Code } from '../codes';
import type { Fix } from '../problem';
import type { Report } from '../report';
import type { Lines } from '../text/lines';
import { extent, isEmpty, type YamlNode } from '../text/nodes';
import type { Broken } from '../text/repair';
import type { At } from './shape';

export interface CheckContext {
  text: string;
  lines: Lines;
  report: Report;
  /** Parts of the text that could not be read: what is missing there has been reported. */
  broken: readonly Broken[];
}

/** Where an entry stands: its key (or itself, in a list), as offsets. */
export interface Place {
  /** How messages call it: `"command"`, `"nodes"`. */
  label: string;
  start: number;
  nameStart: number;
  nameEnd: number;
  /** Where the next entry begins: all before it belongs to this one. */
  limit: number;
}

/** A value with its places. */
export function at<T>(value: T, node: YamlNode, place: Place, context: CheckContext): At<T> {
  const { lines } = context;
  const span = extent(node, context.text) ?? { start: place.nameStart, end: place.nameEnd };
  return {
    value,
    start: span.start,
    end: span.end,
    at: lines.range(span.start, span.end),
    range: lines.range(Math.min(place.start, span.start), Math.max(place.nameEnd, span.end)),
    nameRange: lines.range(place.nameStart, place.nameEnd),
  };
}

/** Reports at the value, or at the name where there is no value. */
export function add(
  context: CheckContext,
  code: Code,
  node: YamlNode,
  place: Place,
  message: string,
  remedy: string,
  fix?: Fix,
): undefined {
  const span = (node && !isEmpty(node) && extent(node, context.text)) || { start: place.nameStart, end: place.nameEnd };
  const capital = message[0]!.toUpperCase() + message.slice(1);
  context.report.add(code, context.lines.range(span.start, span.end), capital, remedy, fix && { fix });
  return undefined;
}

/** Was the value of an entry taken out, because it could not be read? */
export function isBlanked(place: Place, { broken, text }: CheckContext): boolean {
  return broken.some((part) => {
    const gap = part.start - place.nameEnd;
    return gap >= 0 && gap < 100 && /^[\s:]*$/.test(text.slice(place.nameEnd, part.start));
  });
}

/**
 * Could a collection have had more entries than it shows? Then a whole entry of it, name and all, was taken out.
 *
 * @param column where its entries begin.
 */
export function hasGap(place: Place, column: number, { broken }: CheckContext): boolean {
  return broken.some(
    (part) => !part.named && part.indent <= column && part.start < place.limit && part.end > place.start,
  );
}

/** A text of the file in a message: on one line, and not longer than a line. */
export function show(written: string): string {
  const line = written.replace(/\s+/g, ' ');
  return `"${line.length > 60 ? `${line.slice(0, 57)}...` : line}"`;
}
