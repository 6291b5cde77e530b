import type { Tensor2D } from '@tensorflow/tfjs-core';
import { type Architecture, classifierLayers } from './architectures';
import type { Backend } from './backend';
import { discriminantWeights } from './discriminant';
import { learningError } from './fault';
import { inChunks } from './inference';
import { learn } from './learn';
import type { ClassifierLesson } from './lesson';
import { disposeNetwork, type Network, restoreNetwork } from './network/network';
import { checkBrightness, checkSamples, checkShape, type Labelled, type Samples } from './samples';
import { learnScaling, type Scaling } from './scaling';
import { startingWeights } from './start';
import { beginAt, checkTrainOptions, type TrainOptions } from './train';

export interface ClassifierOptions extends TrainOptions {
  /** `cnn` and `densenet` for images [height, width, channels], the others for tables and for images as well. */
  architecture: Architecture;
  classes: number;
  /** Take each pixel by the mean around it, whatever the light: networks on images only. */
  localContrast?: boolean;
  /** Small affine jitter (shift, rotation, scale) on images whose weight is not 1. */
  augmentWeighted?: boolean;
  /** A model of the same layers (but for the last, which has its classes) that the training goes on from, not from chance. */
  start?: ClassifierModel;
  /** Samples that are not learned from: what is told after each epoch, and what `patience` goes by. Not for `discriminant`. */
  validation?: Labelled;
  /** That of the model which is trained further; learned from the data where there is none. */
  scaling?: Scaling;
}

export interface ClassifierModel {
  kind: 'classifier';
  architecture: Architecture;
  classes: number;
  /** Of one sample. */
  shape: number[];
  scaling: Scaling;
  network: Network;
  dispose(): void;
}

export interface Predictions {
  /** count x classes, each row sums to 1. */
  probabilities: Float32Array;
  /** Per sample the most probable class; the first of equals. */
  labels: Int32Array;
}

/**
 * Trains a classifier with softmax and cross-entropy; the discriminant is computed in closed form: epochs, batch and rate say nothing to it.
 *
 * @param labels One class from 0 to classes - 1 a sample.
 * @throws SF7010-SF7013 for data or options that cannot be learned from, SF7016 for a start that does not fit, SF7020 if it diverges, SF7021 if cancelled.
 */
export async function trainClassifier(
  backend: Backend,
  data: Samples,
  labels: Int32Array,
  options: ClassifierOptions,
): Promise<ClassifierModel> {
  checkSamples(data, 'training samples');
  if (data.shape.length === 3) checkBrightness(data, 'training samples');
  checkLabels(labels, data, options);
  const { architecture, classes, start, validation, ...training } = options;
  if (validation) checkValidation(validation, data, options);
  const learned = learnScaling(data);
  const scaling = options.scaling ?? (start?.scaling.kind === learned.kind ? start.scaling : learned);
  const lesson: ClassifierLesson = {
    kind: 'classifier',
    data,
    labels,
    classes,
    scaling,
    ...(validation && { validation }),
    layers: classifierLayers(architecture, classes, byLocalContrast(data, options)),
    jitter: options.augmentWeighted === true && data.shape.length === 3 ? 'weighted' : 'none',
  };
  if (start && architecture === 'discriminant') {
    throw learningError(
      'SF7016',
      'A discriminant is computed at once: it starts from nothing.',
      'Choose another architecture.',
    );
  }
  if (start && !options.resume) {
    training.resume = beginAt(await startingWeights(backend, start, lesson, options.seed));
  }
  const network =
    architecture === 'discriminant' ? solve(backend, lesson, options) : await learn(backend, lesson, training);
  return classifierModel({ architecture, classes, shape: [...data.shape], scaling, network });
}

/** What is computed at once: options that a network would refuse are refused, and who has cancelled wants no model. */
function solve(backend: Backend, lesson: ClassifierLesson, options: ClassifierOptions): Network {
  const { layers, data } = lesson;
  checkTrainOptions(options, data.count);
  if (options.signal?.aborted) throw learningError('SF7021', 'The training was cancelled.');
  return restoreNetwork(backend, layers, data.shape, discriminantWeights(lesson, options.weights));
}

/** Tables are scaled by feature instead, and the discriminant takes every pixel for what it is. */
const byLocalContrast = ({ shape }: Samples, { architecture, localContrast }: ClassifierOptions): boolean =>
  localContrast === true && shape.length === 3 && architecture !== 'discriminant';

/** Whether a model takes images by local contrast: what trains it further must say so again. */
export const takesLocalContrast = ({ network }: ClassifierModel): boolean =>
  network.layers[0]?.kind === 'local-contrast';

/** A classifier around a network that has its weights. */
export function classifierModel(parts: Omit<ClassifierModel, 'kind' | 'dispose'>): ClassifierModel {
  return { kind: 'classifier', ...parts, dispose: () => disposeNetwork(parts.network) };
}

/**
 * Class probabilities and labels of samples of the model's shape.
 *
 * @throws SF7010-SF7015 for data that the model cannot take, SF7020 where what it gives is not a number.
 */
export async function predictClassifier(backend: Backend, model: ClassifierModel, data: Samples): Promise<Predictions> {
  checkSamples(data, 'samples to predict');
  checkShape(data, model.shape, 'samples to predict');
  if (data.shape.length === 3) checkBrightness(data, 'samples to predict');
  const probabilities = new Float32Array(data.count * model.classes);
  await inChunks(backend, model, data, (output, _input, first) => {
    probabilities.set(backend.tf.softmax(output as Tensor2D).dataSync(), first * model.classes);
  });
  const labels = new Int32Array(data.count);
  for (let i = 0; i < data.count; i++) {
    const row = probabilities.subarray(i * model.classes, (i + 1) * model.classes);
    labels[i] = row.indexOf(Math.max(...row));
    // NaN is no largest: weights that are finite may still be too large for what they are multiplied with.
    if (labels[i] === -1) {
      throw learningError('SF7020', `The model gives no probabilities for sample ${i}: its weights are too large.`);
    }
  }
  return { probabilities, labels };
}

function checkValidation({ data, labels }: Labelled, { shape }: Samples, options: ClassifierOptions): void {
  const what = 'validation samples';
  checkSamples(data, what);
  checkShape(data, shape, what);
  if (shape.length === 3) checkBrightness(data, what);
  checkLabels(labels, data, options);
}

function checkLabels(labels: Int32Array, data: Samples, options: ClassifierOptions): void {
  const { classes, architecture } = options;
  if (!Number.isInteger(classes) || classes < 2) {
    throw learningError(
      'SF7013',
      `A classifier needs at least 2 classes, not ${classes}.`,
      'Give samples of two classes or more, and see that their labels are the right column.',
    );
  }
  if ((architecture === 'cnn' || architecture === 'densenet') && data.shape.length !== 3) {
    throw learningError(
      'SF7015',
      `A ${architecture} needs images, not samples of shape [${data.shape.join(', ')}].`,
      'Use an mlp.',
    );
  }
  if (labels.length !== data.count) {
    throw learningError('SF7012', `There are ${labels.length} labels for ${data.count} samples.`);
  }
  const bad = labels.findIndex((label) => label < 0 || label >= classes);
  if (bad >= 0)
    throw learningError('SF7012', `The label of sample ${bad} is ${labels[bad]}; there are ${classes} classes.`);
}
