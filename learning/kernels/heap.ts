import type * as core from '@tensorflow/tfjs-core';
import type { Memory } from './module';

export type TF = typeof core;

/** What is used of tfjs' wasm backend. Its memory is shared with our kernels, so nothing is copied. */
export interface WasmBackend {
  wasm: { asm: { memory: Memory } };
  dataIdMap: { get(dataId: object): { memoryOffset: number } };
  makeOutput(shape: number[], dtype: 'float32'): core.TensorInfo;
  disposeData(dataId: object): void;
  typedArrayFromHeap(tensor: core.TensorInfo): Float32Array;
}

export interface KernelCall<Inputs, Attributes> {
  inputs: Inputs;
  attrs: Attributes;
  backend: WasmBackend;
}

/** A kernel of tfjs' that ours stands before: for what ours does not cover. */
export type Original = (call: KernelCall<object, object>) => core.TensorInfo | core.TensorInfo[];

export type Shape4 = [number, number, number, number];

export function pointer(backend: WasmBackend, tensor: core.TensorInfo): number {
  return backend.dataIdMap.get(tensor.dataId).memoryOffset;
}

/** Lends `use` so many bytes of tfjs' memory. */
export function withScratch(backend: WasmBackend, bytes: number, use: (at: number) => void): void {
  const scratch = backend.makeOutput([Math.ceil(bytes / 4)], 'float32');
  use(pointer(backend, scratch));
  backend.disposeData(scratch.dataId);
}

/** A tensor's numbers, to be read at once: with the wasm backend they are no copy, and move when its memory grows. */
export function numbersOf({ tf }: { tf: TF }, tensor: core.Tensor): Float32Array {
  const backend = tf.backend() as unknown as Partial<WasmBackend>;
  return backend.typedArrayFromHeap?.(tensor) ?? (tensor.dataSync() as Float32Array);
}
