import { isAlias, isMap, isScalar, isSeq, type Pair } from 'yaml';
import type { Range } from '../problem';
import { closest, didYouMean } from '../suggest';
import { extent, isEmpty, textOf, type YamlNode } from '../text/nodes';
import { checkScalar, misreadShort, objectionTo, wrongType } from './check-scalar';
import { knownEntry } from './entries';
import { expected, withArticle } from './expected';
import { formatOf } from './formats';
import { add, at, type CheckContext, hasGap, isBlanked, NamedPlace, type Place, show, valued } from './place';
import type {
  At,
  AtList,
  AtObject,
  Checked,
  EitherShape,
  Entries,
  Fields,
  ListShape,
  MapShape,
  ObjectShape,
  Shape,
} from './shape';

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
  const nameEnd = Math.min(end, firstLine(context.text));
  const place: Place = { label: 'a workflow', start: 0, nameStart: 0, nameEnd, limit: end };
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
    case 'list':
      return checkList(node, shape, place, context);
    case 'map':
      return checkMap(node, shape, place, context);
    case 'object':
      return checkObject(node, shape, place, context);
    case 'either':
      return checkEither(node, shape, place, context);
    default:
      return checkScalar(node, shape, place, context);
  }
}

/**
 * Checks an entry of a section. One that is as it was when it was found right is not looked at again.
 *
 * @param holder what the composer keeps as long as the entry does not change.
 */
function checkEntry(
  holder: object | null,
  value: YamlNode,
  shape: Shape,
  place: Place,
  context: CheckContext,
): unknown {
  // Inside an entry, places are counted from where it begins.
  const inside = context.origin.start > 0;
  if (holder === null || inside || context.broken.length > 0) return check(value, shape, place, context);
  return knownEntry(holder, shape, place, context, (inner) => check(value, shape, place, inner));
}

function checkEither(node: YamlNode, shape: EitherShape, place: Place, context: CheckContext): unknown {
  if (matches(node, shape.long)) {
    if (misreadShort(node, shape.short, place, context)) return undefined;
    const long = check(node, shape.long, place, context) as At<unknown> | undefined;
    return long && valued(long, { long });
  }
  if (!matches(node, shape.short)) return wrongType(node, shape, place, context);
  const short = check(node, shape.short, place, context) as At<unknown> | undefined;
  return short && valued(short, { short });
}

/** Could this node, by its YAML type alone, be of the shape? */
function matches(node: YamlNode, shape: Shape): boolean {
  if (shape.kind === 'either') return matches(node, shape.short) || matches(node, shape.long);
  if (shape.kind === 'object' || shape.kind === 'map') return isMap(node);
  if (shape.kind === 'list') return isSeq(node);
  if (shape.kind === 'value') return !isMap(node);
  return isScalar(node);
}

/** Nothing is written after the key: an empty collection, or a value that is missing. */
function checkEmpty(node: YamlNode, shape: Shape, place: Place, context: CheckContext): unknown {
  if (isBlanked(place, context)) return undefined;
  const gap = hasGap(place, Number.MAX_SAFE_INTEGER, context);
  if (shape.kind === 'list' && (shape.least === 0 || gap)) {
    return at([], node, place, context, { complete: !gap }) satisfies AtList<unknown>;
  }
  if (shape.kind === 'map') return at({ entries: new Map(), refused: new Map(), complete: !gap }, node, place, context);
  if (shape.kind === 'object' && Object.values(shape.fields).every((field) => !field.required)) {
    const more = { given: new Set<string>(), wrong: new Set<string>(), strange: gap };
    return at(defaultsOf(shape, node, place, context), node, place, context, more) satisfies AtObject<unknown>;
  }
  if (gap) return undefined;
  return add(
    context,
    'SF1012',
    node,
    place,
    `Nothing is given for ${place.label}.`,
    `Write ${expected(shape)}, or remove the key.`,
  );
}

function checkList(node: YamlNode, shape: ListShape, place: Place, context: CheckContext): AtList<unknown> | undefined {
  if (!isSeq(node)) return wrongType(node, shape, place, context);
  const items: unknown[] = [];
  const seen = new Set<unknown>();
  const spans = node.items.map((item) => extent(item as YamlNode, context.text) ?? extent(node, context.text)!);
  for (const [index, span] of spans.entries()) {
    const value = node.items[index] as YamlNode;
    const itemPlace: Place = {
      label: itemLabel(place.label),
      start: span.start,
      nameStart: span.start,
      nameEnd: span.end,
      limit: spans[index + 1]?.start ?? place.limit,
    };
    const checked = checkEntry(value, value, shape.of, itemPlace, context) as At<unknown> | undefined;
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
  const gap = hasGap(place, Number.MAX_SAFE_INTEGER, context);
  if (!gap && node.items.length < shape.least) {
    return add(context, 'SF1012', node, place, `${place.label} is empty.`, `Write ${expected(shape)}.`);
  }
  return at(items, node, place, context, { complete: !gap && items.length === node.items.length });
}

const itemLabel = (label: string): string => (label.startsWith('a value of ') ? label : `a value of ${label}`);

function checkMap(node: YamlNode, shape: MapShape, place: Place, context: CheckContext): unknown {
  if (!isMap(node)) return wrongType(node, shape, place, context);
  const entries = new Map<string, unknown>();
  const refused = new Map<string, Range>();
  let complete = !hasGap(place, columnOf(node.items as Pair[], context), context);
  for (const { name, value, entry, pair } of pairsOf(node.items as Pair[], place, context)) {
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
        mended === undefined ? `Write ${format.instead ?? format.means}.` : `Write "${mended}".`,
      );
      refused.set(name, context.lines.range(entry.nameStart, entry.nameEnd));
      // What it was meant to be called is not known.
      complete = false;
      continue;
    }
    const checked = checkEntry(pair, value, shape.of, entry, context);
    if (checked === undefined) refused.set(name, context.lines.range(entry.nameStart, entry.nameEnd));
    else entries.set(name, checked);
  }
  return at({ entries, refused, complete } satisfies Entries<unknown>, node, place, context);
}

function checkObject(node: YamlNode, shape: ObjectShape, place: Place, context: CheckContext): unknown {
  if (!isMap(node)) return wrongType(node, shape, place, context);
  const found = defaultsOf(shape, node, place, context);
  const given = new Set<string>();
  const wrong = new Set<string>();
  let strange = hasGap(place, columnOf(node.items as Pair[], context), context);
  for (const { name, value, entry } of pairsOf(node.items as Pair[], place, context)) {
    const field = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
    if (!field) {
      strange = true;
      unknownKey(name, shape, entry, context);
      continue;
    }
    given.add(name);
    const checked = check(value, field.shape, entry, context);
    if (checked === undefined) wrong.add(name);
    else found[name] = checked;
  }
  for (const [name, field] of Object.entries(shape.fields)) {
    // An unknown key may well be the misspelt one: that is one mistake.
    if (!field.required || given.has(name) || strange) continue;
    const example = field.example === undefined ? '' : `, for instance \`${name}: ${field.example}\``;
    add(context, 'SF1011', null, place, `${place.label} has no "${name}".`, `Add "${name}"${example}.`);
  }
  return at(found, node, place, context, { given, wrong, strange });
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

/** The column in which the entries of a map begin; in brackets, where its first one does. */
function columnOf([first]: readonly Pair[], { lines, text }: CheckContext): number {
  const span = extent((first?.key as YamlNode | undefined) ?? null, text);
  return span ? lines.positionAt(span.start).character : Number.MAX_SAFE_INTEGER;
}

/** The entries of a map with their places; what is given twice is reported, the first one counts. */
function* pairsOf(
  pairs: readonly Pair[],
  around: Place,
  context: CheckContext,
): Generator<{ name: string; value: YamlNode; entry: Place; pair: Pair }> {
  const seen = new Map<string, Place>();
  for (const [index, pair] of pairs.entries()) {
    const key = pair.key as YamlNode;
    const name = textOf(key);
    const span = extent(key, context.text);
    // Keys that are no text, merge keys and aliases were refused where those are.
    if (name === undefined || span === undefined || (name === '<<' && isPlain(key))) continue;
    const next = (pairs[index + 1]?.key as YamlNode | undefined)?.range?.[0] ?? around.limit;
    const entry = new NamedPlace(name, span.start, span.end, next);
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
    yield { name, value: pair.value as YamlNode, entry, pair };
  }
}

const isPlain = (node: YamlNode): boolean => isScalar(node) && node.type === 'PLAIN';
