import {
  type AutoencoderModel,
  type Backend,
  type ClassifierModel,
  predictClassifier,
  reconstruct,
  reconstructionLoss,
  trainAutoencoder,
  trainClassifier,
} from '../../learning';
import { quantile } from '../../learning/critical-points';
import { flatten } from '../../learning/network/flat';
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

/** A classifier from the start. @param augment Changed copies of all images are learned from as well, without their number growing. */
export function trainFromStart(
  { backend, options, classes, seed }: Teacher,
  { data, labels }: Labelled,
  architecture: ClassifierModel['architecture'],
): Promise<ClassifierModel> {
  const { epochs, threads } = options;
  return trainClassifier(backend, data, labels, {
    architecture,
    classes,
    epochs,
    batch: BATCH,
    rate: RATE,
    seed,
    threads,
  });
}

/** retrain(m, X_train + X_feedback) as printed: every sample once, from the weights of m, one epoch. */
export async function retrainFaithfully(
  teacher: Teacher,
  model: ClassifierModel,
  all: Labelled,
): Promise<ClassifierModel> {
  return goOn(teacher, model, all, { epochs: 1, rate: RATE / 4 });
}

const STEPS = 300;
/** The part of each batch that is labelled samples, drawn again and again, moved and turned. */
const SHARE = 0.4;

/** Balanced: 300 batches that mix replay of the clean images with the labelled ones, from the weights of m. */
export async function retrainBalanced(
  teacher: Teacher,
  model: ClassifierModel,
  train: Labelled,
  labelled: Labelled,
): Promise<ClassifierModel> {
  const replay = pick(train, randomChoice(train.data.count, STEPS * BATCH - labelled.data.count, teacher.seed));
  const weight = (SHARE / (1 - SHARE)) * (replay.data.count / labelled.data.count);
  const weights = new Float32Array(replay.data.count + labelled.data.count).fill(1);
  weights.fill(weight, replay.data.count);
  return goOn(teacher, model, join(replay, labelled), { epochs: 1, rate: RATE / 2, weights, augmentWeighted: true });
}

async function goOn(
  { backend, options, classes, seed }: Teacher,
  model: ClassifierModel,
  { data, labels }: Labelled,
  more: { epochs: number; rate: number; weights?: Float32Array; augmentWeighted?: boolean },
): Promise<ClassifierModel> {
  const { values: weights } = await flatten(model.network);
  const nothing = () => new Float32Array(weights.length);
  const { architecture } = model;
  return trainClassifier(backend, data, labels, {
    ...{ architecture, classes, batch: BATCH, seed, threads: options.threads },
    ...more,
    resume: { done: 0, total: 0, weights, moments: [nothing(), nothing()] },
  });
}

/** A denoiser (Algorithm 10) and the loss above which its router takes a sample for corrupted. */
export interface Denoiser {
  model: AutoencoderModel;
  threshold: number;
}

/** Learned of pairs, and of clean images that it is to leave alone; calibrated on as many others. */
export async function trainDenoiser(
  { backend, options, seed }: Teacher,
  pairs: { corrupted: Labelled; clean: Labelled },
  train: Labelled,
): Promise<Denoiser> {
  const order = randomChoice(train.data.count, 2000, seed);
  const [alone, reference] = [pick(train, order.slice(0, 1000)), pick(train, order.slice(1000))];
  const x = join(pairs.corrupted, alone);
  const share = alone.data.count / pairs.corrupted.data.count;
  const weights = new Float32Array(x.data.count).fill(1);
  weights.fill(share, 0, pairs.corrupted.data.count);
  const parts = { epochs: 20, batch: 32, rate: 0.002, seed, weights, threads: options.threads };
  const model = await trainAutoencoder(backend, x.data, parts, join(pairs.clean, alone).data);
  const losses = (await reconstructionLoss(backend, model, reference.data)).sort();
  return { model, threshold: quantile(losses, 0.999) };
}

/** What the compound predicts: samples that the router lets pass are not touched. */
export async function accuracy(
  backend: Backend,
  model: ClassifierModel,
  { data, labels }: Labelled,
  denoiser?: Denoiser,
): Promise<number> {
  let seen = data;
  if (denoiser) {
    const losses = await reconstructionLoss(backend, denoiser.model, data);
    const routed = Array.from(losses.keys()).filter((row) => losses[row]! > denoiser.threshold);
    if (routed.length > 0) {
      const { x } = await reconstruct(backend, denoiser.model, pick({ data, labels }, routed).data);
      const size = data.x.length / data.count;
      const changed = Uint8Array.from(data.x);
      for (const [at, row] of routed.entries()) {
        for (let i = 0; i < size; i++) changed[row * size + i] = Math.round(255 * x[at * size + i]!);
      }
      seen = { ...data, x: changed };
    }
  }
  const { labels: found } = await predictClassifier(backend, model, seen);
  let right = 0;
  for (let row = 0; row < labels.length; row++) if (found[row] === labels[row]) right++;
  return (100 * right) / labels.length;
}
