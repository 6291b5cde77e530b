import type { Tensor } from '@tensorflow/tfjs-core';
import type { Backend } from '../backend';
import { numbersOf } from '../kernels/heap';
import { weightSpecs } from './layer';
import type { Network } from './network';

/** All weights of a network as one row of numbers, in the network's order: what is averaged, updated and kept. */
export interface FlatWeights {
  values: Float32Array;
  /** Where each weight begins; the last entry is the whole length. */
  starts: number[];
}

/** The network's weights, copied into `into` (or new memory). */
export async function flatten(network: Network, into?: Float32Array): Promise<FlatWeights> {
  const starts = startsOf(network);
  const values = into ?? new Float32Array(starts.at(-1)!);
  for (const [at, weight] of network.weights.entries()) values.set((await weight.data()) as Float32Array, starts[at]!);
  return { values, starts };
}

/** A part of the row whose numbers are all learned, or all running statistics. */
export interface Stretch {
  from: number;
  to: number;
  running: boolean;
}

/** The row from end to end. */
export function stretchesOf({ layers, inputShape }: Network): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { shape, running } of weightSpecs(layers, inputShape)) {
    const from = stretches.at(-1)?.to ?? 0;
    const to = from + shape.reduce((size, side) => size * side, 1);
    if (stretches.at(-1)?.running === running) stretches.at(-1)!.to = to;
    else stretches.push({ from, to, running });
  }
  return stretches;
}

/** Writes each tensor to its place in the row. */
export function write(
  backend: Backend,
  row: Float32Array,
  starts: readonly number[],
  tensors: readonly Tensor[],
): void {
  for (const [at, tensor] of tensors.entries()) row.set(numbersOf(backend, tensor), starts[at]!);
}

/** Gives the network these weights. */
export function assign({ tf }: Backend, network: Network, { values, starts }: FlatWeights): void {
  tf.tidy(() => {
    for (const [at, weight] of network.weights.entries()) {
      weight.assign(tf.tensor(values.subarray(starts[at]!, starts[at + 1]!), weight.shape));
    }
  });
}

function startsOf(network: Network): number[] {
  const starts = [0];
  for (const weight of network.weights) starts.push(starts.at(-1)! + weight.size);
  return starts;
}
