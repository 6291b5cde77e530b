import type { Tensor2D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, openBackend } from '../backend';
import { difference, normals } from './kernels.fixture';
import { arithmetics } from './module';
import { registerKernels } from './register';

describe.each(arithmetics())('products of matrices, %s', (arithmetic) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await openBackend('wasm');
    registerKernels(backend.tf, arithmetic);
  });
  afterAll(() => backend.dispose());

  const side = fc.integer({ min: 1, max: 40 });
  const sizes = fc.record({
    rows: side,
    // Long ones, too: of them one panel fills the first cache.
    inner: fc.oneof(side, fc.integer({ min: 380, max: 800 })),
    columns: side,
    seed: fc.integer(),
  });

  function truthOf(a: Float32Array, b: Float32Array, rows: number, inner: number, columns: number): Float64Array {
    const truth = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        for (let k = 0; k < inner; k++) truth[i * columns + j]! += a[i * inner + k]! * b[k * columns + j]!;
      }
    }
    return truth;
  }

  it('are the sums of their definition, whichever is transposed', () => {
    fc.assert(
      fc.property(sizes, ({ rows, inner, columns, seed }) => {
        const { tf } = backend;
        const [a, b] = [normals(rows * inner, `a${seed}`), normals(inner * columns, `b${seed}`)];
        const truth = truthOf(a, b, rows, inner, columns);
        tf.tidy(() => {
          const [plainA, plainB] = [tf.tensor2d(a, [rows, inner]), tf.tensor2d(b, [inner, columns])];
          const [turnedA, turnedB] = [tf.transpose(plainA) as Tensor2D, tf.transpose(plainB) as Tensor2D];
          for (const product of [
            tf.matMul(plainA, plainB),
            tf.matMul(turnedA, plainB, true, false),
            tf.matMul(plainA, turnedB, false, true),
            tf.matMul(turnedA, turnedB, true, true),
          ]) {
            expect(product.shape).toEqual([rows, columns]);
            expect(difference(product.dataSync(), truth)).toBeLessThan(1e-5);
          }
        });
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  it('make a dense layer with a bias and a relu, or without', () => {
    fc.assert(
      fc.property(sizes, fc.boolean(), fc.boolean(), ({ rows, inner, columns, seed }, biased, relu) => {
        const { tf } = backend;
        const [a, b] = [normals(rows * inner, `a${seed}`), normals(inner * columns, `b${seed}`)];
        const bias = normals(columns, `bias${seed}`);
        const truth = truthOf(a, b, rows, inner, columns).map((sum, at) => {
          const z = biased ? sum + bias[at % columns]! : sum;
          return relu ? Math.max(z, 0) : z;
        });
        tf.tidy(() => {
          const layer = tf.fused.matMul({
            a: tf.tensor2d(a, [rows, inner]),
            b: tf.tensor2d(b, [inner, columns]),
            bias: biased ? tf.tensor1d(bias) : undefined,
            activation: relu ? 'relu' : 'linear',
          });
          expect(layer.shape).toEqual([rows, columns]);
          expect(difference(layer.dataSync(), truth)).toBeLessThan(1e-5);
        });
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it('leave batches of matrices and other activations to the library, and hide nothing that is no number', () => {
    const { tf } = backend;
    tf.tidy(() => {
      const [a, b] = [tf.tensor3d([1, 2, 3, 4], [2, 1, 2]), tf.tensor3d([1, 1, 2, 2], [2, 2, 1])];
      expect(Array.from(tf.matMul(a, b).dataSync())).toEqual([3, 14]);
      const parts = { a: tf.tensor2d([[8]]), b: tf.tensor2d([[1]]), activation: 'relu6' } as const;
      expect(Array.from(tf.fused.matMul(parts).dataSync())).toEqual([6]);
      const lost = tf.fused.matMul({ a: tf.tensor2d([[Number.NaN]]), b: tf.tensor2d([[1]]), activation: 'relu' });
      expect(Array.from(lost.dataSync())).toEqual([Number.NaN]);
    });
  });
});
