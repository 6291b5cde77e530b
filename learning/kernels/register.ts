import type { KernelFunc } from '@tensorflow/tfjs-core';
import { channelKernels } from './channels';
import { convolutionLayer, filterGradient, inputGradient } from './convolutions';
import type { Original, TF, WasmBackend } from './heap';
import { type Arithmetic, instantiate } from './module';
import { type OwnKernel, registered } from './own';
import { maxPoolGradient, upsampleGradient } from './pools';
import { denseLayer, matrixProduct } from './products';

/**
 * Gives the wasm backend the gradients that it lacks, gets wrong or is slow at, and faster layers. Call it when the backend is
 * set; what a kernel of ours does not cover goes to tfjs' own.
 */
export function registerKernels(tf: TF, arithmetic: Arithmetic): void {
  const backend = tf.backend() as unknown as WasmBackend;
  const own = instantiate(backend.wasm.asm.memory, arithmetic);
  const register = (name: string, make: (original: Original) => unknown) => replace(tf, name, make);
  register('FusedConv2D', (original) => convolutionLayer(tf, own, original));
  register('Conv2DBackpropFilter', () => filterGradient(tf, own));
  register('Conv2DBackpropInput', (original) => inputGradient(tf, own, original));
  register('_FusedMatMul', (original) => denseLayer(own, original));
  register('BatchMatMul', (original) => matrixProduct(own, original));
  register('MaxPoolGrad', () => maxPoolGradient(tf, own));
  register('ResizeNearestNeighborGrad', (original) => upsampleGradient(own, original));
  for (const [name, kernel] of Object.entries(channelKernels(own)))
    register(registered(name as OwnKernel), () => kernel);
}

/** tfjs' own kernels, kept from the first time: a second call must not take ours for theirs. */
const originals = new Map<string, KernelFunc | undefined>();

function replace(tf: TF, kernelName: string, make: (original: Original) => unknown): void {
  const present = tf.getKernel(kernelName, 'wasm');
  if (!originals.has(kernelName)) originals.set(kernelName, present?.kernelFunc);
  if (present) tf.unregisterKernel(kernelName, 'wasm');
  const original: Original = (call) => originals.get(kernelName)!(call as unknown as Parameters<KernelFunc>[0]);
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    setupFunc: present?.setupFunc,
    kernelFunc: make(original) as KernelFunc,
  });
}
