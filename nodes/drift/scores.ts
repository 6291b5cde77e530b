import { type AutoencoderModel, type Backend, latent, reconstructionLoss, type Samples } from '../../learning';
import { quantile } from '../../learning/critical-points';
import { combine, ownRarity, rarity } from './calibration';
import { imageStatistics } from './image-statistics';
import { learnMahalanobis } from './mahalanobis';
import { neighbourDistances } from './neighbours';
import { findTwins } from './twins';

/** How strange a sample can be called. Higher is stranger, in all of them. */
export const SCORES = ['band', 'bce', 'energy', 'latent', 'statistics', 'combined'] as const;

export type Score = (typeof SCORES)[number];

/** One number a sample, of clean samples that nothing was learned from and of those in question. */
export interface Measured {
  reference: Float32Array;
  test: Float32Array;
}

/** What an autoencoder, its latent space and plain statistics say of each sample, and a classifier where there is one. */
export interface Scores {
  /** Reconstruction loss of the samples that the autoencoder learned from. */
  trainLoss: Float32Array;
  loss: Measured;
  latent: Measured;
  statistics: Measured;
  energy?: Measured;
}

export interface Sets {
  train: Samples;
  reference: Samples;
  test: Samples;
}

/** Training samples that distances in latent space are measured to. */
const MOST_KNOWN = 1000;

/** Measures all sets; no label is read. @param energy of samples, where there is a classifier to ask. */
export async function measureScores(
  backend: Backend,
  model: AutoencoderModel,
  { train, reference, test }: Sets,
  energy?: (data: Samples) => Promise<Float32Array>,
): Promise<Scores> {
  const both = async (measure: (data: Samples) => Promise<Float32Array> | Float32Array): Promise<Measured> => ({
    reference: await measure(reference),
    test: await measure(test),
  });
  const known = first(train, MOST_KNOWN);
  const [place, twins] = [await latent(backend, model, known), findTwins(known)];
  const plain = (data: Samples) => (data.shape.length === 3 ? imageStatistics(data) : data);
  const strangeness = learnMahalanobis(plain(train));
  return {
    trainLoss: await reconstructionLoss(backend, model, train),
    loss: await both((data) => reconstructionLoss(backend, model, data)),
    latent: await both(async (data) => neighbourDistances(await latent(backend, model, data), place, twins(data))),
    statistics: await both((data) => strangeness(plain(data))),
    energy: energy && (await both(energy)),
  };
}

/** The chosen score. `combined` adds up how rare the others are in the reference; energy where it was measured. */
export function scoreOf(scores: Scores, score: Score): Measured {
  const { loss, latent: distance, statistics, energy } = scores;
  switch (score) {
    case 'bce':
      return loss;
    case 'band':
      return bandOf(scores);
    case 'latent':
      return distance;
    case 'statistics':
      return statistics;
    case 'energy':
      return energy!;
    case 'combined':
      return combined([bandOf(scores), distance, statistics, ...(energy ? [energy] : [])]);
  }
}

/** The distance of a loss from the median training loss: what is reconstructed too well is strange, too. */
function bandOf({ trainLoss, loss }: Scores): Measured {
  const median = quantile(trainLoss.toSorted(), 0.5);
  const distance = (losses: Float32Array) => losses.map((one) => Math.abs(one - median));
  return { reference: distance(loss.reference), test: distance(loss.test) };
}

function combined(parts: readonly Measured[]): Measured {
  const rarities = parts.map(({ reference, test }) => {
    return { reference: ownRarity(reference), test: rarity(reference)(test) };
  });
  return {
    reference: combine(rarities.map((each) => each.reference)),
    test: combine(rarities.map((each) => each.test)),
  };
}

/** Single columns compared beside the scores; with more, Bonferroni's correction would leave them no power. */
export const MOST_COLUMNS = 64;

/**
 * What is compared to decide about a batch: loss, latent distance, statistics, all combined, and the columns of a table. Never
 * the energy: a classifier may have learned from the reference, which then looks more familiar than any new sample.
 *
 * @param sets With their gaps: a column is compared by the numbers that it has.
 */
export function batchMeasures(
  scores: Scores,
  { reference, test }: Sets,
  names?: readonly string[],
): Map<string, { reference: Float32Array; batch: Float32Array }> {
  const as = ({ reference, test }: Measured) => ({ reference, batch: test });
  const measures = new Map([
    ['loss', as(scores.loss)],
    ['latent', as(scores.latent)],
    ['statistics', as(scores.statistics)],
    ['combined', as(scoreOf({ ...scores, energy: undefined }, 'combined'))],
  ]);
  const columns = reference.shape.length === 1 ? reference.shape[0]! : 0;
  if (columns > MOST_COLUMNS) return measures;
  const column = ({ x, count }: Samples, at: number) =>
    Float32Array.from({ length: count }, (_, row) => x[row * columns + at]!).filter((value) => !Number.isNaN(value));
  for (let at = 0; at < columns; at++) {
    measures.set(`column ${names?.[at] ?? at}`, { reference: column(reference, at), batch: column(test, at) });
  }
  return measures;
}

function first({ x, shape, count }: Samples, most: number): Samples {
  const size = x.length / count;
  return { x: x.subarray(0, Math.min(most, count) * size), shape, count: Math.min(most, count) };
}
