import type { Tensor, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import type { Backend } from '../backend';
import { BIAS_GRADIENT } from '../kernels/register';
import type { Random } from '../random';
import type { Layer } from './layer';

/** What one layer saw and gave: kept for the way back. */
export interface Step {
  layer: Layer;
  input: Tensor;
  output: Tensor;
  /** Kernel and bias, and their place in the network's weights. */
  weights: { kernel: Variable; bias: Variable; at: number } | undefined;
  /** Dropout's mask. */
  mask: Tensor | undefined;
}

/** The layer's output. */
export function applyLayer(
  { tf }: Backend,
  layer: Layer,
  input: Tensor,
  weights: Step['weights'],
  mask: Tensor | undefined,
): Tensor {
  const [batch, height = 1, width = 1] = input.shape as number[];
  switch (layer.kind) {
    case 'conv':
      return tf.fused.conv2d({
        x: input as Tensor4D,
        filter: weights!.kernel as unknown as Tensor4D,
        strides: 1,
        pad: layer.padding,
        bias: weights!.bias,
        activation: layer.activation,
      });
    case 'dense':
      return tf.fused.matMul({
        a: input as Tensor2D,
        b: weights!.kernel as unknown as Tensor2D,
        bias: weights!.bias,
        activation: layer.activation,
      });
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
  }
}

export interface LayerGradient {
  /** Absent where nobody in front wants it. */
  dx: Tensor | undefined;
  dKernel?: Tensor;
  dBias?: Tensor;
}

/** The gradients of the layer's input and weights from the gradient of its output. */
export function layerGradient(backend: Backend, step: Step, dy: Tensor, wanted: boolean): LayerGradient {
  const { tf } = backend;
  const { layer, input, output } = step;
  switch (layer.kind) {
    case 'conv': {
      const [dz, dBias] = biasGradient(backend, dy, output, layer.activation === 'relu');
      const kernel = step.weights!.kernel;
      const attributes = { strides: 1, pad: layer.padding, dataFormat: 'NHWC', dimRoundingMode: undefined };
      const run = (name: string, inputs: Record<string, Tensor>, shape: Record<string, number[]>) =>
        tf.engine().runKernel(name, inputs, { ...attributes, ...shape } as never) as Tensor;
      return {
        dx: wanted ? run('Conv2DBackpropInput', { dy: dz, filter: kernel }, { inputShape: input.shape }) : undefined,
        dKernel: run('Conv2DBackpropFilter', { x: input, dy: dz }, { filterShape: kernel.shape }),
        dBias,
      };
    }
    case 'dense': {
      const [dz, dBias] = biasGradient(backend, dy, output, layer.activation === 'relu');
      return {
        dx: wanted ? tf.matMul(dz, step.weights!.kernel, false, true) : undefined,
        dKernel: tf.matMul(input, dz, true, false),
        dBias,
      };
    }
    case 'max-pool': {
      const attributes = { filterSize: 2, strides: 2, pad: 'same', dimRoundingMode: undefined };
      return { dx: tf.engine().runKernel('MaxPoolGrad', { dy, input, output }, attributes as never) as Tensor };
    }
    case 'up-sampling': {
      const attributes = { alignCorners: false, halfPixelCenters: false, size: output.shape.slice(1, 3) };
      const dx = tf.engine().runKernel('ResizeNearestNeighborGrad', { images: input, dy }, attributes as never);
      return { dx: dx as Tensor };
    }
    case 'crop':
      return { dx: tf.pad(dy, [[0, 0], layer.rows, layer.columns, [0, 0]]) };
    case 'flatten':
      return { dx: tf.reshape(dy, input.shape) };
    case 'dropout':
      return { dx: step.mask ? tf.mul(dy, step.mask) : dy };
  }
}

/** [dz, db] of y = activation(z + bias). */
function biasGradient({ tf }: Backend, dy: Tensor, y: Tensor, relu: boolean): [Tensor, Tensor] {
  if (tf.getKernel(BIAS_GRADIENT, tf.getBackend())) {
    return tf.engine().runKernel(BIAS_GRADIENT, { dy, y }, { relu }) as unknown as [Tensor, Tensor];
  }
  const dz = relu ? tf.mul(dy, tf.step(y)) : dy;
  const axes = Array.from({ length: y.rank - 1 }, (_, axis) => axis);
  return [dz, tf.sum(dz, axes)];
}

/** Zero with the chance `rate`, else 1 / (1 - rate): what is expected of the layer's output stays the same. */
export function dropoutMask({ tf }: Backend, like: Tensor, rate: number, chance: Random): Tensor {
  const mask = new Float32Array(like.size);
  const kept = 1 / (1 - rate);
  for (let i = 0; i < mask.length; i++) mask[i] = chance.uniform() < rate ? 0 : kept;
  return tf.tensor(mask, like.shape);
}
