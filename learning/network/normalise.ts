import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Backend } from '../backend';
import { runOwn } from '../kernels/own';
import { biasGradient, columnSums } from './bias';
import type { BatchNormal, LayerGradient, Step } from './step';

/** Keras' own, so that what is saved means the same there. */
export const NORMAL_EPSILON = 1e-3;

/**
 * Batch normalisation (Ioffe and Szegedy) with the activation behind it: by the batch's own statistics in a training, else
 * by the running ones.
 *
 * @param weights gamma, beta, running mean, running variance.
 */
export function normalise(
  backend: Backend,
  x: Tensor,
  [gamma, beta, runningMean, runningVariance]: Variable[],
  relu: boolean,
  training: boolean,
): { output: Tensor; normal: BatchNormal | undefined } {
  const { tf } = backend;
  const normal = training ? statistics(backend, x) : undefined;
  const { mean, variance } = normal ?? { mean: runningMean!, variance: runningVariance! };
  const parts = { x, mean, variance, gamma: gamma!, beta: beta! };
  const own = runOwn(backend, 'Normalise', parts, { epsilon: NORMAL_EPSILON, relu });
  if (own) return { output: own[0]!, normal };
  const z = tf.add(tf.mul(tf.mul(tf.sub(x, mean), inverseOf(backend, variance)), gamma!), beta!);
  return { output: relu ? tf.relu(z) : z, normal };
}

/** [channels] each. */
function statistics(backend: Backend, x: Tensor): BatchNormal {
  const own = runOwn(backend, 'BatchStatistics', { x });
  if (own) return { mean: own[0]!, variance: own[1]! };
  const { tf } = backend;
  const mean = tf.div(columnSums(backend, x), rowsOf(x));
  return { mean, variance: tf.div(columnSums(backend, tf.square(tf.sub(x, mean))), rowsOf(x)) };
}

export function normaliseGradient(backend: Backend, step: Step, dy: Tensor, relu: boolean): LayerGradient {
  const { tf } = backend;
  const { input: x, output: y } = step;
  const { mean, variance } = step.normal!;
  const gamma = step.weights[0]!;
  const parts = { dy, y, x, mean, variance, gamma };
  const own = runOwn(backend, 'NormaliseGradient', parts, { epsilon: NORMAL_EPSILON, relu });
  if (own) return { dx: own[0], dWeights: [own[1]!, own[2]!, mean, variance] };
  const inverse = inverseOf(backend, variance);
  const centred = tf.mul(tf.sub(x, mean), inverse);
  const [dz, dBeta] = biasGradient(backend, dy, y, relu);
  const dGamma = columnSums(backend, tf.mul(dz, centred));
  const around = tf.sub(dz, tf.div(tf.add(dBeta, tf.mul(centred, dGamma)), rowsOf(x)));
  return { dx: tf.mul(around, tf.mul(gamma, inverse)), dWeights: [dGamma, dBeta, mean, variance] };
}

const inverseOf = ({ tf }: Backend, variance: Tensor): Tensor => tf.rsqrt(tf.add(variance, NORMAL_EPSILON));

const rowsOf = (x: Tensor): number => x.size / x.shape.at(-1)!;
