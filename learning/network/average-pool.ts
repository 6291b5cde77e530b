import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { Backend } from '../backend';
import { runOwn } from '../kernels/own';

type Shape4 = [number, number, number, number];

/**
 * Gradient of an average over windows side by side: each place gets its share; windows at an odd border are smaller.
 *
 * @param dy [batch, ..., channels], one for each window.
 */
export function averagePoolGradient(
  backend: Backend,
  input: Tensor,
  dy: Tensor,
  [tall, wide]: readonly [number, number],
): Tensor {
  const { tf } = backend;
  const [batch, height, width, channels] = input.shape as Shape4;
  const own = runOwn(backend, 'AveragePoolGradient', { dy }, { inputShape: input.shape, window: [tall, wide] });
  if (own) return own[0]!;
  const [rows, columns] = [Math.ceil(height / tall), Math.ceil(width / wide)];
  const share = new Float32Array(rows * columns);
  for (let at = 0; at < share.length; at++) {
    const [row, column] = [Math.floor(at / columns), at % columns];
    share[at] = 1 / (Math.min(tall, height - tall * row) * Math.min(wide, width - wide * column));
  }
  const each = tf.reshape(dy, [batch, rows, columns, channels]);
  const spread = tf.mul(each, tf.tensor(share, [1, rows, columns, 1])) as Tensor4D;
  const large = tf.image.resizeNearestNeighbor(spread, [tall * rows, wide * columns]);
  return tf.slice(large, [0, 0, 0, 0], [-1, height, width, channels]);
}
