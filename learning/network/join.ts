import type { Tensor } from '@tensorflow/tfjs-core';
import type { Backend } from '../backend';
import { runOwn } from '../kernels/own';

/** The channels of both, side by side. */
export function join(backend: Backend, front: Tensor, behind: Tensor): Tensor {
  return runOwn(backend, 'Join', { front, behind })?.[0] ?? backend.tf.concat([front, behind], -1);
}

/** What is left of x without its first `left` channels. */
export function behind(backend: Backend, x: Tensor, left: number): Tensor {
  return runOwn(backend, 'Behind', { x }, { left })?.[0] ?? channelsOf(backend, x, left, x.shape.at(-1)! - left);
}

/** y plus as many channels of x, from its front. */
export function addFront(backend: Backend, x: Tensor, y: Tensor): Tensor {
  const own = runOwn(backend, 'AddFront', { x, y });
  return own?.[0] ?? backend.tf.add(channelsOf(backend, x, 0, y.shape.at(-1)!), y);
}

function channelsOf({ tf }: Backend, x: Tensor, from: number, count: number): Tensor {
  const lead = x.shape.slice(0, -1);
  return tf.slice(x, [...lead.map(() => 0), from], [...lead, count]);
}
