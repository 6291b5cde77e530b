import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Backend } from '../backend';
import type { Random } from '../random';
import { type Layer, outputShape, weightShapes } from './layer';
import { applyLayer, dropoutMask, layerGradient, type Step } from './operations';

/** A sequence of layers with its weights on a backend. */
export interface Network {
  layers: Layer[];
  /** Of one sample. */
  inputShape: number[];
  /** Kernel and bias of each layer that has them, in order. */
  weights: Variable[];
}

/** Shapes of all weights of a sequence of layers, in order; nothing is allocated. */
export function allWeightShapes(layers: readonly Layer[], inputShape: readonly number[]): number[][] {
  const shapes: number[][] = [];
  let shape = [...inputShape];
  for (const layer of layers) {
    shapes.push(...weightShapes(layer, shape));
    shape = outputShape(layer, shape);
  }
  return shapes;
}

/** Multiplications of one sample's way forward; the whole step of a training takes about three times as many. */
export function multiplications(layers: readonly Layer[], inputShape: readonly number[]): number {
  let sum = 0;
  let shape = [...inputShape];
  for (const layer of layers) {
    const output = outputShape(layer, shape);
    const [kernel = []] = weightShapes(layer, shape);
    const places = layer.kind === 'conv' ? output[0]! * output[1]! : 1;
    if (layer.kind === 'conv' || layer.kind === 'dense') sum += places * kernel.reduce((size, side) => size * side, 1);
    shape = output;
  }
  return sum;
}

/** Seeded start: kernels uniform in +-sqrt(6 / (fan in + fan out)) (Glorot), biases 0: the same on every backend. */
export function buildNetwork(backend: Backend, layers: Layer[], inputShape: number[], random: Random): Network {
  const values = allWeightShapes(layers, inputShape).map((shape, at) => {
    const size = shape.reduce((product, side) => product * side, 1);
    const weights = new Float32Array(size);
    if (shape.length === 1) return weights;
    const places = shape.length === 4 ? shape[0]! * shape[1]! : 1;
    const limit = Math.sqrt(6 / (places * (shape.at(-2)! + shape.at(-1)!)));
    const stream = random.fork(`weights/${at}`);
    for (let i = 0; i < size; i++) weights[i] = (2 * stream.uniform() - 1) * limit;
    return weights;
  });
  return restoreNetwork(backend, layers, inputShape, values);
}

/** A network with these weights. */
export function restoreNetwork(
  backend: Backend,
  layers: Layer[],
  inputShape: number[],
  values: Float32Array[],
): Network {
  const shapes = allWeightShapes(layers, inputShape);
  const weights = backend.tf.tidy(() =>
    shapes.map((shape, at) => backend.tf.variable(backend.tf.tensor(values[at]!, shape))),
  );
  return { layers, inputShape, weights };
}

export function disposeNetwork(network: Network): void {
  for (const weight of network.weights) weight.dispose();
}

/**
 * Runs the layers from `from` to `to` (all, if not given). With `chance`, dropout is at work and every step is kept.
 * To be called inside `tf.tidy`.
 */
export function forward(
  backend: Backend,
  network: Network,
  input: Tensor,
  options: { chance?: Random; to?: number } = {},
): { output: Tensor; steps: Step[] } {
  const steps: Step[] = [];
  let x = input;
  let at = 0;
  for (const layer of network.layers.slice(0, options.to)) {
    let weights: Step['weights'];
    if (layer.kind === 'conv' || layer.kind === 'dense') {
      weights = { kernel: network.weights[at]!, bias: network.weights[at + 1]!, at };
      at += 2;
    }
    const mask =
      layer.kind === 'dropout' && options.chance ? dropoutMask(backend, x, layer.rate, options.chance) : undefined;
    const output = applyLayer(backend, layer, x, weights, mask);
    if (options.chance) steps.push({ layer, input: x, output, weights, mask });
    x = output;
  }
  return { output: x, steps };
}

/** Gradients of the weights, in the network's order, from the gradient of the output. Inside `tf.tidy`. */
export function backward(backend: Backend, network: Network, steps: Step[], dOutput: Tensor): Tensor[] {
  const gradients = new Array<Tensor>(network.weights.length);
  let dy = dOutput;
  for (let at = steps.length - 1; at >= 0; at--) {
    const step = steps[at]!;
    // Nothing in front of the first weights wants a gradient.
    const first = step.weights?.at === 0;
    const { dx, dKernel, dBias } = layerGradient(backend, step, dy, !first);
    if (step.weights) {
      gradients[step.weights.at] = dKernel!;
      gradients[step.weights.at + 1] = dBias!;
    }
    if (first) break;
    dy = dx!;
  }
  return gradients;
}
