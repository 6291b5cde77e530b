import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Backend } from '../backend';
import { biasGradient } from './bias';
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
  input: Tensor,
  [gamma, beta, runningMean, runningVariance]: Variable[],
  relu: boolean,
  training: boolean,
): { output: Tensor; normal: BatchNormal | undefined } {
  const { tf } = backend;
  const x = tf.reshape(input, [-1, input.shape.at(-1)!]);
  const rows = x.shape[0]!;
  const mean = training ? tf.div(columnSums(backend, x), rows) : runningMean!;
  const shifted = tf.sub(x, mean);
  const variance = training ? tf.div(columnSums(backend, tf.square(shifted)), rows) : runningVariance!;
  const inverse = tf.rsqrt(tf.add(variance, NORMAL_EPSILON));
  const centred = tf.mul(shifted, inverse);
  const z = tf.add(tf.mul(centred, gamma!), beta!);
  const output = tf.reshape(relu ? tf.relu(z) : z, input.shape);
  return { output, normal: training ? { mean, variance, inverse, centred } : undefined };
}

export function normaliseGradient(backend: Backend, step: Step, dOutput: Tensor, relu: boolean): LayerGradient {
  const { tf } = backend;
  const { mean, variance, inverse, centred } = step.normal!;
  const rows = centred.shape[0]!;
  const [dy, y] = [tf.reshape(dOutput, centred.shape), tf.reshape(step.output, centred.shape)];
  const [dz, dBeta] = biasGradient(backend, dy, y, relu);
  const dGamma = columnSums(backend, tf.mul(dz, centred));
  const around = tf.sub(dz, tf.div(tf.add(dBeta, tf.mul(centred, dGamma)), rows));
  const dx = tf.mul(around, tf.mul(step.weights[0]!, inverse));
  return { dx: tf.reshape(dx, step.input.shape), dWeights: [dGamma, dBeta, mean, variance] };
}

/** Sums over the rows of [rows, channels]. */
const columnSums = (backend: Backend, x: Tensor): Tensor => biasGradient(backend, x, x, false)[1];
