import { isMap, isScalar, isSeq, type Pair } from 'yaml';
import { closest, didYouMean } from '../suggest';
import { quoteFix } from '../text/misread';
import { extent, isExact, plainValue, textOf, type YamlNode } from '../text/nodes';
import { expected } from './expected';
import { formatOf } from './formats';
import { add, at, type CheckContext, type Place, show } from './place';
import type { At, BooleanShape, ChoiceShape, NumberShape, Shape, TextShape, ValueShape } from './shape';

type ScalarShape = TextShape | NumberShape | BooleanShape | ChoiceShape | ValueShape;

/** A single value, or any value where any is taken. @returns undefined where it is wrong (it was reported). */
export function checkScalar(
  node: YamlNode,
  shape: ScalarShape,
  place: Place,
  context: CheckContext,
): At<unknown> | undefined {
  switch (shape.kind) {
    case 'text':
      return checkText(node, shape, place, context);
    case 'number':
      return checkNumber(node, shape, place, context);
    case 'boolean':
      if (isScalar(node) && typeof node.value === 'boolean') return at(node.value, node, place, context);
      return wrongType(node, shape, place, context);
    case 'choice':
      return checkChoice(node, shape, place, context);
    case 'value': {
      const value = plainValue(node);
      if (value !== undefined) return at(value, node, place, context);
      const message = `A number in ${place.label} is too large to be kept exactly.`;
      return add(context, 'SF1014', node, place, message, 'Write it in quotes, as a text.');
    }
  }
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

/** Why a text is not one of its format. */
export function objectionTo(written: string, shape: TextShape): string | undefined {
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
    usable === undefined ? `Write ${format.instead ?? format.means}.` : `Write ${show(usable)}.`,
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

function checkChoice(node: YamlNode, shape: ChoiceShape, place: Place, context: CheckContext): At<string> | undefined {
  const written = textOf(node);
  if (written === undefined) return wrongType(node, shape, place, context);
  if (shape.values.includes(written)) return at(written, node, place, context);
  const suggestion = closest(written, shape.values);
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

/** A short form that YAML took for a map or a list: one message, with the quotes that mend it. */
export function misreadShort(node: YamlNode, short: Shape, place: Place, context: CheckContext): boolean {
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

/** Something else belongs here. */
export function wrongType(node: YamlNode, shape: Shape, place: Place, context: CheckContext): undefined {
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
