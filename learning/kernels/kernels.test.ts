import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, openBackend } from '../backend';
import { type GradientCase, gradientCases, ourGradients } from '../fixtures/gradient-cases';
import fixture from '../fixtures/gradients.json';
import { compileKernels } from './compile.mjs';
import { difference, normals, run } from './kernels.fixture';
import { arithmetics } from './module';
import { type OwnKernel, registered } from './own';
import { registerKernels } from './register';

const side = fc.integer({ min: 1, max: 9 });
const channels = fc.integer({ min: 1, max: 20 });
describe('the kernels of the wasm backend', () => {
  it('add and multiply in one instruction where this Node knows it', () => {
    const knows = Number(process.versions.node.split('.')[0]) >= 22;
    expect(arithmetics()).toEqual(knows ? ['fused', 'plain'] : ['plain']);
  });

  it('are what assembly/ compiles to', async () => {
    expect(readFileSync(path.join(import.meta.dirname, 'binary.ts'), 'utf8')).toBe(await compileKernels());
  });
});

describe.each(arithmetics())('the kernels, %s', (arithmetic) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await openBackend('wasm');
    registerKernels(backend.tf, arithmetic);
  });
  afterAll(() => backend.dispose());

  it('give the gradient of max-pooling to the first maximum of each window, whatever its sign', () => {
    const shapes = fc.record({ batch: side, height: side, width: side, inChannels: channels, seed: fc.integer() });
    // Whole numbers below zero: windows without a positive value, and ties.
    fc.assert(
      fc.property(shapes, fc.integer({ min: 2, max: 3 }), (c, window) => {
        const { tf } = backend;
        const shape: [number, number, number, number] = [c.batch, c.height, c.width, c.inChannels];
        const info = tf.backend_util.computePool2DInfo(shape, window, 2, 1, 'same');
        const x = normals(c.batch * c.height * c.width * c.inChannels, `x${c.seed}`).map((v) => Math.round(v) - 2);
        const dy = normals(c.batch * info.outHeight * info.outWidth * c.inChannels, `dy${c.seed}`);
        const dx = new Float64Array(x.length);
        let at = 0;
        for (let b = 0; b < c.batch; b++) {
          for (let oh = 0; oh < info.outHeight; oh++) {
            for (let ow = 0; ow < info.outWidth; ow++) {
              for (let ch = 0; ch < c.inChannels; ch++) {
                let best = -1;
                for (let h = oh * 2 - info.padInfo.top; h < oh * 2 - info.padInfo.top + window; h++) {
                  for (let v = ow * 2 - info.padInfo.left; v < ow * 2 - info.padInfo.left + window; v++) {
                    if (h < 0 || v < 0 || h >= c.height || v >= c.width) continue;
                    const place = ((b * c.height + h) * c.width + v) * c.inChannels + ch;
                    if (best < 0 || x[place]! > x[best]!) best = place;
                  }
                }
                dx[best]! += dy[at++]!;
              }
            }
          }
        }
        tf.tidy(() => {
          const input = tf.tensor(x, shape);
          const output = tf.maxPool(input as Tensor4D, window, 2, 'same');
          const attributes = { filterSize: window, strides: 2, pad: 'same' };
          const found = run(backend, 'MaxPoolGrad', { dy: tf.tensor(dy, info.outShape), input, output }, attributes);
          expect(difference(found.dataSync(), dx)).toBeLessThan(1e-6);
        });
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it('give the gradient of up-sampling as the sum over each block, for batches too', () => {
    const shapes = fc.record({ batch: side, height: side, width: side, inChannels: channels, seed: fc.integer() });
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 3 }), (c, factor) => {
        const { tf } = backend;
        const [height, width] = [c.height * factor, c.width * factor];
        const dy = normals(c.batch * height * width * c.inChannels, `dy${c.seed}`);
        const dx = new Float64Array(c.batch * c.height * c.width * c.inChannels);
        let at = 0;
        for (let line = 0; line < c.batch * height; line++) {
          const from = Math.floor(line / height) * c.height + Math.floor((line % height) / factor);
          for (let column = 0; column < width; column++) {
            for (let ch = 0; ch < c.inChannels; ch++) {
              dx[(from * c.width + Math.floor(column / factor)) * c.inChannels + ch]! += dy[at++]!;
            }
          }
        }
        tf.tidy(() => {
          const images = tf.zeros([c.batch, c.height, c.width, c.inChannels]);
          const gradient = tf.tensor(dy, [c.batch, height, width, c.inChannels]);
          const found = run(backend, 'ResizeNearestNeighborGrad', { images, dy: gradient }, { alignCorners: false });
          expect(difference(found.dataSync(), dx)).toBeLessThan(1e-5);
        });
      }),
      { numRuns: 40, seed: 3 },
    );
  });

  it.each(gradientCases)('agree with TensorFlow: $name', (one) => agrees(backend, one));
});

describe('the operations that stand in for kernels of our own names', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await openBackend('wasm');
    const { tf } = backend;
    const names = tf.getKernelsForBackend('wasm').map(({ kernelName }) => kernelName);
    const own = names.filter((name) => name.startsWith(registered('' as OwnKernel)));
    expect(own.length).toBeGreaterThan(5);
    for (const name of own) tf.unregisterKernel(name, 'wasm');
  });
  afterAll(() => backend.dispose());

  it.each(gradientCases)('agree with TensorFlow: $name', (one) => agrees(backend, one));
});

function agrees(backend: Backend, one: GradientCase): void {
  const truth = fixture.cases.find(({ name }) => name === one.name)!;
  backend.tf.tidy(() => {
    const found = ourGradients(backend, one);
    expect(found).toHaveLength(truth.gradients.length);
    for (const [at, gradient] of truth.gradients.entries()) {
      expect(difference(found[at]!.dataSync(), gradient)).toBeLessThan(one.tolerance ?? 5e-6);
    }
  });
}
