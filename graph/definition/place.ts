import type { Code } from '../codes';
import type { Fix, Range } from '../problem';
import type { Report } from '../report';
import type { Lines } from '../text/lines';
import { extent, isEmpty, type YamlNode } from '../text/nodes';
import type { Broken } from '../text/repair';
import type { At } from './shape';

export interface CheckContext {
  text: string;
  lines: Lines;
  report: Report;
  /** What places are counted from: the file, or the entry of it that is being checked. */
  origin: Origin;
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

/** The place of an entry with a name. Most are right: how they are called is worked out for those that are not. */
export class NamedPlace implements Place {
  constructor(
    private readonly name: string,
    readonly start: number,
    readonly nameEnd: number,
    readonly limit: number,
  ) {}

  get label(): string {
    return show(this.name);
  }

  get nameStart(): number {
    return this.start;
  }
}

/** Where an entry of the file begins. What was checked of an entry moves with it: only this changes. */
export interface Origin {
  start: number;
  lines: Lines;
}

/** A value whose places are worked out when somebody asks for them: of most, nobody does. */
class Placed<T> implements At<T> {
  /** Offsets from the origin, all of them. */
  constructor(
    readonly value: T,
    private readonly origin: Origin,
    private readonly from: number,
    private readonly to: number,
    private readonly entry: number,
    private readonly name: number,
    private readonly nameEnd: number,
  ) {}

  get start(): number {
    return this.origin.start + this.from;
  }

  get end(): number {
    return this.origin.start + this.to;
  }

  get at(): Range {
    return this.between(this.from, this.to);
  }

  get range(): Range {
    return this.between(Math.min(this.entry, this.from), Math.max(this.nameEnd, this.to));
  }

  get nameRange(): Range {
    return this.between(this.name, this.nameEnd);
  }

  /** The line that its entry begins at. */
  get line(): number {
    return this.origin.lines.positionAt(this.origin.start).line;
  }

  valued<U>(value: U): Placed<U> {
    return new Placed(value, this.origin, this.from, this.to, this.entry, this.name, this.nameEnd);
  }

  private between(start: number, end: number): Range {
    return this.origin.lines.range(this.origin.start + start, this.origin.start + end);
  }
}

/** A value with its places, and what else is known of it. */
export function at<T>(value: T, node: YamlNode, place: Place, context: CheckContext): At<T>;
export function at<T, M extends object>(
  value: T,
  node: YamlNode,
  place: Place,
  context: CheckContext,
  more: M,
): At<T> & M;
export function at<T>(value: T, node: YamlNode, place: Place, context: CheckContext, more: object = {}): At<T> {
  const { origin } = context;
  const span = extent(node, context.text);
  const [start, end] = span ? [span.start, span.end] : [place.nameStart, place.nameEnd];
  const base = origin.start;
  const placed = new Placed(
    value,
    origin,
    start - base,
    end - base,
    place.start - base,
    place.nameStart - base,
    place.nameEnd - base,
  );
  return Object.assign(placed, more);
}

/** The line that the entry of the file begins at which a value belongs to. */
export const lineOf = (of: At<unknown>): number => (of as Placed<unknown>).line;

/** Another value at the same place. */
export const valued = <T>(of: At<unknown>, value: T): At<T> => (of as Placed<unknown>).valued(value);

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
