import type { Tensor } from '@tensorflow/tfjs-core';
import type { TF } from './heap';

/** Kernels beside those that have tfjs' names. Only the wasm backend has them; elsewhere tfjs' operations do the same. */
export type OwnKernel =
  | 'ReluGradient'
  | 'BiasGradient'
  | 'BatchStatistics'
  | 'Normalise'
  | 'NormaliseGradient'
  | 'AveragePoolGradient'
  | 'Join'
  | 'Behind'
  | 'AddFront';

/** As tfjs' registry knows it. */
export const registered = (name: OwnKernel) => `Scanflow${name}`;

/** What the kernel gives, or undefined where the backend has none of this name. */
export function runOwn(
  { tf }: { tf: TF },
  name: OwnKernel,
  inputs: Record<string, Tensor>,
  attributes: object = {},
): Tensor[] | undefined {
  if (!tf.getKernel(registered(name), tf.getBackend())) return undefined;
  return tf.engine().runKernel(registered(name), inputs, attributes as never) as unknown as Tensor[];
}
