import { learningError } from './fault';
import type { ClassifierLesson } from './lesson';
import { sampleSize } from './samples';
import { gather } from './scaling';

/** Below the logits of all other classes, whose scale is that of the data; finite, so that it can be saved and exported. */
const NEVER = -3e38;

/** Beyond this the matrix of a discriminant takes hundreds of megabytes and minutes. */
const MOST_FEATURES = 4096;

/**
 * Fisher's linear discriminant, the baseline without gradients: each class a normal distribution, all with one covariance,
 * whose correlations are shrunk by Ledoit and Wolf's
 * estimate, so that few samples and constant features do no harm.
 * What it says is a dense layer with softmax: the same model folder, the same prediction as the networks.
 *
 * @param weights How much each sample counts.
 * @returns kernel [features, classes] and bias [classes].
 * @throws SF7010 for more features than it can take.
 */
export function discriminantWeights(lesson: ClassifierLesson, weights?: Float32Array): [Float32Array, Float32Array] {
  const { data, labels, classes, scaling } = lesson;
  const size = sampleSize(data.shape);
  if (size > MOST_FEATURES) {
    throw learningError(
      'SF7010',
      `A discriminant takes ${MOST_FEATURES} features at most; there are ${size}.`,
      'Use an mlp.',
    );
  }
  const weightOf = (row: number) => weights?.[row] ?? 1;
  const mass = new Float64Array(classes);
  const means = Array.from({ length: classes }, () => new Float64Array(size));
  const x = new Float32Array(size);
  for (let row = 0; row < data.count; row++) {
    gather(data, [row], scaling, x);
    const mean = means[labels[row]!]!;
    mass[labels[row]!]! += weightOf(row);
    for (let i = 0; i < size; i++) mean[i]! += weightOf(row) * x[i]!;
  }
  const all = mass.reduce((sum, each) => sum + each, 0);
  for (const [label, mean] of means.entries())
    if (mass[label]! > 0) for (let i = 0; i < size; i++) mean[i]! /= mass[label]!;
  const deviation = withinDeviation();
  // Products about the class means, in units of the deviation, and the fourth powers that shrinking goes by.
  const covariance = Array.from({ length: size }, () => new Float64Array(size));
  const off = new Float64Array(size);
  let [spread, uneven] = [0, 0];
  for (let row = 0; row < data.count; row++) {
    gather(data, [row], scaling, x);
    const mean = means[labels[row]!]!;
    const w = weightOf(row) / all;
    let length = 0;
    for (let i = 0; i < size; i++) {
      off[i] = (x[i]! - mean[i]!) / deviation[i]!;
      length += off[i]! ** 2;
    }
    for (let i = 0; i < size; i++) {
      if (off[i] === 0) continue;
      const [line, a] = [covariance[i]!, w * off[i]!];
      for (let j = 0; j <= i; j++) line[j]! += a * off[j]!;
    }
    spread += w * w * length * length;
    uneven += w * w;
  }
  shrink(covariance, spread, uneven);
  const root = cholesky(covariance);
  const kernel = new Float32Array(size * classes);
  const bias = new Float32Array(classes);
  for (const [label, mean] of means.entries()) {
    if (mass[label] === 0) {
      // A class without samples is never predicted.
      bias[label] = NEVER;
      continue;
    }
    const scaled = mean.map((value, i) => value / deviation[i]!);
    const direction = solve(root, scaled).map((value, i) => value / deviation[i]!);
    let own = 0;
    for (let i = 0; i < size; i++) {
      kernel[i * classes + label] = direction[i]!;
      own += direction[i]! * mean[i]!;
    }
    bias[label] = Math.log(mass[label]! / all) - own / 2;
  }
  return [kernel, bias];

  /** Of each feature about its class' mean; 1 for one that is constant there. */
  function withinDeviation(): Float64Array {
    const squares = new Float64Array(size);
    for (let row = 0; row < data.count; row++) {
      gather(data, [row], scaling, x);
      const mean = means[labels[row]!]!;
      for (let i = 0; i < size; i++) squares[i]! += (weightOf(row) / all) * (x[i]! - mean[i]!) ** 2;
    }
    return squares.map((square) => (square > 1e-12 ? Math.sqrt(square) : 1));
  }
}

/**
 * Ledoit and Wolf: towards the mean variance times the identity, by as much as the estimate itself is uncertain.
 *
 * @param spread Sum of the squared weights times the fourth powers of the samples' lengths.
 * @param uneven Sum of the squared weights: 1 / n where all are equal.
 */
function shrink(covariance: Float64Array[], spread: number, uneven: number): void {
  const size = covariance.length;
  let trace = 0;
  let squares = 0;
  for (const [i, line] of covariance.entries()) {
    trace += line[i]!;
    for (let j = 0; j < i; j++) squares += 2 * line[j]! * line[j]!;
    squares += line[i]! * line[i]!;
  }
  const level = trace / size;
  const distance = squares - size * level * level;
  const share = distance > 0 ? Math.min(1, Math.max(0, spread - uneven * squares) / distance) : 1;
  // Where all is constant there is nothing to go by but the priors.
  const least = level > 0 ? 1e-6 * level : 1;
  for (const [i, line] of covariance.entries()) {
    for (let j = 0; j < i; j++) line[j]! *= 1 - share;
    line[i] = (1 - share) * line[i]! + share * level + least;
  }
}

/** The lower triangle L with L L' = the matrix, in its place. */
function cholesky(matrix: Float64Array[]): Float64Array[] {
  for (const [i, line] of matrix.entries()) {
    for (let j = 0; j <= i; j++) {
      const other = matrix[j]!;
      let sum = line[j]!;
      for (let k = 0; k < j; k++) sum -= line[k]! * other[k]!;
      line[j] = i === j ? Math.sqrt(sum) : sum / other[j]!;
    }
  }
  return matrix;
}

/** The solution of L L' v = b. */
function solve(root: Float64Array[], b: Float64Array): Float64Array {
  const v = b.slice();
  for (const [i, line] of root.entries()) {
    for (let k = 0; k < i; k++) v[i]! -= line[k]! * v[k]!;
    v[i]! /= line[i]!;
  }
  for (let i = root.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < root.length; k++) v[i]! -= root[k]![i]! * v[k]!;
    v[i]! /= root[i]![i]!;
  }
  return v;
}
