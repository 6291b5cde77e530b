import type { Tensor, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import type { Backend } from '../backend';
import type { Random } from '../random';
import { averagePoolGradient } from './average-pool';
import { biasGradient } from './bias';
import type { Layer } from './layer';
import { normalise, normaliseGradient } from './normalise';
import type { LayerGradient, Step } from './step';

/** The layer's output. @param chance Given in a training. */
export function applyLayer(
  backend: Backend,
  layer: Exclude<Layer, { kind: 'join' }>,
  input: Tensor,
  weights: Variable[],
  at: number,
  chance: Random | undefined,
): Step {
  if (layer.kind === 'normalise') {
    const { output, normal } = normalise(backend, input, weights, layer.activation === 'relu', chance !== undefined);
    return { layer, input, output, weights, at, normal };
  }
  const mask = layer.kind === 'dropout' && chance ? dropoutMask(backend, input, layer.rate, chance) : undefined;
  return { layer, input, output: outputOf(backend, layer, input, weights, mask), weights, at, mask };
}

function outputOf(
  { tf }: Backend,
  layer: Exclude<Layer, { kind: 'join' | 'normalise' }>,
  input: Tensor,
  [kernel, bias]: Variable[],
  mask: Tensor | undefined,
): Tensor {
  const [batch, height = 1, width = 1] = input.shape as number[];
  switch (layer.kind) {
    case 'conv':
      return tf.fused.conv2d({
        x: input as Tensor4D,
        filter: kernel as unknown as Tensor4D,
        strides: 1,
        pad: layer.padding,
        bias: bias!,
        activation: layer.activation,
      });
    case 'dense':
      return tf.fused.matMul({
        a: input as Tensor2D,
        b: kernel as unknown as Tensor2D,
        bias: bias!,
        activation: layer.activation,
      });
    case 'average-pool':
      return tf.avgPool(input as Tensor4D, 2, 2, 'same');
    case 'global-average-pool':
      return tf.mean(input, [1, 2]);
    case 'max-pool':
      return tf.maxPool(input as Tensor4D, 2, 2, 'same');
    case 'up-sampling':
      return tf.image.resizeNearestNeighbor(input as Tensor4D, [height * 2, width * 2]);
    case 'crop': {
      const { rows, columns } = layer;
      return tf.slice(
        input,
        [0, rows[0], columns[0], 0],
        [-1, height - rows[0] - rows[1], width - columns[0] - columns[1], -1],
      );
    }
    case 'flatten':
      return tf.reshape(input, [batch!, -1]);
    case 'dropout':
      return mask ? tf.mul(input, mask) : input;
    case 'local-contrast': {
      // Beyond the border there is nothing, not darkness: it counts in no mean.
      const around = tf.avgPool(input as Tensor4D, 2 * layer.reach + 1, 1, 'same');
      return tf.sub(input, around);
    }
  }
}

/** The gradients of the layer's input and weights from the gradient of its output. */
export function layerGradient(backend: Backend, step: Step, dy: Tensor, wanted: boolean): LayerGradient {
  const { tf } = backend;
  const { layer, input, output, weights } = step;
  const kernel = weights[0]!;
  switch (layer.kind) {
    case 'conv': {
      const [dz, dBias] = biasGradient(backend, dy, output, layer.activation === 'relu');
      const attributes = { strides: 1, pad: layer.padding, dataFormat: 'NHWC', dimRoundingMode: undefined };
      const run = (name: string, inputs: Record<string, Tensor>, shape: Record<string, number[]>) =>
        tf.engine().runKernel(name, inputs, { ...attributes, ...shape } as never) as Tensor;
      const dKernel = run('Conv2DBackpropFilter', { x: input, dy: dz }, { filterShape: kernel.shape });
      return {
        dx: wanted ? run('Conv2DBackpropInput', { dy: dz, filter: kernel }, { inputShape: input.shape }) : undefined,
        dWeights: [dKernel, dBias],
      };
    }
    case 'dense': {
      const [dz, dBias] = biasGradient(backend, dy, output, layer.activation === 'relu');
      return {
        dx: wanted ? tf.matMul(dz, kernel, false, true) : undefined,
        dWeights: [tf.matMul(input, dz, true, false), dBias],
      };
    }
    case 'normalise':
      return normaliseGradient(backend, step, dy, layer.activation === 'relu');
    default:
      return { dx: plainGradient(backend, step, dy), dWeights: [] };
  }
}

/** Of a layer without weights. Nobody asks for that of `local-contrast`: it stands in front of the first weights. */
function plainGradient(backend: Backend, { layer, input, output, mask }: Step, dy: Tensor): Tensor {
  const { tf } = backend;
  switch (layer.kind) {
    case 'max-pool': {
      const attributes = { filterSize: 2, strides: 2, pad: 'same', dimRoundingMode: undefined };
      return tf.engine().runKernel('MaxPoolGrad', { dy, input, output }, attributes as never) as Tensor;
    }
    case 'average-pool':
      return averagePoolGradient(backend, input, dy, [2, 2]);
    case 'global-average-pool':
      return averagePoolGradient(backend, input, dy, input.shape.slice(1, 3) as [number, number]);
    case 'up-sampling': {
      const attributes = { alignCorners: false, halfPixelCenters: false, size: output.shape.slice(1, 3) };
      return tf.engine().runKernel('ResizeNearestNeighborGrad', { images: input, dy }, attributes as never) as Tensor;
    }
    case 'crop':
      return tf.pad(dy, [[0, 0], layer.rows, layer.columns, [0, 0]]);
    case 'flatten':
      return tf.reshape(dy, input.shape);
    default:
      return mask ? tf.mul(dy, mask) : dy;
  }
}

/**
 * Zero with the chance `rate`, else 1 / (1 - rate): what is expected of the layer's output stays the same. Sixteen bits decide
 * about a number, a word about two: with a double for each, the masks took an eighth of a cnn's training.
 */
function dropoutMask({ tf }: Backend, like: Tensor, rate: number, chance: Random): Tensor {
  const mask = new Float32Array(like.size);
  const kept = 1 / (1 - rate);
  const dropped = Math.round(rate * 65536);
  for (let i = 0; i < mask.length; i += 2) {
    const word = chance.word();
    mask[i] = (word & 0xffff) < dropped ? 0 : kept;
    // Beyond the end of an odd length nothing is written.
    mask[i + 1] = word >>> 16 < dropped ? 0 : kept;
  }
  return tf.tensor(mask, like.shape);
}
