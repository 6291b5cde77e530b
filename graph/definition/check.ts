import { isAlias, isMap, isScalar, isSeq, type Pair } from 'yaml';
import type { Code } from '../codes';
import type { Fix, Range } from '../problem';
import type { Report } from '../report';
import { closest, didYouMean } from '../suggest';
import type { Lines } from '../text/lines';
import { quoteFix } from '../text/misread';
import { extent, isEmpty, isExact, plainValue, textOf, type YamlNode } from '../text/nodes';
import { expected, withArticle } from './expected';
import { formatOf } from './formats';
import type { At, AtList, Checked, Fields, MapShape, NumberShape, ObjectShape, Shape, TextShape } from './shape';

export interface CheckContext {
  text: string;
  lines: Lines;
  report: Report;
  /** Parts of the text that could not be read: what is missing there has been reported. */
  broken: readonly { start: number; end: number }[];
}

/** Where an entry stands: its key (or itself, in a list), as offsets. */
interface Place {
  /** How messages call it: `command`, `nodes`. */
  label: string;
  start: number;
  nameStart: number;
  nameEnd: number;
}

/**
 * Compares a node of the document with a shape, reports all that differs, and returns what is right with its places.
 *
 * @returns undefined where nothing usable stands.
 */
export function checkDocument<S extends Shape>(
  node: YamlNode,
  shape: S,
  context: CheckContext,
): Checked<S> | undefined {
  const end = context.text.length;
  const place: Place = { label: 'a workflow', start: 0, nameStart: 0, nameEnd: Math.min(end, firstLine(context.text)) };
  return check(node, shape, place, context) as Checked<S> | undefined;
}

const firstLine = (text: string): number => {
  const end = text.search(/[\r\n]/);
  return end < 0 ? text.length : end;
};

function check(node: YamlNode, shape: Shape, place: Place, context: CheckContext): unknown {
  // An alias was refused where aliases are.
  if (isAlias(node)) return undefined;
  if (isEmpty(node)) return checkEmpty(node, shape, place, context);
  switch (shape.kind) {
    case 'text':
      return checkText(node, shape, place, context);
    case 'number':
      return checkNumber(node, shape, place, context);
    case 'boolean':
      if (isScalar(node) && typeof node.value === 'boolean') return at(node.value, node, place, context);
      return wrongType(node, shape, place, context);
    case 'choice':
      return checkChoice(node, shape.values, shape, place, context);
    case 'value': {
      const value = plainValue(node);
      if (value !== undefined) return at(value, node, place, context);
      return add(
        context,
        'SF1014',
        node,
        place,
        `A number in ${place.label} is too large to be kept exactly.`,
        'Write it in quotes, as a text.',
      );
    }
    case 'list':
      return checkList(node, shape.of, shape, place, context);
    case 'map':
      return checkMap(node, shape, place, context);
    case 'object':
      return checkObject(node, shape, place, context);
    case 'either':
      if (!matches(node, shape.long) && !matches(node, shape.short)) return wrongType(node, shape, place, context);
      if (matches(node, shape.long)) {
        const misread = misreadShort(node, shape.short, place, context);
        if (misread) return undefined;
        const long = check(node, shape.long, place, context) as At<unknown> | undefined;
        return long && { ...long, value: { long } };
      }
      {
        const short = check(node, shape.short, place, context) as At<unknown> | undefined;
        return short && { ...short, value: { short } };
      }
  }
}

/** Could this node, by its YAML type alone, be of the shape? */
function matches(node: YamlNode, shape: Shape): boolean {
  if (shape.kind === 'either') return matches(node, shape.short) || matches(node, shape.long);
  if (shape.kind === 'object' || shape.kind === 'map') return isMap(node);
  if (shape.kind === 'list') return isSeq(node);
  if (shape.kind === 'value') return !isMap(node);
  return isScalar(node);
}

function at<T>(value: T, node: YamlNode, place: Place, context: CheckContext): At<T> {
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

/** Nothing is written after the key: an empty collection, or a value that is missing. */
function checkEmpty(node: YamlNode, shape: Shape, place: Place, context: CheckContext): unknown {
  if (isBlanked(place, context)) return undefined;
  if (shape.kind === 'list' && shape.least === 0) return { ...at([], node, place, context), complete: true };
  if (shape.kind === 'map') return at({ entries: new Map(), refused: new Map() }, node, place, context);
  if (shape.kind === 'object' && Object.values(shape.fields).every((field) => !field.required)) {
    const found = at(defaultsOf(shape, node, place, context), node, place, context);
    return { ...found, given: new Set(), strange: false };
  }
  return add(
    context,
    'SF1012',
    node,
    place,
    `Nothing is given for ${place.label}.`,
    `Write ${expected(shape)}, or remove the key.`,
  );
}

function checkText(node: YamlNode, shape: TextShape, place: Place, context: CheckContext): At<string> | undefined {
  const written = textOf(node);
  if (written === undefined) return wrongType(node, shape, place, context);
  const format = formatOf(shape.format);
  if (format.readElsewhere) return at(written, node, place, context);
  const objection = objectionTo(written, shape);
  if (objection === undefined) return at(written, node, place, context);
  return badlyWritten(written, objection, shape, node, place, context);
}

function objectionTo(written: string, shape: TextShape): string | undefined {
  const format = formatOf(shape.format);
  if (format.pattern !== undefined && !patternOf(format.pattern).test(written)) return `it is not ${format.means}`;
  return format.objection?.(written);
}

function badlyWritten(
  written: string,
  objection: string,
  shape: TextShape,
  node: YamlNode,
  place: Place,
  context: CheckContext,
): undefined {
  const format = formatOf(shape.format);
  const mended = format.mend?.(written);
  const usable = mended !== undefined && objectionTo(mended, shape) === undefined ? mended : undefined;
  const span = extent(node, context.text)!;
  return add(
    context,
    format.code,
    node,
    place,
    `${place.label} can't be ${show(written)}: ${objection}.`,
    usable === undefined ? `Write ${format.instead ?? format.means}.` : `Write "${usable}".`,
    usable === undefined ? undefined : { range: context.lines.range(span.start, span.end), text: usable },
  );
}

const patterns = new Map<string, RegExp>();

function patternOf(source: string): RegExp {
  let pattern = patterns.get(source);
  if (!pattern) {
    pattern = new RegExp(source, 'u');
    patterns.set(source, pattern);
  }
  return pattern;
}

function checkNumber(node: YamlNode, shape: NumberShape, place: Place, context: CheckContext): At<number> | undefined {
  if (!isScalar(node) || typeof node.value !== 'number' || !isExact(node.value)) {
    return wrongType(node, shape, place, context);
  }
  const { value } = node;
  if (shape.integer && !Number.isInteger(value)) return wrongType(node, shape, place, context);
  const low = shape.minimum !== undefined && value < shape.minimum;
  const notAbove = shape.above !== undefined && value <= shape.above;
  const high = shape.maximum !== undefined && value > shape.maximum;
  if (!low && !notAbove && !high) return at(value, node, place, context);
  return add(context, 'SF1014', node, place, `${place.label} can't be ${value}.`, `Write ${expected(shape)}.`);
}

function checkChoice(
  node: YamlNode,
  values: readonly string[],
  shape: Shape,
  place: Place,
  context: CheckContext,
): At<string> | undefined {
  const written = textOf(node);
  if (written === undefined) return wrongType(node, shape, place, context);
  if (values.includes(written)) return at(written, node, place, context);
  const suggestion = closest(written, values);
  const span = extent(node, context.text)!;
  return add(
    context,
    'SF1013',
    node,
    place,
    `${place.label} can't be ${show(written)}.`,
    didYouMean(suggestion, `Write ${expected(shape)}.`),
    suggestion === undefined ? undefined : { range: context.lines.range(span.start, span.end), text: suggestion },
  );
}

function checkList(
  node: YamlNode,
  of: Shape,
  shape: Shape & { kind: 'list' },
  place: Place,
  context: CheckContext,
): AtList<unknown> | undefined {
  if (!isSeq(node)) return wrongType(node, shape, place, context);
  const items: unknown[] = [];
  const seen = new Set<unknown>();
  for (const item of node.items) {
    const value = item as YamlNode;
    const span = extent(value, context.text) ?? extent(node, context.text)!;
    const itemPlace: Place = {
      label: itemLabel(place.label),
      start: span.start,
      nameStart: span.start,
      nameEnd: span.end,
    };
    const checked = check(value, of, itemPlace, context) as At<unknown> | undefined;
    if (checked === undefined) continue;
    if (shape.unique && (typeof checked.value === 'string' || typeof checked.value === 'number')) {
      if (seen.has(checked.value)) {
        add(
          context,
          'SF1007',
          value,
          itemPlace,
          `${show(String(checked.value))} is in ${place.label} twice.`,
          'Remove one of them.',
        );
        continue;
      }
      seen.add(checked.value);
    }
    items.push(checked);
  }
  if (items.length < shape.least && node.items.length < shape.least) {
    return add(context, 'SF1012', node, place, `${place.label} is empty.`, `Write ${expected(shape)}.`);
  }
  return { ...at(items, node, place, context), complete: items.length === node.items.length };
}

const itemLabel = (label: string): string => (label.startsWith('a value of ') ? label : `a value of ${label}`);

function checkMap(node: YamlNode, shape: MapShape, place: Place, context: CheckContext): unknown {
  if (!isMap(node)) return wrongType(node, shape, place, context);
  const entries = new Map<string, unknown>();
  const refused = new Map<string, Range>();
  for (const { name, value, entry } of pairsOf(node.items as Pair[], context)) {
    const objection = objectionTo(name, { kind: 'text', format: shape.keys });
    if (objection !== undefined) {
      const format = formatOf(shape.keys);
      const mended = format.mend?.(name);
      add(
        context,
        format.code,
        null,
        entry,
        `A name in ${place.label} can't be ${show(name)}: ${objection}.`,
        mended === undefined ? `Write ${format.means}.` : `Write "${mended}".`,
      );
      refused.set(name, context.lines.range(entry.nameStart, entry.nameEnd));
      continue;
    }
    const checked = check(value, shape.of, entry, context);
    if (checked === undefined) refused.set(name, context.lines.range(entry.nameStart, entry.nameEnd));
    else entries.set(name, checked);
  }
  return at({ entries, refused }, node, place, context);
}

function checkObject(node: YamlNode, shape: ObjectShape, place: Place, context: CheckContext): unknown {
  if (!isMap(node)) return wrongType(node, shape, place, context);
  const found = defaultsOf(shape, node, place, context);
  const given = new Set<string>();
  let strange = false;
  for (const { name, value, entry } of pairsOf(node.items as Pair[], context)) {
    const field = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
    if (!field) {
      strange = true;
      unknownKey(name, shape, entry, context);
      continue;
    }
    given.add(name);
    const checked = check(value, field.shape, entry, context);
    if (checked !== undefined) found[name] = checked;
  }
  const span = extent(node, context.text)!;
  for (const [name, field] of Object.entries(shape.fields)) {
    // An unknown key may well be the misspelt one: that is one mistake.
    if (!field.required || given.has(name) || strange || isBroken(context, span.start, span.end)) continue;
    const example = field.example === undefined ? '' : `, for instance \`${name}: ${field.example}\``;
    add(context, 'SF1011', null, place, `${place.label} has no "${name}".`, `Add "${name}"${example}.`);
  }
  return { ...at(found, node, place, context), given, strange };
}

function unknownKey(name: string, shape: ObjectShape, entry: Place, context: CheckContext): void {
  const suggestion = closest(name, Object.keys(shape.fields));
  const known = Object.keys(shape.fields).map((key) => `"${key}"`);
  add(
    context,
    'SF1010',
    null,
    entry,
    `${withArticle(shape.name, true)} has no key ${show(name)}.`,
    didYouMean(suggestion, `It can have ${known.slice(0, -1).join(', ')} and ${known.at(-1)}.`),
    suggestion === undefined
      ? undefined
      : { range: context.lines.range(entry.nameStart, entry.nameEnd), text: suggestion },
  );
}

function defaultsOf(shape: ObjectShape, node: YamlNode, place: Place, context: CheckContext): Record<string, unknown> {
  const fields: Fields = shape.fields;
  const found: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    if (field.default !== undefined) found[name] = at(field.default, node, place, context);
  }
  return found;
}

/** The entries of a map with their places; what is given twice is reported, the first one counts. */
function* pairsOf(
  pairs: Iterable<Pair>,
  context: CheckContext,
): Generator<{ name: string; value: YamlNode; entry: Place }> {
  const seen = new Map<string, Place>();
  for (const pair of pairs) {
    const key = pair.key as YamlNode;
    const name = textOf(key);
    const span = extent(key, context.text);
    // Keys that are no text, merge keys and aliases were refused where those are.
    if (name === undefined || span === undefined || (name === '<<' && isPlain(key))) continue;
    const entry: Place = { label: `"${name}"`, start: span.start, nameStart: span.start, nameEnd: span.end };
    const first = seen.get(name);
    if (first) {
      context.report.add(
        'SF1007',
        context.lines.range(span.start, span.end),
        `${show(name)} is given twice.`,
        'Remove one of them, or give it another name.',
        { related: [{ message: 'First given here.', range: context.lines.range(first.nameStart, first.nameEnd) }] },
      );
      continue;
    }
    seen.set(name, entry);
    yield { name, value: pair.value as YamlNode, entry };
  }
}

const isPlain = (node: YamlNode): boolean => isScalar(node) && node.type === 'PLAIN';

/** A short form that YAML took for a map or a list: one message, with the quotes that mend it. */
function misreadShort(node: YamlNode, short: Shape, place: Place, context: CheckContext): boolean {
  if (short.kind !== 'text' || !isMap(node)) return false;
  const [first] = node.items as Pair[];
  const key = textOf(first?.key);
  if (key === undefined || !key.includes('->')) return false;
  misread(node, place, context);
  return true;
}

function misread(node: YamlNode, place: Place, context: CheckContext): undefined {
  const span = extent(node, context.text)!;
  const fix = quoteFix(context.text, span.start, span.end);
  const written = context.text.slice(span.start, span.end);
  const kind = isMap(node) ? 'a map' : 'a list';
  return add(
    context,
    'SF1002',
    node,
    place,
    `YAML reads ${show(written)} as ${kind}, but a text belongs here.`,
    fix === undefined ? 'Write it in quotes.' : `Write it in quotes: ${fix}`,
    fix === undefined ? undefined : { range: context.lines.range(span.start, span.end), text: fix },
  );
}

function wrongType(node: YamlNode, shape: Shape, place: Place, context: CheckContext): undefined {
  // In a list of texts, a map is what YAML makes of `a: b` or of a lone `?`.
  if (shape.kind === 'text' && isMap(node) && place.label.startsWith('a value of '))
    return misread(node, place, context);
  return add(context, 'SF1012', node, place, `${place.label} can't be ${kindOf(node)}.`, `Write ${expected(shape)}.`);
}

function kindOf(node: YamlNode): string {
  if (isMap(node)) return 'a map';
  if (isSeq(node)) return 'a list';
  if (!isScalar(node)) return 'this';
  if (typeof node.value === 'number') return `the number ${node.source ?? node.value}`;
  if (typeof node.value === 'boolean') return `${node.value}`;
  if (node.value === null) return 'null';
  return `the text ${show(String(node.value))}`;
}

/** Reports at the value, or at the name where there is no value. */
function add(
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

function isBroken(context: CheckContext, start: number, end: number): boolean {
  return context.broken.some((part) => part.start < end && start <= part.end);
}

/** Was the value of an entry taken out, because it could not be read? */
function isBlanked(place: Place, { broken, text }: CheckContext): boolean {
  return broken.some((part) => {
    const gap = part.start - place.nameEnd;
    return gap >= 0 && gap < 100 && /^[\s:]*$/.test(text.slice(place.nameEnd, part.start));
  });
}

/** A text of the file in a message: on one line, and not longer than a line. */
function show(written: string): string {
  const line = written.replace(/\s+/g, ' ');
  return `"${line.length > 60 ? `${line.slice(0, 57)}...` : line}"`;
}
