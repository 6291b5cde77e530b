import { setImmediate } from 'node:timers/promises';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Backend } from './backend';
import { numbersIn } from './network/layer';
import { forward, type Network } from './network/network';
import { type Samples, sampleSize } from './samples';
import { gather, type Scaling } from './scaling';

/** Samples that pass the network at a time when nothing is learned, at most. */
const CHUNK = 256;
/** And so many numbers that its layers give, for all of them are kept until the last has answered: 256 MB. */
const NUMBERS = 1 << 26;

/**
 * Runs samples through a network, some hundred at a time, giving way to others in between.
 *
 * @param use Called inside `tf.tidy` with the output and the scaled input of samples `first` and following.
 * @param to Up to this layer only.
 */
export async function inChunks(
  backend: Backend,
  { network, scaling }: { network: Network; scaling: Scaling },
  data: Samples,
  use: (output: Tensor, input: Tensor, first: number) => void,
  to?: number,
): Promise<void> {
  const { tf } = backend;
  const size = sampleSize(data.shape);
  const chunk = Math.max(1, Math.min(CHUNK, data.count, Math.floor(NUMBERS / numbersIn(network.layers, data.shape))));
  const buffer = new Float32Array(chunk * size);
  for (let first = 0; first < data.count; first += chunk) {
    const count = Math.min(chunk, data.count - first);
    const indices = Int32Array.from({ length: count }, (_, i) => first + i);
    tf.tidy(() => {
      const x = gather(data, indices, scaling, buffer.subarray(0, count * size));
      const input = tf.tensor(x, [count, ...data.shape]);
      use(forward(backend, network, input, { to }).output, input, first);
    });
    await setImmediate();
  }
}
