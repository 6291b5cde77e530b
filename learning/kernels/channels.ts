import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type KernelCall, pointer, type Shape4, type WasmBackend } from './heap';
import type { Kernels } from './module';
import type { OwnKernel } from './own';

/** What runs over the channels of [..., channels]: the kernels of our own names, each of them giving a list of tensors. */
export function channelKernels(own: Kernels): Record<OwnKernel, unknown> {
  return {
    /** [dz, db] of relu(z + bias) from dy and the layer's output y. */
    ReluGradient: ({ inputs, backend }: KernelCall<{ dy: TensorInfo; y: TensorInfo }, object>) => {
      const { dy, y } = inputs;
      const { rows, channels } = sizesOf(y);
      const [dz, db] = [backend.makeOutput(y.shape, 'float32'), backend.makeOutput([channels], 'float32')];
      own.reluGradient(...pointers(backend, dy, y, dz, db), rows, channels);
      return [dz, db];
    },
    /** [db] of z + bias. */
    BiasGradient: ({ inputs, backend }: KernelCall<{ dy: TensorInfo }, object>) => {
      const { rows, channels } = sizesOf(inputs.dy);
      const db = backend.makeOutput([channels], 'float32');
      own.biasGradient(...pointers(backend, inputs.dy, db), rows, channels);
      return [db];
    },
    /** [mean, variance] of each channel. */
    BatchStatistics: ({ inputs, backend }: KernelCall<{ x: TensorInfo }, object>) => {
      const { rows, channels } = sizesOf(inputs.x);
      const [mean, variance] = [backend.makeOutput([channels], 'float32'), backend.makeOutput([channels], 'float32')];
      own.batchStatistics(...pointers(backend, inputs.x, mean, variance), rows, channels);
      return [mean, variance];
    },
    /** [y] */
    Normalise: (
      call: KernelCall<Record<'x' | 'mean' | 'variance' | 'gamma' | 'beta', TensorInfo>, NormaliseAttributes>,
    ) => {
      const { inputs, attrs, backend } = call;
      const { x, mean, variance, gamma, beta } = inputs;
      const { rows, channels } = sizesOf(x);
      const y = backend.makeOutput(x.shape, 'float32');
      const at = pointers(backend, x, mean, variance, gamma, beta, y);
      own.normalise(...at, rows, channels, attrs.epsilon, attrs.relu ? 1 : 0);
      return [y];
    },
    /** [dx, dGamma, dBeta] */
    NormaliseGradient: (
      call: KernelCall<Record<'dy' | 'y' | 'x' | 'mean' | 'variance' | 'gamma', TensorInfo>, NormaliseAttributes>,
    ) => {
      const { inputs, attrs, backend } = call;
      const { dy, y, x, mean, variance, gamma } = inputs;
      const { rows, channels } = sizesOf(x);
      const dx = backend.makeOutput(x.shape, 'float32');
      const [dGamma, dBeta] = [backend.makeOutput([channels], 'float32'), backend.makeOutput([channels], 'float32')];
      const at = pointers(backend, dy, y, x, mean, variance, gamma, dx, dGamma, dBeta);
      own.normaliseGradient(...at, rows, channels, attrs.epsilon, attrs.relu ? 1 : 0);
      return [dx, dGamma, dBeta];
    },
    /** [dx] of an average over windows that lie side by side. */
    AveragePoolGradient: (
      call: KernelCall<{ dy: TensorInfo }, { inputShape: Shape4; window: readonly [number, number] }>,
    ) => {
      const { inputs, attrs, backend } = call;
      const dx = backend.makeOutput(attrs.inputShape, 'float32');
      own.averagePoolGradient(...pointers(backend, inputs.dy, dx), ...attrs.inputShape, ...attrs.window);
      return [dx];
    },
    /** [the channels of `front` and then those of `behind`] */
    Join: ({ inputs, backend }: KernelCall<{ front: TensorInfo; behind: TensorInfo }, object>) => {
      const { front, behind } = inputs;
      const { rows, channels: left } = sizesOf(front);
      const right = behind.shape.at(-1)!;
      const joined = backend.makeOutput([...front.shape.slice(0, -1), left + right], 'float32');
      own.join(...pointers(backend, front, behind, joined), rows, left, right);
      return [joined];
    },
    /** [what is left of x without its first `left` channels] */
    Behind: ({ inputs, attrs, backend }: KernelCall<{ x: TensorInfo }, { left: number }>) => {
      const { rows, channels } = sizesOf(inputs.x);
      const right = channels - attrs.left;
      const behind = backend.makeOutput([...inputs.x.shape.slice(0, -1), right], 'float32');
      own.behind(...pointers(backend, inputs.x, behind), rows, attrs.left, right);
      return [behind];
    },
    /** [`y` plus as many channels of `x`, from its front] */
    AddFront: ({ inputs, backend }: KernelCall<{ x: TensorInfo; y: TensorInfo }, object>) => {
      const { x, y } = inputs;
      const { rows, channels: left } = sizesOf(y);
      const sum = backend.makeOutput(y.shape, 'float32');
      own.addFront(...pointers(backend, x, y, sum), rows, left, x.shape.at(-1)! - left);
      return [sum];
    },
  };
}

interface NormaliseAttributes {
  epsilon: number;
  relu: boolean;
}

function sizesOf({ shape }: TensorInfo): { rows: number; channels: number } {
  return { rows: shape.slice(0, -1).reduce((size, side) => size * side, 1), channels: shape.at(-1)! };
}

const pointers = (backend: WasmBackend, ...tensors: TensorInfo[]) => tensors.map((each) => pointer(backend, each));
