import type { Tensor } from '@tensorflow/tfjs-core';
import type { Backend } from '../backend';
import { BIAS_GRADIENT } from '../kernels/register';

/** [dz, db] of y = activation(z + bias): what passes the activation, and its sum over all but the last axis. */
export function biasGradient({ tf }: Backend, dy: Tensor, y: Tensor, relu: boolean): [Tensor, Tensor] {
  if (tf.getKernel(BIAS_GRADIENT, tf.getBackend())) {
    return tf.engine().runKernel(BIAS_GRADIENT, { dy, y }, { relu }) as unknown as [Tensor, Tensor];
  }
  const dz = relu ? tf.mul(dy, tf.step(y)) : dy;
  const axes = Array.from({ length: y.rank - 1 }, (_, axis) => axis);
  return [dz, tf.sum(dz, axes)];
}
