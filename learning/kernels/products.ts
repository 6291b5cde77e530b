import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type KernelCall, type Original, pointer, type WasmBackend, withScratch } from './heap';
import type { Kernels } from './module';

interface ProductAttributes {
  transposeA: boolean;
  transposeB: boolean;
}

interface FusedAttributes extends ProductAttributes {
  activation: string;
}

interface Factors {
  a: TensorInfo;
  b: TensorInfo;
}

/** tfjs-wasm packs the weights anew for each batch, and is slow where a matrix is transposed: a dense layer's gradients. */
export function matrixProduct(own: Kernels, original: Original) {
  return (call: KernelCall<Factors, ProductAttributes>) =>
    areMatrices(call.inputs) ? multiply(own, call, undefined, false) : original(call);
}

/** A dense layer: the product, its bias and a relu. */
export function denseLayer(own: Kernels, original: Original) {
  return (call: KernelCall<Factors & { bias?: TensorInfo; preluActivationWeights?: TensorInfo }, FusedAttributes>) => {
    const { activation } = call.attrs;
    const covered = (activation === 'linear' || activation === 'relu') && areMatrices(call.inputs);
    return covered ? multiply(own, call, call.inputs.bias, activation === 'relu') : original(call);
  };
}

function areMatrices({ a, b }: Factors): boolean {
  return [a, b].every(({ shape, dtype }) => dtype === 'float32' && shape.slice(0, -2).every((side) => side === 1));
}

function multiply(
  own: Kernels,
  { inputs, attrs, backend }: { inputs: Factors; attrs: ProductAttributes; backend: WasmBackend },
  bias: TensorInfo | undefined,
  relu: boolean,
): TensorInfo {
  const { a, b } = inputs;
  const { transposeA, transposeB } = attrs;
  const [rows, inner] = transposeA ? [a.shape.at(-1)!, a.shape.at(-2)!] : [a.shape.at(-2)!, a.shape.at(-1)!];
  const columns = b.shape.at(transposeB ? -2 : -1)!;
  const lead = a.shape.length >= b.shape.length ? a.shape.slice(0, -2) : b.shape.slice(0, -2);
  const into = backend.makeOutput([...lead, rows, columns], 'float32');
  withScratch(backend, own.productScratch(rows, inner, columns), (scratch) => {
    own.product(
      pointer(backend, a),
      pointer(backend, b),
      bias ? pointer(backend, bias) : 0,
      pointer(backend, into),
      scratch,
      rows,
      inner,
      columns,
      transposeA ? 1 : 0,
      transposeB ? 1 : 0,
      relu ? 1 : 0,
    );
  });
  return into;
}
