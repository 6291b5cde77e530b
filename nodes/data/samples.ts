import { checkBrightness, checkSamples, type Samples } from '../../learning/samples';
import { nodeFault } from '../faults';
import { asTexts, type Column, isText, sizeOf } from './column';
import { isAbout, labelName, type Table } from './table';

/** Samples as the learning room takes them, and the names of a table's features. */
export interface Features extends Samples {
  /** Undefined for arrays. */
  names?: string[];
}

/**
 * The numbers of the samples: the array `x`, or the columns of a table that hold numbers only (in the order of `names`,
 * where they are given). Images get a channel where they have none; other arrays are made flat.
 *
 * @throws SF7116 without samples, SF7117 where there are no numbers, SF7121 where a named column is missing or no number.
 */
export function featuresOf(table: Table, names?: readonly string[]): Features {
  if (table.count === 0) throw nodeFault('SF7116', `${table.where} holds no sample.`);
  const x = table.columns.get('x');
  if (x && !isText(x) && x.shape.length > 0 && !names) {
    return { x: plainNumbers(x), shape: learningShape(x.shape), count: table.count };
  }
  const found = new Map<string, Float64Array>();
  for (const [name, column] of table.columns) {
    if (isAbout(name)) continue;
    const numbers = numbersIn(column);
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
  return { x: values, shape: [chosen.length], count: table.count, names: [...chosen] };
}

/**
 * The same, fit to learn from and to compare: a problem is told by the row that it has in the table, whatever is chosen of it
 * afterwards.
 *
 * @param images `brightness`: their numbers must be in [0, 1] where they are no bytes.
 * @throws SF7011 for NaN and infinity, SF7014 for numbers that are no brightness, or too large for any network.
 */
export function soundFeatures(table: Table, images: 'brightness' | 'any', names?: readonly string[]): Features {
  const features = featuresOf(table, names);
  const what = `samples of ${table.where.replace(/^I/, 'i')}`;
  checkSamples(features, what);
  if (images === 'brightness' && features.shape.length === 3) checkBrightness(features, what);
  return features;
}

/**
 * The labels as text, one spelling a class: 7, 7.0 and "7" are the same.
 *
 * @throws SF7115 where there are none, or where a sample has none.
 */
export function labelsOf(table: Table): string[] {
  const name = labelName(table);
  if (name === undefined) throw nodeFault('SF7115', `${table.where} has no labels.`);
  const labels = asTexts(table.columns.get(name)!).map(spelling);
  const empty = labels.findIndex((label) => label === '' || label === 'NaN');
  if (empty >= 0)
    throw nodeFault('SF7115', `Sample ${empty} of ${table.where} has no label.`, 'Label it, or take it out.');
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
      `Sample ${bad} of ${table.where} has weight ${asTexts(column)[bad]}.`,
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
  const numbers = Float32Array.from(column.values as ArrayLike<number | bigint>, Number);
  // Images whose bytes were kept as wider integers are bytes all the same.
  const bytes = column.shape.length >= 2 && column.type.includes('int') && numbers.every((n) => n >= 0 && n <= 255);
  return bytes ? Uint8Array.from(numbers) : numbers;
}

/** A column's numbers; undefined where a cell is none. Empty cells are NaN. */
function numbersIn(column: Column): Float64Array | undefined {
  if (!isText(column)) {
    if (column.shape.length > 0) return undefined;
    return Float64Array.from(column.values as ArrayLike<number | bigint>, Number);
  }
  const numbers = new Float64Array(column.values.length);
  let some = false;
  for (const [row, text] of column.values.entries()) {
    numbers[row] = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isNaN(numbers[row]) && text.trim() !== '' && text.trim().toLowerCase() !== 'nan') return undefined;
    some ||= !Number.isNaN(numbers[row]);
  }
  return some ? numbers : undefined;
}
