import type * as core from '@tensorflow/tfjs-core';
import type { Memory } from './module';

export type TF = typeof core;

/** What is used of tfjs' wasm backend. Its memory is shared with our kernels, so nothing is copied. */
export interface WasmBackend {
  wasm: { asm: { memory: Memory }; HEAPU8: Uint8Array };
  dataIdMap: { get(dataId: object): { memoryOffset: number } };
  makeOutput(shape: number[], dtype: 'float32'): core.TensorInfo;
  disposeData(dataId: object): void;
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
