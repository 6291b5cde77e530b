import { setImmediate } from 'node:timers/promises';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Backend } from './backend';
import { drawEpoch } from './draw';
import { learningError } from './fault';
import { assign, flatten, stretchesOf, write } from './network/flat';
import type { Network } from './network/network';
import { adam, descent, gradientAt } from './optimizer';
import { createRandom, type Random } from './random';
import { alone, type Crew, SHARDS } from './team/crew';
import type { Validation } from './validation';

/** Where a training stands. */
export interface Progress {
  /** From 1. */
  epoch: number;
  epochs: number;
  /** From 1, in this epoch. */
  batch: number;
  batches: number;
  /** Mean loss of a sample, over this epoch so far. */
  loss: number;
  /** Seconds that are left, by the pace so far. */
  left: number;
  /** With an epoch's last batch, where there are samples for it: how the network does on them, and did in its best epoch. */
  validation?: Validation & { best: BestEpoch };
}

/** The epoch, from 1, with the smallest validation loss so far; the first of equals. */
export interface BestEpoch extends Validation {
  epoch: number;
}

/** All that a training needs to go on as if it had never stopped. */
export interface TrainingState {
  /** Batches that are done, over all epochs. */
  done: number;
  /** Summed loss of this epoch's samples so far. */
  total: number;
  weights: Float32Array;
  moments: [Float32Array, Float32Array];
  /** Where samples for validation are there, and an epoch is done. */
  best?: BestState;
}

/** The best epoch, and what the network was after it. */
export interface BestState extends BestEpoch {
  weights: Float32Array;
}

/** The beginning of a training that goes on from weights which are known. */
export function beginAt(weights: Float32Array): TrainingState {
  const moments = () => new Float32Array(weights.length);
  return { done: 0, total: 0, weights, moments: [moments(), moments()] };
}

export interface TrainOptions {
  epochs: number;
  /** Samples that an epoch draws; as many as there are, if not given. */
  draws?: number;
  /** Samples in a mini-batch. */
  batch: number;
  /** Learning rate: constant for `sgd`; for `adam` the highest of a cycle (a rise over the first fifth, then a fall to 0). */
  rate: number;
  seed: number;
  /** `sgd` is the paper's plain step (Algorithm 6); `adam`, the default, needs far fewer epochs. */
  optimizer?: 'adam' | 'sgd';
  /** Per sample: how often it is drawn, relative to the others. */
  weights?: Float32Array;
  /**
   * Early stopping: end after so many epochs without a smaller validation loss, with the weights of the best epoch. 0, the
   * default: take every epoch, and what comes out of the last.
   */
  patience?: number;
  onProgress?: (progress: Progress) => void;
  /** Called every ten seconds or so; the training waits for it. */
  onCheckpoint?: (state: TrainingState) => void;
  /** Where an interrupted training of the same data and options goes on. */
  resume?: TrainingState;
  /** At most this many threads (2 by default, where there are as many cores): the result does not depend on it. */
  threads?: number;
  signal?: AbortSignal;
}

/** A part of a mini-batch: what it adds to the batch's mean loss and to the gradients of the network's weights. */
export interface ShardResult {
  loss: number;
  gradients: Tensor[];
}

/**
 * Loss and gradients of some samples of a batch; called inside `tf.tidy`.
 *
 * @param total Samples in the whole batch: all is divided by it.
 * @param chance A stream of this shard's own.
 */
export type ShardStep = (indices: Int32Array, total: number, chance: Random) => ShardResult;

/** What a network is trained for. */
export interface Objective {
  step: ShardStep;
  /** How it does after an epoch on samples that it does not learn from. */
  validate?: () => Promise<Validation>;
}

const CHECKPOINT_MS = 10_000;
const BREATH_MS = 50;

/**
 * The one training loop: seeded mini-batches, an optimizer, progress, checkpoints, cancelling. A member of a
 * crew computes its shards alone; all members take the same steps.
 *
 * @throws SF7013 for an option out of range, SF7020 when the loss or, in the end, a weight is not a number, SF7021 when `signal` aborts.
 */
export async function train(
  backend: Backend,
  network: Network,
  count: number,
  options: TrainOptions,
  { step, validate }: Objective,
  crew: Crew = alone,
): Promise<void> {
  checkTrainOptions(options, count);
  const { epochs, signal, patience = 0, onProgress, onCheckpoint } = options;
  const batch = Math.min(options.batch, count);
  const draws = options.draws ?? count;
  const batches = Math.ceil(draws / batch);
  const random = createRandom(options.seed);
  const { starts, values } = await flatten(network);
  const size = values.length;
  // A state of another network is none of this training's.
  const resume = options.resume?.weights.length === size ? options.resume : undefined;
  const { rank, size: threads, exchange } = crew;
  const optimizer = (options.optimizer === 'sgd' ? descent : adam)(size, options.rate);
  const { weights, moments, gradients } = optimizer;
  weights.set(resume?.weights ?? values);
  for (const [at, row] of moments.entries()) row.set(resume?.moments[at] ?? []);
  assign(backend, network, { values: weights, starts });
  const losses = new Float64Array(SHARDS);
  const stretches = stretchesOf(network);
  const first = resume?.done ?? 0;
  const started = performance.now();
  let [breath, kept, total] = [started, started, resume?.total ?? 0];
  let indices: Int32Array | undefined;
  let best = resume?.best;
  for (let done = first; done < epochs * batches; done++) {
    const epoch = Math.floor(done / batches);
    const at = done % batches;
    if (signal?.aborted) {
      throw learningError('SF7021', `The training was cancelled in epoch ${epoch + 1} of ${epochs}.`);
    }
    // From the epoch's number alone, so that a training which goes on in its middle draws the same.
    if (!indices || at === 0) indices = drawEpoch(count, options.weights, random.fork(`order/${epoch}`), draws);
    if (at === 0) total = 0;
    const chosen = indices.subarray(at * batch, Math.min((at + 1) * batch, draws));
    for (let shard = rank; shard < SHARDS; shard += threads) {
      const members = chosen.subarray(
        Math.floor((chosen.length * shard) / SHARDS),
        Math.floor((chosen.length * (shard + 1)) / SHARDS),
      );
      losses[shard] = compute(shard, done, members, chosen.length);
    }
    exchange(done, gradients, losses);
    let loss = 0;
    for (const each of losses) loss += each;
    if (!Number.isFinite(loss)) {
      throw learningError(
        'SF7020',
        `The loss became ${loss} in batch ${at + 1} of epoch ${epoch + 1}: the training diverged.`,
      );
    }
    for (const { from, to, running } of stretches) {
      if (running) follow(weights, gradients, from, to);
      else optimizer.step(from, to, done + 1, done / (epochs * batches));
    }
    total += loss * chosen.length;
    assign(backend, network, { values: weights, starts });
    // By every member of a crew: so they all end with the same epoch.
    const validation = at + 1 === batches ? await validate?.() : undefined;
    if (validation && validation.loss < (best?.loss ?? Number.POSITIVE_INFINITY)) {
      best = { ...validation, epoch: epoch + 1, weights: weights.slice() };
    }
    const now = performance.now();
    const seen = Math.min((at + 1) * batch, draws);
    const left = ((now - started) / (done + 1 - first)) * (epochs * batches - done - 1);
    onProgress?.({
      ...{ epoch: epoch + 1, epochs, batch: at + 1, batches, loss: total / seen, left: left / 1000 },
      ...(validation && best && { validation: { ...validation, best: epochOf(best) } }),
    });
    if (validation && best && patience > 0 && epoch + 1 - best.epoch >= patience) break;
    if (onCheckpoint && now - kept > CHECKPOINT_MS && done + 1 < epochs * batches) {
      const copies = moments.map((row) => row.slice()) as [Float32Array, Float32Array];
      onCheckpoint({ done: done + 1, total, weights: weights.slice(), moments: copies, ...(best && { best }) });
      kept = performance.now();
    }
    // Timers, the caller's abort and the pipes to whoever watches get their turn.
    if (now - breath > BREATH_MS) {
      await setImmediate();
      breath = performance.now();
    }
  }
  if (patience > 0 && best) {
    weights.set(best.weights);
    assign(backend, network, { values: weights, starts });
  }
  // Of every other step the next loss tells.
  if (!weights.every(Number.isFinite)) {
    throw learningError('SF7020', 'A weight is not finite after the last batch: the training diverged.');
  }

  function compute(shard: number, done: number, members: Int32Array, all: number): number {
    const row = gradients[shard]!;
    if (members.length === 0) {
      row.fill(0);
      return 0;
    }
    return backend.tf.tidy(() => {
      const result = step(members, all, random.fork(`chance/${done}/${shard}`));
      write(backend, row, starts, result.gradients);
      const share = members.length / all;
      for (const { from, to, running } of stretches) if (running) for (let i = from; i < to; i++) row[i]! *= share;
      return result.loss;
    });
  }
}

const epochOf = ({ weights: _weights, ...epoch }: BestState): BestEpoch => epoch;

/** How fast running statistics follow the batches. */
const PACE = 0.1;

function follow(weights: Float32Array, shown: readonly Float32Array[], from: number, to: number): void {
  for (let i = from; i < to; i++) weights[i]! += PACE * (gradientAt(shown, i) - weights[i]!);
}

export function checkTrainOptions(options: TrainOptions, count: number): void {
  const { epochs, batch, draws = count, rate, patience = 0, weights } = options;
  const whole = (value: number) => Number.isInteger(value) && value >= 1;
  const wrong = (name: string, value: unknown) =>
    learningError('SF7013', `The training option ${name} cannot be ${value}.`);
  if (!whole(epochs)) throw wrong('epochs', epochs);
  if (!whole(batch)) throw wrong('batch', batch);
  if (!whole(draws)) throw wrong('draws', draws);
  if (!(rate > 0 && Number.isFinite(rate))) throw wrong('rate', rate);
  if (!(patience === 0 || whole(patience))) throw wrong('patience', patience);
  if (!weights) return;
  if (weights.length !== count) {
    throw learningError('SF7013', `There are ${weights.length} weights for ${count} samples.`);
  }
  const bad = weights.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (bad >= 0) throw learningError('SF7013', `The weight of sample ${bad} is ${weights[bad]}.`);
  if (!weights.some((weight) => weight > 0)) throw learningError('SF7013', 'All weights are 0.');
}
