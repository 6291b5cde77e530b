import type { Rank } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, openBackend } from '../backend';
import { difference, normals, run } from './kernels.fixture';
import { arithmetics } from './module';
import { registerKernels } from './register';

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
  relu: fc.boolean(),
  seed: fc.integer(),
});

describe.each(arithmetics())('a convolution, %s', (arithmetic) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await openBackend('wasm');
    registerKernels(backend.tf, arithmetic);
  });
  afterAll(() => backend.dispose());

  it('and both its gradients are the sums of its definition', () => {
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
        const bias = normals(outChannels, `bias${c.seed}`);
        const dy = normals(batch * info.outHeight * info.outWidth * outChannels, `dy${c.seed}`);
        const y = Float64Array.from(dy, (_, at) => bias[at % outChannels]!);
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
                      const yAt = ((b * info.outHeight + oh) * info.outWidth + ow) * outChannels + o;
                      const xAt = ((b * height + h) * width + v) * inChannels + i;
                      const wAt = ((kh * kernel + kw) * inChannels + i) * outChannels + o;
                      y[yAt]! += x[xAt]! * w[wAt]!;
                      dx[xAt]! += dy[yAt]! * w[wAt]!;
                      dw[wAt]! += dy[yAt]! * x[xAt]!;
                    }
                  }
                }
              }
            }
          }
        }
        tf.tidy(() => {
          const [input, filter] = [tf.tensor4d(x, xShape), tf.tensor4d(w, wShape)];
          const gradient = tf.tensor(dy, info.outShape);
          const attributes = { strides: stride, pad, dataFormat: 'NHWC', inputShape: xShape, filterShape: wShape };
          const found = tf.fused.conv2d({
            x: input,
            filter,
            strides: stride,
            pad,
            bias: tf.tensor1d(bias),
            activation: c.relu ? 'relu' : 'linear',
          });
          expect(found.shape).toEqual(info.outShape);
          const truth = c.relu ? y.map((value) => Math.max(value, 0)) : y;
          expect(difference(found.dataSync(), truth)).toBeLessThan(1e-5);
          const foundX = run(backend, 'Conv2DBackpropInput', { dy: gradient, filter }, attributes);
          const foundW = run(backend, 'Conv2DBackpropFilter', { x: input, dy: gradient }, attributes);
          expect(difference(foundX.dataSync(), dx)).toBeLessThan(1e-5);
          expect(difference(foundW.dataSync(), dw)).toBeLessThan(1e-5);
        });
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('that is dilated, or has another activation, is left to the library', () => {
    const { tf } = backend;
    tf.tidy(() => {
      const x = tf.tensor4d([0, 1, 2, 3, 4, 5, 6, 7, 8], [1, 3, 3, 1]);
      const filter = tf.ones<Rank.R4>([2, 2, 1, 1]);
      const parts = { x, filter, strides: 1, pad: 'valid' } as const;
      expect(Array.from(tf.fused.conv2d({ ...parts, dilations: 2 }).dataSync())).toEqual([0 + 2 + 6 + 8]);
      expect(Array.from(tf.fused.conv2d({ ...parts, activation: 'relu6' }).dataSync())).toEqual([6, 6, 6, 6]);
    });
  });
});
