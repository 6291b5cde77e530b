import type { Backend } from './backend';
import { type ClassifierModel, takesLocalContrast, trainClassifier } from './classifier';
import { learningError } from './fault';
import { assign, flatten } from './network/flat';
import { createRandom, shuffle } from './random';
import { checkShape, type Labelled, sampleSize } from './samples';
import { beginAt, type TrainOptions } from './train';

export interface AdaptOptions extends Omit<TrainOptions, 'epochs' | 'draws' | 'weights' | 'optimizer' | 'patience'> {
  /** Mini-batches, within a sixteenth, whatever the number of samples: the price is known before. */
  steps: number;
  /** The part of each batch that is labelled samples, drawn again and again. */
  share: number;
  /** Move and turn the labelled images a little each time they are drawn. */
  jitter: boolean;
  /** How far to go from the weights of `model` to the learned ones, above 0; 1, the default: all the way. See `trustIn`. */
  trust?: number;
  /** Of the labelled samples: how often each is drawn, relative to the others of them. */
  weights?: Float32Array;
}

/** Whole epochs are taken, in which samples of a weight are drawn alike, where they come as near as this part to `steps`. */
const NEAR = 1 / 16;

const MOST_TRUST = 0.8;

/**
 * How far so few labels can be trusted: with one a class half way, never wholly. What lies between the weights before and after
 * (Wortsman et al., 2022) keeps nearly all of the gain and forgets half as much, and ten labels taken at their word can cost more
 * than they bring.
 */
export function trustIn(labels: number, classes: number): number {
  return Math.min(MOST_TRUST, labels / (labels + classes));
}

/**
 * Balanced retraining: from the weights of `model`, batches that mix replay of what it was trained on with the few labelled
 * samples. A concatenation lets 100 labels among 50,000 samples change next to nothing; half of each batch does.
 *
 * @returns A new model; `model` is left as it is.
 * @throws SF7013 for options out of range, SF7015 for samples of another shape than the model's, and as `trainClassifier` does.
 */
export async function adaptClassifier(
  backend: Backend,
  model: ClassifierModel,
  known: Labelled,
  labelled: Labelled,
  options: AdaptOptions,
): Promise<ClassifierModel> {
  const { steps, share, jitter, trust = 1, weights: given, ...training } = options;
  if (!(share > 0 && share < 1)) throw learningError('SF7013', `The training option share cannot be ${share}.`);
  if (!(Number.isInteger(steps) && steps >= 1)) {
    throw learningError('SF7013', `The training option steps cannot be ${steps}.`);
  }
  if (!(trust > 0 && trust <= 1)) throw learningError('SF7013', `The training option trust cannot be ${trust}.`);
  checkShape(known.data, model.shape, 'known samples');
  checkShape(labelled.data, model.shape, 'labelled samples');
  const replay = replayOf(known, Math.ceil(steps * training.batch * (1 - share)), training.seed);
  const all = join(replay, labelled);
  const weights = new Float32Array(all.data.count).fill(1);
  const sum = given ? given.reduce((total, weight) => total + weight, 0) : labelled.data.count;
  const unit = ((share / (1 - share)) * replay.data.count) / sum;
  for (let row = 0; row < labelled.data.count; row++) {
    // A weight of exactly 1, as it is kept, says that a sample is replay.
    const weight = Math.fround(unit * (given?.[row] ?? 1));
    weights[replay.data.count + row] = weight === 1 ? 1.000001 : weight;
  }
  const { values } = await flatten(model.network);
  const adapted = await trainClassifier(backend, all.data, all.labels, {
    ...training,
    architecture: model.architecture,
    classes: model.classes,
    scaling: model.scaling,
    localContrast: takesLocalContrast(model),
    ...lengthOf(steps, all.data.count, training.batch),
    weights,
    augmentWeighted: jitter,
    resume: training.resume ?? beginAt(values),
  });
  if (trust < 1) {
    const learned = await flatten(adapted.network);
    const between = learned.values.map((value, i) => values[i]! + trust * (value - values[i]!));
    assign(backend, adapted.network, { ...learned, values: between });
  }
  return adapted;
}

/**
 * So many batches: replay and few labels come near in whole epochs; else, or where there are more than fit, one epoch draws that
 * many.
 */
function lengthOf(steps: number, count: number, batch: number): Pick<TrainOptions, 'epochs' | 'draws'> {
  const perEpoch = Math.ceil(count / batch);
  const epochs = Math.max(1, Math.round(steps / perEpoch));
  if (Math.abs(epochs * perEpoch - steps) <= NEAR * steps) return { epochs };
  return { epochs: 1, draws: steps * batch };
}

/** At most `most` of the samples, by chance. */
function replayOf(known: Labelled, most: number, seed: number): Labelled {
  if (known.data.count <= most) return known;
  const order = shuffle(
    Int32Array.from({ length: known.data.count }, (_, row) => row),
    createRandom(seed).fork('replay'),
  );
  return pickLabelled(known, order.subarray(0, most));
}

/** These rows, with their classes. */
export function pickLabelled({ data, labels }: Labelled, rows: Int32Array | number[]): Labelled {
  const size = sampleSize(data.shape);
  const x = data.x instanceof Uint8Array ? new Uint8Array(rows.length * size) : new Float32Array(rows.length * size);
  for (const [at, row] of rows.entries()) x.set(data.x.subarray(row * size, (row + 1) * size), at * size);
  return { data: { ...data, x, count: rows.length }, labels: Int32Array.from(rows, (row) => labels[row]!) };
}

/** One behind the other; bytes and fractions together become fractions. */
function join(first: Labelled, second: Labelled): Labelled {
  const bytes = first.data.x instanceof Uint8Array && second.data.x instanceof Uint8Array;
  const length = first.data.x.length + second.data.x.length;
  const x = bytes ? new Uint8Array(length) : new Float32Array(length);
  let at = 0;
  for (const { x: values } of [first.data, second.data]) {
    if (bytes || values instanceof Float32Array || first.data.shape.length === 1) x.set(values, at);
    else for (let i = 0; i < values.length; i++) x[at + i] = values[i]! / 255;
    at += values.length;
  }
  return {
    data: { ...first.data, x, count: first.data.count + second.data.count },
    labels: Int32Array.from([...first.labels, ...second.labels]),
  };
}
