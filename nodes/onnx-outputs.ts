import type { OnnxTensor } from '../learning';
import { spelling } from './data/samples';
import { nodeFault } from './faults';

/** What a model says of one sample. */
export interface Answer {
  label: string;
  /** A label that is a whole number: the name of a class, or its place among the names. */
  isWhole: boolean;
  /** Of the class with the largest score, where there are scores beside the label. */
  place?: number;
  sure: number;
}

/**
 * What the outputs say of each sample: a label (text or a whole number) where there is one, else the class with the largest of
 * a row of numbers, else one of two classes by the probability of the second.
 *
 * @param names Of the classes, where they are known.
 * @param first The place of the first sample among all.
 * @throws SF7122 where no output tells a class, or not one of those that are named.
 */
export function readOutputs(
  outputs: readonly OnnxTensor[],
  count: number,
  names: readonly string[] | undefined,
  first: number,
): Answer[] {
  const isSingle = ({ dims }: OnnxTensor) => dims[0] === count && dims.slice(1).every((side) => side === 1);
  const scores = outputs.find(
    (each) => isFloat(each) && each.dims.length === 2 && each.dims[0] === count && !isSingle(each),
  );
  const labels = outputs.find((each) => !isFloat(each) && isSingle(each));
  if (labels) {
    // They decide; what stands beside them may be no scores at all.
    const rows = scores && (!names || names.length === scores.dims[1]) ? rowsOf(scores) : [];
    return Array.from({ length: count }, (_, row) => {
      const value = labels.data[row]!;
      const answer = { label: spelling(String(value)), isWhole: typeof value !== 'string' };
      const values = rows[row];
      if (!values?.every(Number.isFinite)) return { ...answer, sure: 1 };
      const place = largest(values);
      return { ...answer, place, sure: probability(values, place) };
    });
  }
  if (scores) return readScores(scores, names, first);
  const single = outputs.find(isSingle);
  if (!single) throw nodeFault('SF7122', 'Input model has no output with a class a sample.');
  return readProbability(single, names, first);
}

/**
 * The labels of all samples. Where the names are whole numbers, too, a whole number is a name, but where the scores beside it say
 * that it is a place.
 *
 * @throws SF7122 for what is no name, or a place where no class is named.
 */
export function labelsOfAnswers(answers: readonly Answer[], names: readonly string[] | undefined): string[] {
  if (!names) return answers.map(({ label }) => label);
  const scored = answers.filter(({ isWhole, place }) => isWhole && place !== undefined);
  const areNames = names.every((name) => Number.isInteger(Number(name)));
  const arePlaces =
    !areNames ||
    (scored.some(({ label, place }) => label !== names[place!]) &&
      scored.every(({ label, place }) => Number(label) === place));
  return answers.map(({ label, isWhole }, sample) => {
    if (!isWhole) return label;
    const name = arePlaces ? names[Number(label)] : names.find((each) => each === label);
    if (name !== undefined) return name;
    throw nodeFault(
      'SF7122',
      `Input model answers sample ${sample} with class ${label}; ${names.length} are named.`,
      'Name each in `classes`, from 0 on or as the model does.',
    );
  });
}

const isFloat = ({ type }: OnnxTensor): boolean => type.startsWith('float');

function readScores(tensor: OnnxTensor, names: readonly string[] | undefined, first: number): Answer[] {
  const classes = tensor.dims[1]!;
  if (names && names.length !== classes) {
    throw nodeFault(
      'SF7122',
      `Input model tells ${classes} classes apart; ${names.length} are named.`,
      'Name each in `classes`.',
    );
  }
  return rowsOf(tensor).map((values, row) => {
    // Some models take a NaN for a missing value, so it is what comes out that is looked at.
    if (!values.every(Number.isFinite)) throw notFinite(first + row, values.find((value) => !Number.isFinite(value))!);
    const best = largest(values);
    return { label: names?.[best] ?? String(best), isWhole: false, sure: probability(values, best) };
  });
}

function rowsOf({ data, dims }: OnnxTensor): number[][] {
  const [count, classes] = dims as [number, number];
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: classes }, (__, c) => Number(data[row * classes + c])),
  );
}

const largest = (values: readonly number[]): number => values.indexOf(Math.max(...values));

/** One number a sample, as a sigmoid gives it. */
function readProbability({ data }: OnnxTensor, names: readonly string[] | undefined, first: number): Answer[] {
  const [no, yes, ...others] = names ?? ['0', '1'];
  if (no === undefined || yes === undefined || others.length > 0) {
    throw nodeFault(
      'SF7122',
      `Input model tells two classes apart, by one number a sample; ${names!.length} are named.`,
      'Name two in `classes`, or export a number a class.',
    );
  }
  return Array.from(data, (each, row) => {
    const value = Number(each);
    if (!Number.isFinite(value)) throw notFinite(first + row, value);
    if (value < 0 || value > 1) {
      throw nodeFault(
        'SF7122',
        `Input model answers sample ${first + row} with ${value}, one number that is no probability.`,
        'Export it with a sigmoid at its end, with a number a class, or with a label that is a whole number or text.',
      );
    }
    return { label: value >= 0.5 ? yes : no, isWhole: false, sure: Math.max(value, 1 - value) };
  });
}

const notFinite = (sample: number, value: number) =>
  nodeFault(
    'SF7122',
    `Input model answers sample ${sample} with ${value}.`,
    'Look for NaN, infinity or huge numbers among its features.',
  );

/** Of what may be probabilities or logits. */
function probability(values: number[], best: number): number {
  const sum = values.reduce((total, value) => total + value, 0);
  if (values.every((value) => value >= 0) && Math.abs(sum - 1) < 1e-3) return values[best]!;
  return 1 / values.reduce((total, value) => total + Math.exp(value - values[best]!), 0);
}
