import { kernels } from './binary';

/** The little of the standard that is used here: Node has it, its types do not. */
declare namespace WebAssembly {
  class Memory {
    constructor(size: { initial: number });
    readonly buffer: ArrayBuffer;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory } });
    readonly exports: object;
  }
  function validate(bytes: Uint8Array): boolean;
}

/** Memory that tfjs and our kernels share. */
export type Memory = WebAssembly.Memory;

type Pointers = (...pointersAndSizes: number[]) => void;

/** Bytes of memory that a kernel wants for itself. */
type Scratch = (...sizes: number[]) => number;

/** What assembly/ exports. */
export interface Kernels {
  adam: Pointers;
  addFront: Pointers;
  averagePoolGradient: Pointers;
  batchStatistics: Pointers;
  behind: Pointers;
  biasGradient: Pointers;
  convolution: Pointers;
  convolutionScratch: Scratch;
  filterGradient: Pointers;
  join: Pointers;
  maxPoolGradient: Pointers;
  normalise: Pointers;
  normaliseGradient: Pointers;
  product: Pointers;
  productScratch: Scratch;
  reluGradient: Pointers;
  upsampleGradient: Pointers;
}

/**
 * `fused` multiplies and adds in one instruction (relaxed SIMD: Node 22 and later), `plain` in two. They round otherwise, so
 * their results are not the same bits.
 */
export type Arithmetic = keyof typeof kernels;

const bytes = (arithmetic: Arithmetic) => Buffer.from(kernels[arithmetic], 'base64');

/** Which of them this Node can run, the faster one first. */
export function arithmetics(): Arithmetic[] {
  return WebAssembly.validate(bytes('fused')) ? ['fused', 'plain'] : ['plain'];
}

export function instantiate(memory: Memory, arithmetic: Arithmetic): Kernels {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes(arithmetic)), { env: { memory } });
  return instance.exports as unknown as Kernels;
}

const PAGE = 65536;

/** What WebAssembly can address. */
export const MOST_BYTES = 2 ** 32;

/** Kernels over memory of their own, where no backend lends its: `buffer` has at least so many bytes, `MOST_BYTES` at most. */
export function openKernels(bytes: number): { kernels: Kernels; buffer: ArrayBuffer } {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
  return { kernels: instantiate(memory, arithmetics()[0]!), buffer: memory.buffer };
}
