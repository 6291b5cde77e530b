import { isDeepStrictEqual } from 'node:util';
import type { Backend } from './backend';
import { learningError } from './fault';
import type { ClassifierLesson } from './lesson';
import { flatten } from './network/flat';
import { weightSpecs } from './network/layer';
import { buildNetwork, disposeNetwork, type Network } from './network/network';
import { createRandom } from './random';
import type { Scaling } from './scaling';

/**
 * The weights that a training begins with where it goes on from another model: its own, and by chance those of the last layer
 * where that has other classes to tell. Of images the size may be another, as far as the layers do not know it (a densenet's).
 *
 * @returns In the order of `flatten`.
 * @throws SF7016 where the layers before the last are others.
 */
export async function startingWeights(
  backend: Backend,
  from: { architecture: string; scaling: Scaling; network: Network },
  { layers, data, scaling }: ClassifierLesson,
  seed: number,
): Promise<Float32Array> {
  const shapes = (all: typeof layers, shape: readonly number[]) =>
    weightSpecs(all.slice(0, -1), shape).map((spec) => spec.shape);
  const { layers: known, inputShape } = from.network;
  const fits =
    from.scaling.kind === scaling.kind &&
    isDeepStrictEqual(known.slice(0, -1), layers.slice(0, -1)) &&
    isDeepStrictEqual(shapes(known, inputShape), shapes(layers, data.shape));
  if (!fits)
    throw learningError('SF7016', `The ${from.architecture} to start from has other layers, or other samples.`);
  const { values } = await flatten(from.network);
  const fresh = buildNetwork(backend, layers, data.shape, createRandom(seed));
  try {
    const { values: weights } = await flatten(fresh);
    if (weights.length === values.length) return values;
    const shared = shapes(layers, data.shape).reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
    weights.set(values.subarray(0, shared));
    return weights;
  } finally {
    disposeNetwork(fresh);
  }
}
