import type { Tensor } from '@tensorflow/tfjs-core';
import type { Backend } from '../backend';
import { runOwn } from '../kernels/own';

/** [dz, db] of y = activation(z + bias): what passes the activation, and its sum over all but the last axis. */
export function biasGradient(backend: Backend, dy: Tensor, y: Tensor, relu: boolean): [Tensor, Tensor] {
  const own = relu ? runOwn(backend, 'ReluGradient', { dy, y }) : runOwn(backend, 'BiasGradient', { dy });
  if (own) return relu ? (own as [Tensor, Tensor]) : [dy, own[0]!];
  const { tf } = backend;
  const dz = relu ? tf.mul(dy, tf.step(y)) : dy;
  return [dz, columnSums(backend, dz)];
}

/** Sums over all but the last axis. */
export function columnSums({ tf }: Backend, x: Tensor): Tensor {
  return tf.sum(
    x,
    Array.from({ length: x.rank - 1 }, (_, axis) => axis),
  );
}
