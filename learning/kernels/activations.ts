import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type KernelCall, pointer } from './heap';
import type { Kernels } from './module';

/** [dz, db] of relu(z + bias), or of z + bias, from dy and the layer's output y. */
export function biasGradient(own: Kernels) {
  return (call: KernelCall<{ dy: TensorInfo; y: TensorInfo }, { relu: boolean }>) => {
    const { inputs, attrs, backend } = call;
    const { dy, y } = inputs;
    const channels = y.shape.at(-1)!;
    const rows = y.shape.reduce((size, side) => size * side, 1) / channels;
    const dz = backend.makeOutput(y.shape, 'float32');
    const db = backend.makeOutput([channels], 'float32');
    own.biasGradient(
      pointer(backend, dy),
      pointer(backend, y),
      pointer(backend, dz),
      pointer(backend, db),
      rows,
      channels,
      attrs.relu ? 1 : 0,
    );
    return [dz, db];
  };
}
