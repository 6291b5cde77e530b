import { setImmediate } from 'node:timers/promises';
import type { AdamOptimizer, Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { Backend } from './backend';
import { learningError } from './fault';
import type { Network } from './network/network';
import { createRandom, type Random, shuffle } from './random';

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
}

export interface TrainOptions {
  epochs: number;
  /** Samples in a mini-batch. */
  batch: number;
  /** Learning rate: constant for `sgd`; for `adam` the highest of a cycle (a rise over the first fifth, then a fall to 0). */
  rate: number;
  seed: number;
  /** `sgd` is the paper's plain step (Algorithm 6); `adam`, the default, needs far fewer epochs. */
  optimizer?: 'adam' | 'sgd';
  /** Per sample: how often it is drawn, relative to the others. */
  weights?: Float32Array;
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
}

/** One mini-batch: its mean loss a sample, and the gradients of the network's weights in their order. */
export interface BatchResult {
  loss: Scalar;
  gradients: Tensor[];
}

/**
 * The one training loop: seeded mini-batches, an optimizer, progress, cancelling. `step` is called inside `tf.tidy` with
 * the positions of the batch's samples and a stream of chance of its own.
 *
 * @throws SF7013 for an option out of range, SF7020 when the loss is not a number, SF7021 when `signal` aborts.
 */
export async function train(
  { tf }: Backend,
  network: Network,
  count: number,
  options: TrainOptions,
  step: (indices: Int32Array, chance: Random) => BatchResult,
): Promise<void> {
  checkTrainOptions(options, count);
  const { epochs, rate, signal, onProgress } = options;
  const batch = Math.min(options.batch, count);
  const batches = Math.ceil(count / batch);
  const random = createRandom(options.seed);
  const [order, chance] = [random.fork('order'), random.fork('chance')];
  const adam = options.optimizer === 'sgd' ? undefined : tf.train.adam(rate);
  const optimizer = adam ?? tf.train.sgd(rate);
  const started = performance.now();
  let breath = started;
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const indices = drawEpoch(count, options.weights, order);
      let total = 0;
      for (let at = 1; at <= batches; at++) {
        if (signal?.aborted)
          throw learningError('SF7021', `The training was cancelled in epoch ${epoch} of ${epochs}.`);
        const chosen = indices.subarray((at - 1) * batch, Math.min(at * batch, count));
        if (adam) setRate(adam, rate * cycle(((epoch - 1) * batches + at - 1) / (epochs * batches)));
        const loss = tf.tidy(() => {
          const result = step(chosen, chance);
          optimizer.applyGradients(
            network.weights.map((weight, i) => ({ name: weight.name, tensor: result.gradients[i]! })),
          );
          return result.loss.dataSync()[0]!;
        });
        if (!Number.isFinite(loss)) {
          throw learningError(
            'SF7020',
            `The loss became ${loss} in batch ${at} of epoch ${epoch}: the training diverged.`,
          );
        }
        total += loss * chosen.length;
        const now = performance.now();
        const done = (epoch - 1) * batches + at;
        const left = ((now - started) / done) * (epochs * batches - done);
        const seen = Math.min(at * batch, count);
        onProgress?.({ epoch, epochs, batch: at, batches, loss: total / seen, left: left / 1000 });
        // Timers, signals and the pipes to whoever watches get their turn.
        if (now - breath > 50) {
          await setImmediate();
          breath = performance.now();
        }
      }
    }
  } finally {
    optimizer.dispose();
  }
}

/** The part of the highest rate at `done` of the training (0 to 1). In few epochs it learns what a constant rate needs many for. */
function cycle(done: number): number {
  return done < 0.2 ? 0.2 + 4 * done : (1 - done) / 0.8;
}

function setRate(adam: AdamOptimizer, rate: number): void {
  // tfjs reads it at each step, but has no public way to set it.
  (adam as unknown as { learningRate: number }).learningRate = rate;
}

/**
 * The samples of one epoch, `count` of them. By weight, each appears floor or ceil of its expected number of times
 * (systematic sampling); without weights that is each once, so a plain shuffle is the special case.
 */
export function drawEpoch(count: number, weights: Float32Array | undefined, random: Random): Int32Array {
  const all = shuffle(
    Int32Array.from({ length: count }, (_, i) => i),
    random,
  );
  if (!weights) return all;
  let total = 0;
  for (const weight of weights) total += weight;
  const drawn = new Int32Array(count);
  const offset = random.uniform();
  let reached = 0;
  let at = 0;
  for (const index of all) {
    reached += (weights[index]! / total) * count;
    while (at < count && at + offset < reached) drawn[at++] = index;
  }
  // Rounding may leave the last place open.
  while (at < count) drawn[at++] = all.findLast((index) => weights[index]! > 0)!;
  return shuffle(drawn, random);
}

function checkTrainOptions(options: TrainOptions, count: number): void {
  const { epochs, batch, rate, weights } = options;
  const whole = (value: number) => Number.isInteger(value) && value >= 1;
  const wrong = (name: string, value: unknown) =>
    learningError('SF7013', `The training option ${name} cannot be ${value}.`);
  if (!whole(epochs)) throw wrong('epochs', epochs);
  if (!whole(batch)) throw wrong('batch', batch);
  if (!(rate > 0 && Number.isFinite(rate))) throw wrong('rate', rate);
  if (!weights) return;
  if (weights.length !== count) {
    throw learningError('SF7013', `There are ${weights.length} weights for ${count} samples.`);
  }
  const bad = weights.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (bad >= 0) throw learningError('SF7013', `The weight of sample ${bad} is ${weights[bad]}.`);
  if (!weights.some((weight) => weight > 0)) throw learningError('SF7013', 'All weights are 0.');
}
