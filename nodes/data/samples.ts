import { checkBrightness, checkSamples, type Samples } from '../../learning/samples';
import type { NodeContext } from '../contract';
import { nodeFault } from '../faults';
import { asTexts, type Column, copyInto, isMissing, isText, sizeOf } from './column';
import { isAbout, isIndex, labelName, sampleName, type Table } from './table';

/** Samples as the learning room takes them, and the names of a table's features. */
export interface Features extends Samples {
  /** Undefined for arrays. */
  names?: string[];
  /** Columns of a table that hold no numbers, where nobody named the features. */
  left?: string[];
}

/**
 * The numbers of the samples: the array `x`, or the columns of a table that hold numbers, or true and false, but for the index of a
 * DataFrame (in the order of `names`, where they are given). Images get a channel where they have none; other arrays are made flat.
 *
 * @throws SF7116 without samples, SF7117 where there are no numbers, or other things among them, SF7121 where a named column
 * is missing or no number.
 */
export function featuresOf(table: Table, names?: readonly string[]): Features {
  if (table.count === 0) throw nodeFault('SF7116', `${table.where} holds no sample.`);
  const x = table.columns.get('x');
  if (x && !isText(x) && x.shape.length > 0 && !names) {
    return { x: plainNumbers(x), shape: learningShape(x.shape), count: table.count };
  }
  const found = new Map<string, Float64Array>();
  const asked = names ?? [...table.columns.keys()].filter((name) => !isAbout(name) && !isIndex(name));
  for (const name of asked) {
    const column = table.columns.get(name);
    const numbers =
      column && !isAbout(name)
        ? numbersIn(column, table, `Column "${name}" of ${table.where}`, names !== undefined)
        : undefined;
    if (numbers) found.set(name, numbers);
  }
  const missing = names?.find((name) => !found.has(name));
  if (missing !== undefined) throw nodeFault('SF7121', `${table.where} has no column "${missing}" of numbers.`);
  const chosen = names ?? [...found.keys()];
  if (chosen.length === 0) throw nodeFault('SF7117', `${table.where} has no column of numbers to learn from.`);
  const values = new Float32Array(table.count * chosen.length);
  for (const [at, name] of chosen.entries()) {
    const column = found.get(name)!;
    for (let row = 0; row < table.count; row++) values[row * chosen.length + at] = column[row]!;
  }
  const left = names ? undefined : asked.filter((name) => !found.has(name));
  return { x: values, shape: [chosen.length], count: table.count, names: [...chosen], left };
}

/**
 * The same, fit to learn from and to compare: a problem is told by the row that it has in the table, whatever is chosen of it
 * afterwards.
 *
 * @param images `brightness`: their numbers must be in [0, 1] where they are no bytes.
 * @param gaps Whether numbers of a table may be missing, which are NaN.
 * @param node Tells in its log and as a metric which columns are left out, where nobody named them.
 * @throws SF7117 for images with their channels first, SF7011 for NaN and infinity, SF7014 for numbers that are no brightness, or too large for any network.
 */
export function soundFeatures(
  table: Table,
  images: 'brightness' | 'any',
  { names, gaps = false, node }: { names?: readonly string[]; gaps?: boolean; node?: Telling } = {},
): Features {
  const features = featuresOf(table, names);
  const where = table.where.replace(/^I/, 'i');
  const what = `samples of ${where}`;
  if (node) tellLeftOut(node, features, where);
  const index = features.names && !names ? [...table.columns.keys()].filter(isIndex) : [];
  if (index.length > 0) {
    const column = index.map((name) => (name === '' ? 'the column without a name' : `column ${name}`)).join(', ');
    node?.log(`left out of ${where}: ${column}, which is the index of a DataFrame (to_csv(index=False) writes none)`);
  }
  const called = (row: number) => sampleName(table, row);
  const x = gaps && features.names ? features.x.map((value) => value || 0) : features.x;
  checkSamples({ ...features, x, called }, what);
  checkChannels(features, table.where);
  if (images === 'brightness' && features.shape.length === 3) checkBrightness({ ...features, called }, what);
  return features;
}

/** What of a node tells people something. */
type Telling = Pick<NodeContext, 'log' | 'tracking'>;

/** Nobody reads the log of what went well: the metric shows it, and conditions and charts may use it. */
export function tellLeftOut(node: Telling, { names, left }: Features, where: string): void {
  if (!left) return;
  node.tracking.metrics({ columns_left_out: left.length });
  if (left.length === 0) return;
  node.log(
    `features of ${where}: ${shortList(names!)}; left out, without numbers: ${shortList(left)} (scanflow/encoder makes numbers of them)`,
  );
}

/** Channels that an image can have: brightness or colours, each with transparency. */
const MOST_CHANNELS = 4;

/** Images of few rows and many channels are images with their channels first; small ones of many features are not. */
function checkChannels({ shape }: Features, where: string): void {
  const [channels, height, width] = shape;
  if (shape.length !== 3 || channels! > MOST_CHANNELS || height! <= MOST_CHANNELS || width! <= MOST_CHANNELS) return;
  throw nodeFault(
    'SF7117',
    `${where} has samples of shape (${shape.join(', ')}): the channels come first.`,
    'Transpose them to (height, width, channels).',
  );
}

function shortList(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ');
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}

/** Fewer different labels than that may be classes of a few samples, whatever they are. */
const FEW_CLASSES = 20;

/**
 * The classes of the samples as text, one spelling a class: 7, 7.0 and "7" are the same.
 *
 * @throws SF7115 where there are none, or where a sample has none, SF7117 for what is measured: numbers that hardly occur twice.
 */
export function labelsOf(table: Table): string[] {
  const labels = labelTextsOf(table);
  const broken = new Set(labels.filter((label) => !Number.isInteger(Number(label))));
  const measured = broken.size > FEW_CLASSES && 2 * broken.size > labels.length;
  if (measured && labels.every((label) => Number.isFinite(Number(label)))) {
    throw nodeFault(
      'SF7117',
      `${table.where} has measured numbers for labels: ${new Set(labels).size} different ones in ${table.count} samples.`,
      'Give classes, such as ranges of these numbers.',
    );
  }
  return labels;
}

/**
 * The same where labels may be measured, too.
 *
 * @throws SF7115
 */
export function labelTextsOf(table: Table): string[] {
  const name = labelName(table);
  if (name === undefined) throw nodeFault('SF7115', `${table.where} has no labels.`);
  const labels = asTexts(table.columns.get(name)!).map(spelling);
  const empty = labels.findIndex((label) => isMissing(label));
  if (empty >= 0)
    throw nodeFault(
      'SF7115',
      `${sampleName(table, empty)} of ${table.where} has no label.`,
      'Label it, or take it out.',
    );
  return labels;
}

/** One spelling for each label: whole numbers lose their fraction (`7.0`, `7.000e+00`), all else stays as it is. */
export function spelling(label: string): string {
  const text = label.trim();
  if (!/^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(text) || !/[.e]/i.test(text)) return text;
  return String(Number(text));
}

/** How much each sample counts; undefined where nobody says. @throws SF7113 for a weight that is no positive number. */
export function weightsOf(table: Table): Float32Array | undefined {
  const column = table.columns.get('weight');
  if (!column) return undefined;
  const weights = Float32Array.from(asTexts(column), (text) => (text === '' ? 1 : Number(text)));
  const bad = weights.findIndex((weight) => !(weight > 0 && Number.isFinite(weight)));
  if (bad >= 0) {
    throw nodeFault(
      'SF7113',
      `${sampleName(table, bad)} of ${table.where} has weight ${asTexts(column)[bad]}.`,
      'Weights are positive numbers.',
    );
  }
  return weights;
}

/** Images are [height, width, channels]; all else is a row of features. */
function learningShape(shape: number[]): number[] {
  if (shape.length === 2) return [...shape, 1];
  return shape.length === 3 ? shape : [sizeOf(shape)];
}

function plainNumbers(column: Exclude<Column, { values: string[] }>): Uint8Array | Float32Array {
  if (column.values instanceof Float32Array) return column.values;
  if (column.type === 'uint8' && column.values instanceof Uint8Array) return column.values;
  const numbers = copyInto(new Float32Array(column.values.length), column.values);
  // Images whose bytes were kept as wider integers are bytes all the same.
  const bytes = column.shape.length >= 2 && column.type.includes('int') && numbers.every((n) => n >= 0 && n <= 255);
  return bytes ? new Uint8Array(numbers) : numbers;
}

const TRUTH = /^(true|false)$/i;

/**
 * A column's numbers; undefined where it is text, or empty and nobody asked for it. Missing cells are NaN, true and false are 1
 * and 0.
 *
 * @throws SF7117 where one cell, or a tenth of them at most, is something else.
 */
function numbersIn(column: Column, table: Table, where: string, asked: boolean): Float64Array | undefined {
  if (!isText(column)) {
    if (column.shape.length > 0) return undefined;
    return copyInto(new Float64Array(column.values.length), column.values);
  }
  const cells = column.values.map((cell) => cell.trim());
  const known = cells.filter((cell) => !isMissing(cell));
  if (known.length === 0) return asked ? new Float64Array(cells.length).fill(Number.NaN) : undefined;
  const truths = known.every((cell) => TRUTH.test(cell));
  const numberOf = truths ? (cell: string) => Number(/^true$/i.test(cell)) : Number;
  const numbers = Float64Array.from(cells, (cell) => (isMissing(cell) ? Number.NaN : numberOf(cell)));
  const strange = cells.flatMap((cell, row) => (Number.isNaN(numbers[row]) && !isMissing(cell) ? [row] : []));
  if (strange.length === 0) return numbers;
  // A name here and there is a mistake; many are text, such as the numbers of tickets.
  if (2 * strange.length > known.length || (strange.length > 1 && 10 * strange.length > known.length)) return undefined;
  throw nodeFault(
    'SF7117',
    `${where} holds "${cells[strange[0]!]}" in ${sampleName(table, strange[0]!).replace(/^S/, 's')}, and numbers in others.`,
    'Correct the cell, or take the sample or the column out.',
  );
}
