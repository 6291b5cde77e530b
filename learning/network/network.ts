import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Backend } from '../backend';
import type { Random } from '../random';
import { addFront, behind, join } from './join';
import { type Layer, outputShape, type WeightSpec, weightCount, weightSpecs } from './layer';
import { applyLayer, layerGradient } from './operations';
import type { Step } from './step';

/** A sequence of layers with its weights on a backend. */
export interface Network {
  layers: Layer[];
  /** Of one sample. */
  inputShape: number[];
  /** In the order of `weightSpecs`. */
  weights: Variable[];
}

/** Multiplications of one sample's way forward; the whole step of a training takes about three times as many. */
export function multiplications(layers: readonly Layer[], inputShape: readonly number[]): number {
  let sum = 0;
  let shape = [...inputShape];
  for (const layer of layers) {
    const output = outputShape(layer, shape);
    if (layer.kind === 'join') sum += multiplications(layer.layers, shape);
    if (layer.kind === 'conv') sum += output[0]! * output[1]! * layer.kernel ** 2 * shape.at(-1)! * layer.filters;
    if (layer.kind === 'dense') sum += shape.at(-1)! * layer.units;
    shape = output;
  }
  return sum;
}

/** Seeded start: kernels uniform in +-sqrt(6 / (fan in + fan out)) (Glorot): the same on every backend. */
export function buildNetwork(backend: Backend, layers: Layer[], inputShape: number[], random: Random): Network {
  const values = weightSpecs(layers, inputShape).map((spec, at) => startOf(spec, random.fork(`weights/${at}`)));
  return restoreNetwork(backend, layers, inputShape, values);
}

function startOf({ shape, start }: WeightSpec, random: Random): Float32Array {
  const weights = new Float32Array(shape.reduce((product, side) => product * side, 1));
  if (start !== 'kernel') return weights.fill(start === 'one' ? 1 : 0);
  const places = shape.length === 4 ? shape[0]! * shape[1]! : 1;
  const limit = Math.sqrt(6 / (places * (shape.at(-2)! + shape.at(-1)!)));
  for (let i = 0; i < weights.length; i++) weights[i] = (2 * random.uniform() - 1) * limit;
  return weights;
}

/** A network with these weights. */
export function restoreNetwork(
  backend: Backend,
  layers: Layer[],
  inputShape: number[],
  values: Float32Array[],
): Network {
  const specs = weightSpecs(layers, inputShape);
  const weights = backend.tf.tidy(() =>
    specs.map(({ shape }, at) => backend.tf.variable(backend.tf.tensor(values[at]!, shape))),
  );
  return { layers, inputShape, weights };
}

export function disposeNetwork(network: Network): void {
  for (const weight of network.weights) weight.dispose();
}

/**
 * Runs the layers up to `to` (all, if not given). With `chance` it is a training: dropout is at work, batches are normalised
 * by their own statistics, and every step is kept. To be called inside `tf.tidy`.
 */
export function forward(
  backend: Backend,
  network: Pick<Network, 'layers' | 'weights'>,
  input: Tensor,
  options: { chance?: Random; to?: number } = {},
): { output: Tensor; steps: Step[] } {
  return sequence(backend, network.layers.slice(0, options.to), network.weights, 0, input, options.chance);
}

function sequence(
  backend: Backend,
  layers: readonly Layer[],
  all: readonly Variable[],
  from: number,
  input: Tensor,
  chance: Random | undefined,
): { output: Tensor; steps: Step[] } {
  const steps: Step[] = [];
  let x = input;
  let at = from;
  for (const layer of layers) {
    const weights = all.slice(at, at + weightCount(layer));
    if (layer.kind === 'join') {
      const { output, steps: inner } = sequence(backend, layer.layers, all, at, x, chance);
      const joined = join(backend, x, output);
      if (chance) steps.push({ layer, input: x, output: joined, weights, at, inner });
      x = joined;
    } else {
      const step = applyLayer(backend, layer, x, weights, at, chance);
      if (chance) steps.push(step);
      x = step.output;
    }
    at += weights.length;
  }
  return { output: x, steps };
}

/**
 * Gradients of the weights, in the network's order, from the gradient of the output; for running statistics, what the batch
 * showed. Inside `tf.tidy`.
 */
export function backward(
  backend: Backend,
  network: Pick<Network, 'weights'>,
  steps: readonly Step[],
  dOutput: Tensor,
): Tensor[] {
  const gradients = new Array<Tensor>(network.weights.length);
  goBack(backend, steps, dOutput, gradients, false);
  return gradients;
}

/** @returns the gradient of the first step's input, if it is wanted. */
function goBack(
  backend: Backend,
  steps: readonly Step[],
  dOutput: Tensor,
  gradients: Tensor[],
  wanted: boolean,
): Tensor | undefined {
  let dy = dOutput;
  for (let at = steps.length - 1; at >= 0; at--) {
    const step = steps[at]!;
    // Nothing in front of the first weights wants a gradient.
    const first = !wanted && step.at === 0 && step.weights.length > 0;
    let dx: Tensor | undefined;
    if (step.inner) {
      const inner = behind(backend, dy, step.input.shape.at(-1)!);
      const through = goBack(backend, step.inner, inner, gradients, !first);
      dx = through && addFront(backend, dy, through);
    } else {
      const { dx: through, dWeights } = layerGradient(backend, step, dy, !first);
      for (const [i, gradient] of dWeights.entries()) gradients[step.at + i] = gradient;
      dx = through;
    }
    if (first) return undefined;
    dy = dx!;
  }
  return dy;
}
