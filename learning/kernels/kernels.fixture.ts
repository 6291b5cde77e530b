import type { Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Backend } from '../backend';
import { createRandom } from '../random';

/** One kernel of the backend, by its name. */
export function run(backend: Backend, name: string, inputs: Record<string, Tensor>, attributes: object): Tensor {
  return backend.tf.engine().runKernel(name, inputs as never, attributes as never) as Tensor;
}

/** Largest difference, relative to the largest value. */
export function difference(found: ArrayLike<number>, truth: ArrayLike<number>): number {
  expect(found.length).toBe(truth.length);
  let most = 0;
  let scale = 1e-30;
  for (let i = 0; i < truth.length; i++) {
    const apart = Math.abs(found[i]! - truth[i]!);
    most = Math.max(most, apart);
    scale = Math.max(scale, Math.abs(truth[i]!));
  }
  return most / scale;
}

export function normals(size: number, name: string): Float32Array {
  const random = createRandom(name);
  return Float32Array.from({ length: size }, () => random.normal());
}
