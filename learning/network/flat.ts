import type { Tensor } from '@tensorflow/tfjs-core';
import type { Backend } from '../backend';
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

/** Adds each tensor to its place in the row. */
export function addTo(row: Float32Array, starts: readonly number[], tensors: readonly Tensor[]): void {
  for (const [at, tensor] of tensors.entries()) {
    const values = tensor.dataSync();
    const start = starts[at]!;
    for (let i = 0; i < values.length; i++) row[start + i]! += values[i]!;
  }
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
