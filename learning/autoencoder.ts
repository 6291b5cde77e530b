import { isDeepStrictEqual } from 'node:util';
import type { Backend } from './backend';
import { learningError } from './fault';
import { inChunks } from './inference';
import { learn } from './learn';
import { type AutoencoderLesson, activate, sampleLosses } from './lesson';
import { flatten } from './network/flat';
import type { Layer } from './network/layer';
import { disposeNetwork, type Network } from './network/network';
import { checkBrightness, checkSamples, checkShape, type Samples, sampleSize } from './samples';
import { learnScaling, type Scaling } from './scaling';
import { beginAt, type TrainOptions } from './train';

/** `autoencoder`: the layers of Algorithm 6; `u-net`: those of `uNetLayers`, for images. */
export type Design = 'autoencoder' | 'u-net';

export interface AutoencoderOptions extends TrainOptions {
  /** By default `autoencoder`; tables have one design only. */
  design?: Design;
  /** A model of the same layers that the training goes on from, not from chance. */
  start?: AutoencoderModel;
}

export interface AutoencoderModel {
  kind: 'autoencoder';
  /** Of one sample. */
  shape: number[];
  scaling: Scaling;
  network: Network;
  /** How many of the layers make the encoder. */
  encoder: number;
  dispose(): void;
}

/** The layers of an autoencoder, the last giving logits (images) or values (tables); the first `encoder` encode. */
export interface AutoencoderLayers {
  layers: Layer[];
  encoder: number;
}

/**
 * Algorithm 6's Convolutional Deep AutoEncoder: exactly 7 convolutional (16, 8, 8 - 8, 8, 16, channels; 3x3), 3
 * max-pooling and 3 up-sampling layers. The sixth is `valid`, which brings 16x16 to 14x14 for images of 28x28; for
 * sizes where that does not fit, it is `same` and what is too much is cut off. Tables get a dense one.
 */
export function autoencoderLayers(shape: readonly number[]): AutoencoderLayers {
  if (shape.length === 1) return denseLayers(shape[0]!);
  const [height, width, channels] = shape as [number, number, number];
  const conv = (filters: number, padding: 'same' | 'valid' = 'same'): Layer => ({
    kind: 'conv',
    filters,
    kernel: 3,
    padding,
    activation: 'relu',
  });
  const encoder: Layer[] = [...[16, 8, 8].flatMap((filters): Layer[] => [conv(filters), { kind: 'max-pool' }])];
  // Sides behind the second up-sampling, and what they must be in front of the third.
  const spare = [height, width].map((side) => 4 * Math.ceil(side / 8) - Math.ceil(side / 2)) as [number, number];
  const fits = spare[0] === 2 && spare[1] === 2;
  return {
    encoder: encoder.length,
    layers: [
      ...encoder,
      conv(8),
      { kind: 'up-sampling' },
      conv(8),
      { kind: 'up-sampling' },
      conv(16, fits ? 'valid' : 'same'),
      ...(fits ? [] : crop(spare[0], spare[1])),
      { kind: 'up-sampling' },
      ...crop(height % 2, width % 2),
      { kind: 'conv', filters: channels, kernel: 3, padding: 'same', activation: 'linear' },
    ],
  };
}

/**
 * A small U-Net (Ronneberger et al., 2015) for what is to become another image of its size: the input itself reaches the last
 * layer, so what is right in it need not be made anew; a level of half the sides sees wider. Nothing is encoded: the part
 * before the last layer counts as the encoder, but what it gives is larger than the image.
 */
export function uNetLayers([height, width, channels]: readonly [number, number, number]): AutoencoderLayers {
  const conv = (filters: number, activation: 'relu' | 'linear' = 'relu'): Layer => ({
    kind: 'conv',
    filters,
    kernel: 3,
    padding: 'same',
    activation,
  });
  const wide: Layer[] = [
    { kind: 'max-pool' },
    conv(32),
    conv(32),
    { kind: 'up-sampling' },
    ...crop(height % 2, width % 2),
  ];
  return {
    encoder: 1,
    layers: [{ kind: 'join', layers: [conv(16), { kind: 'join', layers: wide }, conv(16)] }, conv(channels, 'linear')],
  };
}

function crop(rows: number, columns: number): Layer[] {
  if (rows === 0 && columns === 0) return [];
  const split = (all: number): [number, number] => [Math.floor(all / 2), Math.ceil(all / 2)];
  return [{ kind: 'crop', rows: split(rows), columns: split(columns) }];
}

function denseLayers(features: number): AutoencoderLayers {
  const hidden = Math.min(64, Math.max(8, 2 * features));
  const code = Math.max(1, Math.min(16, Math.floor(features / 2)));
  const dense = (units: number, activation: 'relu' | 'linear'): Layer => ({ kind: 'dense', units, activation });
  return {
    encoder: 2,
    layers: [dense(hidden, 'relu'), dense(code, 'linear'), dense(hidden, 'relu'), dense(features, 'linear')],
  };
}

/**
 * Trains an autoencoder on what counts as normal (the training data alone; no labels). Images: sigmoid output and binary
 * cross-entropy summed over the pixels (Algorithm 6). Tables: features are standardised, linear output and half the
 * squared error summed over the features, since cross-entropy has no meaning outside [0, 1].
 *
 * @param target What each sample is to become, in place of itself: the clean versions for a denoiser (Algorithm 10).
 * @throws SF7010-SF7014 for data or options that cannot be learned from, SF7016 for a start of other layers, SF7020 if it diverges, SF7021 if cancelled.
 */
export async function trainAutoencoder(
  backend: Backend,
  data: Samples,
  options: AutoencoderOptions,
  target: Samples = data,
): Promise<AutoencoderModel> {
  checkAutoencoderData(data, 'training samples');
  if (target !== data) {
    checkAutoencoderData(target, 'clean samples');
    checkShape(target, data.shape, 'clean samples');
    if (target.count !== data.count) {
      throw learningError('SF7010', `There are ${target.count} clean samples for ${data.count} others.`);
    }
  }
  const scaling = learnScaling(data);
  const { layers, encoder } =
    options.design === 'u-net' && data.shape.length === 3
      ? uNetLayers(data.shape as [number, number, number])
      : autoencoderLayers(data.shape);
  const lesson: AutoencoderLesson = { kind: 'autoencoder', data, target, scaling, layers };
  const { start, ...training } = options;
  if (start && !isDeepStrictEqual([start.shape, start.network.layers], [data.shape, layers])) {
    throw learningError('SF7016', 'The autoencoder to start from has other layers, or other samples.');
  }
  if (start) training.resume ??= beginAt((await flatten(start.network)).values);
  const network = await learn(backend, lesson, training);
  return autoencoderModel({ shape: [...data.shape], scaling, network, encoder });
}

/** An autoencoder around a network that has its weights. */
export function autoencoderModel(parts: Omit<AutoencoderModel, 'kind' | 'dispose'>): AutoencoderModel {
  return { kind: 'autoencoder', ...parts, dispose: () => disposeNetwork(parts.network) };
}

/** Loss of each sample (summed over its pixels or features): one scale for every data set (R54). */
export async function reconstructionLoss(
  backend: Backend,
  model: AutoencoderModel,
  data: Samples,
): Promise<Float32Array> {
  checkAutoencoderData(data, 'samples');
  checkShape(data, model.shape, 'samples');
  const losses = new Float32Array(data.count);
  await inChunks(backend, model, data, (output, input, first) => {
    losses.set(sampleLosses(backend, output, input, model.scaling).dataSync(), first);
  });
  return losses;
}

/** r = g(f(x)) in the unit of the data; images as numbers in [0, 1]. */
export async function reconstruct(backend: Backend, model: AutoencoderModel, data: Samples): Promise<Samples> {
  checkAutoencoderData(data, 'samples');
  checkShape(data, model.shape, 'samples');
  const size = sampleSize(data.shape);
  const x = new Float32Array(data.count * size);
  const { scaling } = model;
  await inChunks(backend, model, data, (output, _input, first) => {
    x.set(activate(backend, output, scaling).dataSync(), first * size);
  });
  if (scaling.kind === 'standard') {
    for (let i = 0; i < x.length; i++) x[i] = x[i]! * scaling.deviation[i % size]! + scaling.mean[i % size]!;
  }
  return { x, shape: [...data.shape], count: data.count };
}

/** h = f(x): what the encoder makes of each sample, flattened. */
export async function latent(backend: Backend, model: AutoencoderModel, data: Samples): Promise<Samples> {
  checkAutoencoderData(data, 'samples');
  checkShape(data, model.shape, 'samples');
  const pieces: Float32Array[] = [];
  await inChunks(backend, model, data, (output) => void pieces.push(output.dataSync() as Float32Array), model.encoder);
  const size = pieces.reduce((length, piece) => length + piece.length, 0) / data.count;
  const x = new Float32Array(data.count * size);
  let at = 0;
  for (const piece of pieces) {
    x.set(piece, at);
    at += piece.length;
  }
  return { x, shape: [size], count: data.count };
}

/** Throws unless an autoencoder can take the samples. */
export function checkAutoencoderData(data: Samples, what: string): void {
  checkSamples(data, what);
  if (data.shape.length === 3) checkBrightness(data, what);
}
