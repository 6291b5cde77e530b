import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, openBackend } from '../backend';
import { gradientCases, ourGradients } from '../fixtures/gradient-cases';
import fixture from '../fixtures/gradients.json';
import { createRandom } from '../random';
import { compileKernels } from './compile.mjs';
import { BIAS_GRADIENT } from './register';

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend('wasm');
});
afterAll(() => backend.dispose());

/** One kernel of the backend, by its name. */
function run(name: string, inputs: Record<string, Tensor>, attributes: object): Tensor {
  return backend.tf.engine().runKernel(name, inputs as never, attributes as never) as Tensor;
}

/** Largest difference, relative to the largest value. */
function difference(found: ArrayLike<number>, truth: ArrayLike<number>): number {
  expect(found.length).toBe(truth.length);
  let most = 0;
  let scale = 1e-30;
  for (let i = 0; i < truth.length; i++) {
    most = Math.max(most, Math.abs(found[i]! - truth[i]!));
    scale = Math.max(scale, Math.abs(truth[i]!));
  }
  return most / scale;
}

function normals(size: number, name: string): Float32Array {
  const random = createRandom(name);
  return Float32Array.from({ length: size }, () => random.normal());
}

const side = fc.integer({ min: 1, max: 9 });
const channels = fc.integer({ min: 1, max: 20 });
const convolutions = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  height: side,
  width: side,
  inChannels: channels,
  outChannels: channels,
  kernel: fc.integer({ min: 1, max: 5 }),
  stride: fc.integer({ min: 1, max: 2 }),
  pad: fc.constantFrom('same' as const, 'valid' as const),
  seed: fc.integer(),
});

describe('the kernels of the wasm backend', () => {
  it('are what assembly/ compiles to', async () => {
    expect(readFileSync(path.join(import.meta.dirname, 'binary.ts'), 'utf8')).toBe(await compileKernels());
  });

  it('give both gradients of any convolution, as the sums of its definition', () => {
    fc.assert(
      fc.property(convolutions, (c) => {
        fc.pre(c.pad === 'same' || (c.kernel <= c.height && c.kernel <= c.width));
        const { tf } = backend;
        const { batch, height, width, inChannels, outChannels, kernel, stride, pad } = c;
        const xShape: [number, number, number, number] = [batch, height, width, inChannels];
        const wShape: [number, number, number, number] = [kernel, kernel, inChannels, outChannels];
        const info = tf.backend_util.computeConv2DInfo(xShape, wShape, stride, 1, pad);
        const x = normals(batch * height * width * inChannels, `x${c.seed}`);
        const w = normals(kernel * kernel * inChannels * outChannels, `w${c.seed}`);
        const dy = normals(batch * info.outHeight * info.outWidth * outChannels, `dy${c.seed}`);
        const dx = new Float64Array(x.length);
        const dw = new Float64Array(w.length);
        for (let b = 0; b < batch; b++) {
          for (let oh = 0; oh < info.outHeight; oh++) {
            for (let ow = 0; ow < info.outWidth; ow++) {
              for (let kh = 0; kh < kernel; kh++) {
                for (let kw = 0; kw < kernel; kw++) {
                  const h = oh * stride + kh - info.padInfo.top;
                  const v = ow * stride + kw - info.padInfo.left;
                  if (h < 0 || v < 0 || h >= height || v >= width) continue;
                  for (let i = 0; i < inChannels; i++) {
                    for (let o = 0; o < outChannels; o++) {
                      const g = dy[((b * info.outHeight + oh) * info.outWidth + ow) * outChannels + o]!;
                      const xAt = ((b * height + h) * width + v) * inChannels + i;
                      const wAt = ((kh * kernel + kw) * inChannels + i) * outChannels + o;
                      dx[xAt]! += g * w[wAt]!;
                      dw[wAt]! += g * x[xAt]!;
                    }
                  }
                }
              }
            }
          }
        }
        tf.tidy(() => {
          const [filter, gradient] = [tf.tensor(w, wShape), tf.tensor(dy, info.outShape)];
          const attributes = { strides: stride, pad, dataFormat: 'NHWC', inputShape: xShape, filterShape: wShape };
          const foundX = run('Conv2DBackpropInput', { dy: gradient, filter }, attributes);
          const foundW = run('Conv2DBackpropFilter', { x: tf.tensor(x, xShape), dy: gradient }, attributes);
          expect(difference(foundX.dataSync(), dx)).toBeLessThan(1e-5);
          expect(difference(foundW.dataSync(), dw)).toBeLessThan(1e-5);
        });
      }),
      { numRuns: 60, seed: 1 },
    );
  });

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
          const found = run('MaxPoolGrad', { dy: tf.tensor(dy, info.outShape), input, output }, attributes);
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
          const found = run('ResizeNearestNeighborGrad', { images, dy: gradient }, { alignCorners: false });
          expect(difference(found.dataSync(), dx)).toBeLessThan(1e-5);
        });
      }),
      { numRuns: 40, seed: 3 },
    );
  });

  it('multiply matrices of which one is transposed', () => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(size, size, size, fc.integer(), (m, k, n, seed) => {
        const { tf } = backend;
        const [a, b] = [normals(m * k, `a${seed}`), normals(k * n, `b${seed}`)];
        const truth = new Float64Array(m * n);
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            for (let l = 0; l < k; l++) truth[i * n + j]! += a[i * k + l]! * b[l * n + j]!;
          }
        }
        tf.tidy(() => {
          const [plainA, plainB] = [tf.tensor2d(a, [m, k]), tf.tensor2d(b, [k, n])];
          const [turnedA, turnedB] = [tf.transpose(plainA) as Tensor2D, tf.transpose(plainB) as Tensor2D];
          for (const product of [tf.matMul(turnedA, plainB, true, false), tf.matMul(plainA, turnedB, false, true)]) {
            expect(product.shape).toEqual([m, n]);
            expect(difference(product.dataSync(), truth)).toBeLessThan(1e-5);
          }
        });
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  it('give what passes a relu, and the bias gradient', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        channels,
        fc.boolean(),
        fc.integer(),
        (rows, width, relu, seed) => {
          const { tf } = backend;
          const [y, dy] = [
            normals(rows * width, `y${seed}`).map((v) => Math.max(v, 0)),
            normals(rows * width, `d${seed}`),
          ];
          const dz = Float64Array.from(dy, (value, i) => (!relu || y[i]! > 0 ? value : 0));
          const db = new Float64Array(width);
          dz.forEach((value, i) => {
            db[i % width]! += value;
          });
          tf.tidy(() => {
            const inputs = { dy: tf.tensor(dy, [rows, width]), y: tf.tensor(y, [rows, width]) };
            const [foundZ, foundB] = tf.engine().runKernel(BIAS_GRADIENT, inputs, { relu }) as unknown as [
              Tensor,
              Tensor,
            ];
            expect(Float64Array.from(foundZ.dataSync())).toEqual(dz);
            expect(difference(foundB.dataSync(), db)).toBeLessThan(1e-5);
          });
        },
      ),
      { numRuns: 60, seed: 5 },
    );
  });

  it.each(gradientCases)('agree with TensorFlow: $name', (one) => {
    const truth = fixture.cases.find(({ name }) => name === one.name)!;
    backend.tf.tidy(() => {
      const found = ourGradients(backend, one);
      expect(found).toHaveLength(truth.gradients.length);
      for (const [at, gradient] of truth.gradients.entries()) {
        expect(difference(found[at]!.dataSync(), gradient)).toBeLessThan(one.tolerance ?? 5e-6);
      }
    });
  });
});
