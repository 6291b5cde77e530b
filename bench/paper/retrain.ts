import {
  type AutoencoderModel,
  adaptClassifier,
  augmentImage,
  type Backend,
  type ClassifierModel,
  changeInPlace,
  createRandom,
  type Denoiser,
  type Design,
  denoise,
  loadModel,
  practise,
  predictClassifier,
  reconstructionLoss,
  type TrainOptions,
  takesLocalContrast,
  trainAutoencoder,
  trainClassifier,
  trustIn,
} from '../../learning';
import { quantile } from '../../learning/critical-points';
import { join, type Labelled, pick } from './data';
import type { Options } from './options';
import { randomChoice } from './selection';

export interface Teacher {
  backend: Backend;
  options: Options;
  classes: number;
  seed: number;
}

const BATCH = 64;
const RATE = 0.004;

/** A classifier by chance or from `--start`, with the defaults of `scanflow/classifier` but for the number of epochs and `local_contrast`. */
export async function trainFromStart(
  { backend, options, classes, seed }: Teacher,
  { data, labels }: Labelled,
  architecture: ClassifierModel['architecture'],
  epochs: number,
  checkpoints: Pick<TrainOptions, 'resume' | 'onCheckpoint'>,
): Promise<ClassifierModel> {
  const { threads } = options;
  const start = options.start === '' ? undefined : await startOf(backend, options.start);
  const plain = { architecture, classes, epochs, batch: BATCH, rate: RATE, localContrast: true, seed, threads };
  const model = await trainClassifier(backend, data, labels, { ...plain, start, ...checkpoints });
  start?.dispose();
  return model;
}

async function startOf(backend: Backend, folder: string): Promise<ClassifierModel> {
  const model = await loadModel(backend, folder);
  if (model.kind === 'classifier') return model;
  throw new Error(`${folder} is an ${model.kind}, none to start a classifier from.`);
}

/** retrain(m, X_train + X_feedback) as printed: every sample once, from the weights of m, one epoch. */
export async function retrainFaithfully(
  { backend, options, classes, seed }: Teacher,
  model: ClassifierModel,
  { data, labels }: Labelled,
): Promise<ClassifierModel> {
  const { architecture, scaling } = model;
  const localContrast = takesLocalContrast(model);
  return trainClassifier(backend, data, labels, {
    ...{ architecture, classes, scaling, localContrast, batch: BATCH, seed, threads: options.threads },
    ...{ epochs: 1, rate: RATE / 4 },
    start: model,
  });
}

/** Balanced, with the defaults of `scanflow/classifier`: half of each batch is labelled, from the weights of m. */
export function retrainBalanced(
  { backend, options, seed }: Teacher,
  model: ClassifierModel,
  train: Labelled,
  labelled: Labelled,
): Promise<ClassifierModel> {
  const { threads } = options;
  const trust = trustIn(labelled.data.count, model.classes);
  const plain = { steps: 300, share: 0.5, batch: BATCH, rate: RATE / 2, jitter: true, trust, seed, threads };
  return adaptClassifier(backend, model, train, labelled, plain);
}

/** Without labels: on from the weights of m, half of each batch changed copies, each drawn once. */
export function retrainOnCopies(
  { backend, options, seed }: Teacher,
  model: ClassifierModel,
  train: Labelled,
  checkpoints: Pick<TrainOptions, 'resume' | 'onCheckpoint'>,
): Promise<ClassifierModel> {
  const steps = Math.ceil(train.data.count / (BATCH / 2));
  const plain = { steps, share: 0.5, batch: BATCH, rate: RATE / 2, jitter: false, seed, threads: options.threads };
  return adaptClassifier(backend, model, train, changed(train, seed), { ...plain, ...checkpoints });
}

/** As `scanflow/augment` makes them. */
function changed({ data, labels }: Labelled, seed: number): Labelled {
  const size = data.x.length / data.count;
  const x = Uint8Array.from(data.x);
  for (let row = 0; row < data.count; row++) {
    const random = createRandom(`${seed}/augment/${row}`);
    changeInPlace(x.subarray(row * size, (row + 1) * size), (image) => augmentImage(image, data.shape, random));
  }
  return { data: { ...data, x }, labels };
}

/** How a denoiser is made and how long it learns; without `start` it begins by chance. */
export interface DenoiserParts {
  design: Design;
  epochs: number;
  rate: number;
  start?: AutoencoderModel;
}

/** A small U-Net that starts from what it practised, with the defaults of `scanflow/model-denoiser-wrapper`. */
export const IMPROVED: DenoiserParts = { design: 'u-net', epochs: 5, rate: 0.004 };
/** Of clean images, to practise on. */
export const COPIES = 20_000;
const AS_PRINTED: DenoiserParts = { design: 'autoencoder', epochs: 20, rate: 0.002 };

/** What they start from, without labels. */
export function practiseDenoising(
  { backend, options, seed }: Teacher,
  train: Labelled,
  checkpoints: Pick<TrainOptions, 'resume' | 'onCheckpoint'> = {},
): Promise<AutoencoderModel> {
  const plain = { copies: COPIES, epochs: 2, batch: 32, rate: IMPROVED.rate, design: IMPROVED.design };
  return practise(backend, train.data, { ...plain, seed, threads: options.threads, ...checkpoints });
}

/** By default as the paper has it. Learned of pairs, and of clean images that it is to leave alone; calibrated on as many others. */
export async function trainDenoiser(
  { backend, options, seed }: Teacher,
  pairs: { corrupted: Labelled; clean: Labelled },
  train: Labelled,
  parts: DenoiserParts = AS_PRINTED,
): Promise<Denoiser> {
  const order = randomChoice(train.data.count, 2000, seed);
  const half = Math.floor(order.length / 2);
  const [alone, reference] = [pick(train, order.slice(0, half)), pick(train, order.slice(half))];
  const x = join(pairs.corrupted, alone);
  const share = alone.data.count / pairs.corrupted.data.count;
  const weights = new Float32Array(x.data.count).fill(1);
  weights.fill(share, 0, pairs.corrupted.data.count);
  const all = { ...parts, batch: 32, seed, weights, threads: options.threads };
  const model = await trainAutoencoder(backend, x.data, all, join(pairs.clean, alone).data);
  const losses = (await reconstructionLoss(backend, model, reference.data)).sort();
  return { model, threshold: quantile(losses, 0.999), strength: 1 };
}

/** What the compound sees: samples that the router lets pass are not touched. */
export async function through(backend: Backend, denoiser: Denoiser, given: Labelled): Promise<Labelled> {
  const { data, labels } = given;
  const size = data.x.length / data.count;
  const x = Uint8Array.from(data.x);
  for (const [row, image] of await denoise(backend, denoiser, data)) {
    for (let i = 0; i < size; i++) x[row * size + i] = Math.round(255 * image[i]!);
  }
  return { data: { ...data, x }, labels };
}

/** Per sample: is what is predicted of it right? */
export async function rightOnes(
  backend: Backend,
  model: ClassifierModel,
  { data, labels }: Labelled,
): Promise<Uint8Array> {
  const { labels: found } = await predictClassifier(backend, model, data);
  return Uint8Array.from(labels, (label, row) => (found[row] === label ? 1 : 0));
}

export async function accuracy(
  backend: Backend,
  model: ClassifierModel,
  given: Labelled,
  denoiser?: Denoiser,
): Promise<number> {
  const right = await rightOnes(backend, model, denoiser ? await through(backend, denoiser, given) : given);
  return (100 * right.reduce((sum, one) => sum + one, 0)) / right.length;
}
