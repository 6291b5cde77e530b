import type * as core from '@tensorflow/tfjs-core';
import { learningError } from '../fault';
import { type Memory, MOST_BYTES } from './module';

export type TF = typeof core;

/** What is used of tfjs' wasm backend. Its memory is shared with our kernels, so nothing is copied. */
export interface WasmBackend {
  wasm: { asm: { memory: Memory }; _malloc(bytes: number): number; _free(at: number): void };
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

/**
 * Lets memory that there is not be an error (SF7005). tfjs does not look whether it was given any, and would write to address 0: over
 * what lies there, until something breaks or gives wrong numbers.
 */
export function guardMemory({ wasm }: WasmBackend): void {
  // Emscripten puts the real function in its place when it is first called.
  wasm._free(wasm._malloc(4));
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    // More than can be addressed would be taken modulo that.
    const at = bytes < MOST_BYTES ? allocate(bytes) : 0;
    if (at !== 0) return at;
    const megabytes = Math.ceil(bytes / 1e6);
    throw learningError('SF7005', `The wasm backend has no room for ${megabytes} MB more: it has 4 GB at most.`);
  };
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
