import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type KernelCall, type Original, pointer, type Shape4, type TF, type WasmBackend, withScratch } from './heap';
import type { Kernels } from './module';

interface ConvolutionAttributes {
  strides: [number, number] | number;
  pad: 'same' | 'valid' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

interface FusedAttributes extends ConvolutionAttributes {
  dilations: [number, number] | number;
  dataFormat: string;
  activation: string;
}

/** All that the kernel's loops run over. */
interface Sizes {
  batch: number;
  height: number;
  width: number;
  inChannels: number;
  outHeight: number;
  outWidth: number;
  outChannels: number;
  kernelHeight: number;
  kernelWidth: number;
  strideHeight: number;
  strideWidth: number;
  top: number;
  left: number;
}

/** tfjs-wasm packs the filter anew for each batch. */
export function convolutionLayer(tf: TF, own: Kernels, original: Original) {
  return (
    call: KernelCall<
      { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo; preluActivationWeights?: TensorInfo },
      FusedAttributes
    >,
  ) => {
    const { inputs, attrs, backend } = call;
    const { x, filter, bias } = inputs;
    const { activation, dilations, dataFormat } = attrs;
    const plain = [dilations].flat().every((step) => step === 1) && dataFormat === 'NHWC';
    if (!plain || (activation !== 'linear' && activation !== 'relu')) return original(call);
    const sizes = sizesOf(tf, x.shape, filter.shape, attrs);
    const y = backend.makeOutput([sizes.batch, sizes.outHeight, sizes.outWidth, sizes.outChannels], 'float32');
    convolve(own, backend, sizes, { x, filter, bias, y }, activation === 'relu', false);
    return y;
  };
}

/** With stride 1 dx is dy convolved with the flipped filter. */
export function inputGradient(tf: TF, own: Kernels, original: Original) {
  return (call: KernelCall<{ dy: TensorInfo; filter: TensorInfo }, ConvolutionAttributes & { inputShape: Shape4 }>) => {
    const { inputs, attrs, backend } = call;
    const { dy, filter } = inputs;
    const sizes = sizesOf(tf, attrs.inputShape, filter.shape, attrs);
    const top = sizes.kernelHeight - 1 - sizes.top;
    const left = sizes.kernelWidth - 1 - sizes.left;
    if (sizes.strideHeight !== 1 || sizes.strideWidth !== 1 || top < 0 || left < 0) return original(call);
    const dx = backend.makeOutput(attrs.inputShape, 'float32');
    const back: Sizes = {
      ...sizes,
      height: sizes.outHeight,
      width: sizes.outWidth,
      inChannels: sizes.outChannels,
      outHeight: sizes.height,
      outWidth: sizes.width,
      outChannels: sizes.inChannels,
      top,
      left,
    };
    convolve(own, backend, back, { x: dy, filter, y: dx }, false, true);
    return dx;
  };
}

export function filterGradient(tf: TF, own: Kernels) {
  return (call: KernelCall<{ x: TensorInfo; dy: TensorInfo }, ConvolutionAttributes & { filterShape: Shape4 }>) => {
    const { inputs, attrs, backend } = call;
    const { x, dy } = inputs;
    const s = sizesOf(tf, x.shape, attrs.filterShape, attrs);
    const dw = backend.makeOutput(attrs.filterShape, 'float32');
    const canvasHeight = (s.outHeight - 1) * s.strideHeight + s.kernelHeight;
    const canvasWidth = (s.outWidth - 1) * s.strideWidth + s.kernelWidth;
    withScratch(backend, 4 * canvasHeight * canvasWidth * s.inChannels, (canvas) => {
      own.filterGradient(pointer(backend, x), pointer(backend, dy), pointer(backend, dw), canvas, ...inOrder(s));
    });
    return dw;
  };
}

function sizesOf(
  tf: TF,
  inputShape: number[],
  filterShape: number[],
  { strides, pad, dimRoundingMode }: ConvolutionAttributes,
): Sizes {
  const [input, filter] = [inputShape as Shape4, filterShape as Shape4];
  const info = tf.backend_util.computeConv2DInfo(input, filter, strides, 1, pad, dimRoundingMode);
  return {
    batch: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    inChannels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outChannels: info.outChannels,
    kernelHeight: info.filterHeight,
    kernelWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    top: info.padInfo.top,
    left: info.padInfo.left,
  };
}

/** As the kernels take them. */
function inOrder(s: Sizes): number[] {
  const { outHeight, outWidth, outChannels, kernelHeight, kernelWidth, strideHeight, strideWidth } = s;
  return [
    ...[s.batch, s.height, s.width, s.inChannels, outHeight, outWidth, outChannels],
    ...[kernelHeight, kernelWidth, strideHeight, strideWidth, s.top, s.left],
  ];
}

function convolve(
  own: Kernels,
  backend: WasmBackend,
  sizes: Sizes,
  tensors: { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo; y: TensorInfo },
  relu: boolean,
  flipped: boolean,
): void {
  const { x, filter, bias, y } = tensors;
  const order = inOrder(sizes);
  // Without the batch and the sides of the input, which is taken image by image; and without the padding.
  withScratch(backend, own.convolutionScratch(...order.slice(3, -2)), (scratch) => {
    own.convolution(
      pointer(backend, x),
      pointer(backend, filter),
      bias ? pointer(backend, bias) : 0,
      pointer(backend, y),
      scratch,
      ...order,
      relu ? 1 : 0,
      flipped ? 1 : 0,
    );
  });
}
