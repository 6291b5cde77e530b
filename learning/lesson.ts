import type { Tensor } from '@tensorflow/tfjs-core';
import type { Backend } from './backend';
import { crossEntropy } from './cross-entropy';
import { jitterImage } from './jitter';
import { numbersOf } from './kernels/heap';
import type { Layer } from './network/layer';
import { backward, forward, type Network } from './network/network';
import { type Labelled, type Samples, sampleSize } from './samples';
import { gather, type Scaling } from './scaling';
import type { Objective, ShardStep, TrainOptions } from './train';
import { validate } from './validation';

/** What is learned, as plain data: a thread can be given it. */
export type Lesson = ClassifierLesson | AutoencoderLesson;

interface LessonParts {
  data: Samples;
  scaling: Scaling;
  layers: Layer[];
}

export interface ClassifierLesson extends LessonParts {
  kind: 'classifier';
  labels: Int32Array;
  classes: number;
  /** Samples that are not learned from: after each epoch it is told how the network does on them. */
  validation?: Labelled;
  /** Which images are moved and turned a little each time they are drawn: those whose weight is not 1, or none. */
  jitter: 'weighted' | 'none';
}

export interface AutoencoderLesson extends LessonParts {
  kind: 'autoencoder';
  /** What each sample is to become; `data` itself, or its clean versions. */
  target: Samples;
}

/** How a network learns the lesson. */
export function objectiveOf(
  backend: Backend,
  network: Network,
  lesson: Lesson,
  options: Pick<TrainOptions, 'batch' | 'weights'>,
): Objective {
  if (lesson.kind === 'autoencoder') return { step: autoencoderStep(backend, network, lesson, options) };
  const { validation, scaling, classes } = lesson;
  return {
    step: classifierStep(backend, network, lesson, options),
    ...(validation && { validate: () => validate(backend, { network, scaling, classes }, validation) }),
  };
}

/** Softmax and cross-entropy. */
function classifierStep(
  backend: Backend,
  network: Network,
  lesson: ClassifierLesson,
  options: Pick<TrainOptions, 'batch' | 'weights'>,
): ShardStep {
  const { tf } = backend;
  const { data, labels, classes, scaling } = lesson;
  const size = sampleSize(data.shape);
  const buffer = new Float32Array(Math.min(options.batch, data.count) * size);
  const weights = lesson.jitter === 'weighted' ? options.weights : undefined;
  return (indices, total, chance) => {
    const x = gather(data, indices, scaling, buffer.subarray(0, indices.length * size));
    if (weights) {
      for (const [at, index] of indices.entries()) {
        if (weights[index] !== 1) jitterImage(x.subarray(at * size, (at + 1) * size), data.shape, chance);
      }
    }
    const input = tf.tensor(x, [indices.length, ...data.shape]);
    const { output, steps } = forward(backend, network, input, { chance });
    const truth = Int32Array.from(indices, (index) => labels[index]!);
    const { loss, gradient } = crossEntropy(numbersOf(backend, output), truth, classes, total);
    const dOutput = tf.tensor(gradient, output.shape);
    return { loss, gradients: backward(backend, network, steps, dOutput) };
  };
}

function autoencoderStep(
  backend: Backend,
  network: Network,
  { data, target, scaling }: AutoencoderLesson,
  options: Pick<TrainOptions, 'batch'>,
): ShardStep {
  const { tf } = backend;
  const size = sampleSize(data.shape);
  // A buffer each: tfjs-node reads a tensor's array when it first computes with it, not when it is made.
  const buffers = [data, target].map(() => new Float32Array(Math.min(options.batch, data.count) * size));
  const tensor = (samples: Samples, indices: Int32Array, buffer: Float32Array) =>
    tf.tensor(gather(samples, indices, scaling, buffer.subarray(0, indices.length * size)), [
      indices.length,
      ...data.shape,
    ]);
  return (indices, total, chance) => {
    const input = tensor(data, indices, buffers[0]!);
    const goal = target === data ? input : tensor(target, indices, buffers[1]!);
    const { output, steps } = forward(backend, network, input, { chance });
    const loss = tf.sum(sampleLosses(backend, output, goal, scaling)).dataSync()[0]! / total;
    // Both losses have the same gradient at the last layer: what came out minus what should.
    const dOutput = tf.div(tf.sub(activate(backend, output, scaling), goal), total);
    return { loss, gradients: backward(backend, network, steps, dOutput) };
  };
}

/** What an autoencoder's last layer gives, as values of the scaled data. */
export function activate({ tf }: Backend, output: Tensor, scaling: Scaling): Tensor {
  return scaling.kind === 'brightness' ? tf.sigmoid(output) : output;
}

/**
 * [batch]. For images -sum x log r + (1 - x) log(1 - r) with r = sigmoid(z), written as max(z, 0) - zx + log(1 + e^-|z|)
 * so that no logarithm of 0 appears; for tables sum (z - x)^2 / 2.
 */
export function sampleLosses({ tf }: Backend, z: Tensor, x: Tensor, scaling: Scaling): Tensor {
  const each =
    scaling.kind === 'brightness'
      ? tf.add(tf.sub(tf.relu(z), tf.mul(z, x)), tf.log1p(tf.exp(tf.neg(tf.abs(z)))))
      : tf.mul(tf.squaredDifference(z, x), 0.5);
  return tf.sum(tf.reshape(each, [x.shape[0]!, -1]), 1);
}
