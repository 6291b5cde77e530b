import type * as core from '@tensorflow/tfjs-core';
import { kernels } from './binary';

/** The little of the standard that is used here: Node has it, its types do not. */
declare namespace WebAssembly {
  class Memory {}
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory } });
    readonly exports: object;
  }
}

type TF = typeof core;
type Pointers = (...pointersAndSizes: number[]) => void;

/** What assembly/ exports. */
interface Kernels {
  filterGradient: Pointers;
  biasGradient: Pointers;
  flipFilter: Pointers;
  maxPoolGradient: Pointers;
  upsampleGradient: Pointers;
}

/** What is used of tfjs' wasm backend. Its memory is shared with our kernels, so nothing is copied. */
interface WasmBackend {
  wasm: { asm: { memory: WebAssembly.Memory } };
  dataIdMap: { get(dataId: object): { memoryOffset: number } };
  makeOutput(shape: number[], dtype: 'float32'): core.TensorInfo;
  disposeData(dataId: object): void;
}

interface KernelCall<Inputs, Attributes> {
  inputs: Inputs;
  attrs: Attributes;
  backend: WasmBackend;
}

type Shape4 = [number, number, number, number];

/** The names of tfjs for gradients that its wasm backend lacks or gets wrong, and one of our own. */
export const BIAS_GRADIENT = 'ScanflowBiasGradient';

/**
 * Gives the wasm backend the gradients of convolution, dense layers, max-pooling and up-sampling. Call it when the
 * backend is set; what a kernel of ours does not cover (other strides, broken factors) goes to tfjs' own.
 */
export function registerKernels(tf: TF): void {
  const backend = tf.backend() as unknown as WasmBackend;
  const module = new WebAssembly.Module(Buffer.from(kernels, 'base64'));
  const instance = new WebAssembly.Instance(module, { env: { memory: backend.wasm.asm.memory } });
  const own = instance.exports as unknown as Kernels;
  register(tf, 'Conv2DBackpropFilter', filterGradient(tf, own));
  register(tf, 'Conv2DBackpropInput', inputGradient(tf, own));
  register(tf, 'MaxPoolGrad', maxPoolGradient(tf, own));
  register(tf, 'ResizeNearestNeighborGrad', upsampleGradient(tf, own));
  register(tf, 'BatchMatMul', matrixProduct(own));
  register(tf, BIAS_GRADIENT, biasGradient(own));
}

/** tfjs' own kernels, kept from the first time: a second call must not take ours for theirs. */
const originals = new Map<string, core.KernelFunc | undefined>();

function register(tf: TF, kernelName: string, kernelFunc: unknown): void {
  const present = tf.getKernel(kernelName, 'wasm');
  if (!originals.has(kernelName)) originals.set(kernelName, present?.kernelFunc);
  if (present) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    setupFunc: present?.setupFunc,
    kernelFunc: kernelFunc as core.KernelFunc,
  });
}

function pointer(backend: WasmBackend, tensor: core.TensorInfo): number {
  return backend.dataIdMap.get(tensor.dataId).memoryOffset;
}

interface ConvolutionAttributes {
  strides: [number, number] | number;
  pad: 'same' | 'valid' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function filterGradient(tf: TF, own: Kernels) {
  return (
    call: KernelCall<{ x: core.TensorInfo; dy: core.TensorInfo }, ConvolutionAttributes & { filterShape: Shape4 }>,
  ) => {
    const { inputs, attrs, backend } = call;
    const { x, dy } = inputs;
    const { strides, pad, dimRoundingMode, filterShape } = attrs;
    const info = tf.backend_util.computeConv2DInfo(x.shape as Shape4, filterShape, strides, 1, pad, dimRoundingMode);
    const dw = backend.makeOutput(filterShape, 'float32');
    const canvasHeight = (info.outHeight - 1) * info.strideHeight + info.filterHeight;
    const canvasWidth = (info.outWidth - 1) * info.strideWidth + info.filterWidth;
    const canvas = backend.makeOutput([canvasHeight, canvasWidth, info.inChannels], 'float32');
    own.filterGradient(
      pointer(backend, x),
      pointer(backend, dy),
      pointer(backend, dw),
      pointer(backend, canvas),
      info.batchSize,
      info.inHeight,
      info.inWidth,
      info.inChannels,
      info.outHeight,
      info.outWidth,
      info.outChannels,
      info.filterHeight,
      info.filterWidth,
      info.strideHeight,
      info.strideWidth,
      info.padInfo.top,
      info.padInfo.left,
    );
    backend.disposeData(canvas.dataId);
    return dw;
  };
}

/** With stride 1 dx is dy convolved with the flipped filter, which the library does fast. */
function inputGradient(tf: TF, own: Kernels) {
  return (
    call: KernelCall<{ dy: core.TensorInfo; filter: core.TensorInfo }, ConvolutionAttributes & { inputShape: Shape4 }>,
  ) => {
    const { inputs, attrs, backend } = call;
    const { dy, filter } = inputs;
    const { strides, pad, dimRoundingMode, inputShape } = attrs;
    const shape = filter.shape as Shape4;
    const info = tf.backend_util.computeConv2DInfo(inputShape, shape, strides, 1, pad, dimRoundingMode);
    if (info.strideHeight !== 1 || info.strideWidth !== 1) {
      return originals.get('Conv2DBackpropInput')!(call as unknown as Parameters<core.KernelFunc>[0]);
    }
    const [height, width, inChannels, outChannels] = shape;
    const flipped = backend.makeOutput([height, width, outChannels, inChannels], 'float32');
    own.flipFilter(pointer(backend, filter), pointer(backend, flipped), height * width, inChannels, outChannels);
    const { top, bottom, left, right } = info.padInfo;
    const dx = tf.getKernel('Conv2D', 'wasm').kernelFunc({
      inputs: { x: dy, filter: flipped },
      backend: backend as unknown as core.KernelBackend,
      attrs: {
        strides: [1, 1],
        pad: [
          [0, 0],
          [height - 1 - top, height - 1 - bottom],
          [width - 1 - left, width - 1 - right],
          [0, 0],
        ],
        dataFormat: 'NHWC',
        dilations: [1, 1],
      },
    });
    backend.disposeData(flipped.dataId);
    return dx;
  };
}

interface PoolAttributes {
  filterSize: [number, number] | number;
  strides: [number, number] | number;
  pad: 'same' | 'valid' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function maxPoolGradient(tf: TF, own: Kernels) {
  return (
    call: KernelCall<{ dy: core.TensorInfo; input: core.TensorInfo; output: core.TensorInfo }, PoolAttributes>,
  ) => {
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

function upsampleGradient(_tf: TF, own: Kernels) {
  return (call: KernelCall<{ images: core.TensorInfo; dy: core.TensorInfo }, { alignCorners: boolean }>) => {
    const { inputs, attrs, backend } = call;
    const { images, dy } = inputs;
    const [batch, height, width, channels] = images.shape as Shape4;
    const factorHeight = dy.shape[1]! / height;
    const factorWidth = dy.shape[2]! / width;
    if (attrs.alignCorners || !Number.isInteger(factorHeight) || !Number.isInteger(factorWidth)) {
      return originals.get('ResizeNearestNeighborGrad')!(call as unknown as Parameters<core.KernelFunc>[0]);
    }
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

/** [dz, db] of relu(z + bias), or of z + bias, from dy and the layer's output y. */
function biasGradient(own: Kernels) {
  return (call: KernelCall<{ dy: core.TensorInfo; y: core.TensorInfo }, { relu: boolean }>) => {
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

interface ProductAttributes {
  transposeA: boolean;
  transposeB: boolean;
}

/** tfjs-wasm multiplies fast only where neither matrix is transposed: a dense layer's gradients are the other two. */
function matrixProduct(own: Kernels) {
  return (call: KernelCall<{ a: core.TensorInfo; b: core.TensorInfo }, ProductAttributes>) => {
    const { inputs, attrs, backend } = call;
    const { a, b } = inputs;
    const plain = originals.get('BatchMatMul')!;
    const product = (parts: typeof inputs, transposes: ProductAttributes) =>
      plain({
        inputs: parts,
        attrs: transposes as unknown as core.NamedAttrMap,
        backend: backend as unknown as core.KernelBackend,
      });
    const isMatrix = (tensor: core.TensorInfo) => tensor.shape.slice(0, -2).every((side) => side === 1);
    if (attrs.transposeA === attrs.transposeB || !isMatrix(a) || !isMatrix(b)) return product(inputs, attrs);
    const [rowsOfB, columnsOfB] = b.shape.slice(-2) as [number, number];
    if (attrs.transposeB) {
      const turned = backend.makeOutput([...b.shape.slice(0, -2), columnsOfB, rowsOfB], 'float32');
      own.flipFilter(pointer(backend, b), pointer(backend, turned), 1, rowsOfB, columnsOfB);
      const result = product({ a, b: turned }, { transposeA: false, transposeB: false });
      backend.disposeData(turned.dataId);
      return result;
    }
    const columnsOfA = a.shape.at(-1)!;
    const result = backend.makeOutput([...a.shape.slice(0, -2), columnsOfA, columnsOfB], 'float32');
    // A 1x1 convolution over one line of `rowsOfB` pixels.
    const [x, dy, dw] = [pointer(backend, a), pointer(backend, b), pointer(backend, result)];
    own.filterGradient(x, dy, dw, 0, 1, 1, rowsOfB, columnsOfA, 1, rowsOfB, columnsOfB, 1, 1, 1, 1, 0, 0);
    return result;
  };
}
