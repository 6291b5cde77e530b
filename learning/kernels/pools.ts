import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type KernelCall, type Original, pointer, type Shape4, type TF } from './heap';
import type { Kernels } from './module';

interface PoolAttributes {
  filterSize: [number, number] | number;
  strides: [number, number] | number;
  pad: 'same' | 'valid' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

export function maxPoolGradient(tf: TF, own: Kernels) {
  return (call: KernelCall<{ dy: TensorInfo; input: TensorInfo; output: TensorInfo }, PoolAttributes>) => {
    const { inputs, attrs, backend } = call;
    const { dy, input, output } = inputs;
    const { filterSize, strides, pad, dimRoundingMode } = attrs;
    const info = tf.backend_util.computePool2DInfo(input.shape as Shape4, filterSize, strides, 1, pad, dimRoundingMode);
    const dx = backend.makeOutput(input.shape, 'float32');
    own.maxPoolGradient(
      pointer(backend, input),
      pointer(backend, output),
      pointer(backend, dy),
      pointer(backend, dx),
      info.batchSize,
      info.inHeight,
      info.inWidth,
      info.inChannels,
      info.outHeight,
      info.outWidth,
      info.filterHeight,
      info.filterWidth,
      info.strideHeight,
      info.strideWidth,
      info.padInfo.top,
      info.padInfo.left,
    );
    return dx;
  };
}

export function upsampleGradient(own: Kernels, original: Original) {
  return (call: KernelCall<{ images: TensorInfo; dy: TensorInfo }, { alignCorners: boolean }>) => {
    const { inputs, attrs, backend } = call;
    const { images, dy } = inputs;
    const [batch, height, width, channels] = images.shape as Shape4;
    const factorHeight = dy.shape[1]! / height;
    const factorWidth = dy.shape[2]! / width;
    if (attrs.alignCorners || !Number.isInteger(factorHeight) || !Number.isInteger(factorWidth)) return original(call);
    const dx = backend.makeOutput(images.shape, 'float32');
    own.upsampleGradient(
      pointer(backend, dy),
      pointer(backend, dx),
      batch,
      height,
      width,
      channels,
      factorHeight,
      factorWidth,
    );
    return dx;
  };
}
