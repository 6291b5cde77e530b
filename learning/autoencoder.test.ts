import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AutoencoderModel,
  autoencoderLayers,
  latent,
  reconstruct,
  reconstructionLoss,
  trainAutoencoder,
  uNetLayers,
} from './autoencoder';
import { type Backend, openBackend } from './backend';
import { sampleLosses } from './lesson';
import { readMnist } from './mnist.fixture';
import { outputShape } from './network/layer';
import { createRandom } from './random';

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend('wasm');
});
afterAll(() => backend.dispose());

describe('the Convolutional Deep AutoEncoder (Algorithm 6)', () => {
  const { data } = readMnist('train', 1500);
  const test = readMnist('t10k', 300).data;
  let model: AutoencoderModel;
  beforeAll(async () => {
    model = await trainAutoencoder(backend, data, { epochs: 2, batch: 32, rate: 0.004, seed: 1 });
  });

  it('has 7 convolutional, 3 max-pooling and 3 up-sampling layers, and nothing else for 28x28', () => {
    const kinds = model.network.layers.map(({ kind }) => kind);
    expect(kinds).toHaveLength(13);
    expect(kinds.filter((kind) => kind === 'conv')).toHaveLength(7);
    expect(kinds.filter((kind) => kind === 'max-pool')).toHaveLength(3);
    expect(kinds.filter((kind) => kind === 'up-sampling')).toHaveLength(3);
    const convolutions = model.network.layers.filter((layer) => layer.kind === 'conv');
    expect(convolutions.map(({ filters }) => filters)).toEqual([16, 8, 8, 8, 8, 16, 1]);
    expect(convolutions.map(({ padding }) => padding)).toEqual([...Array(5).fill('same'), 'valid', 'same']);
    expect(convolutions.every(({ kernel }) => kernel === 3)).toBe(true);
    // And the weights are really those: 7 kernels of 3x3 with their biases.
    expect(model.network.weights.filter(({ rank }) => rank === 4).map(({ shape }) => shape)).toEqual(
      [
        [1, 16],
        [16, 8],
        [8, 8],
        [8, 8],
        [8, 8],
        [8, 16],
        [16, 1],
      ].map((pair) => [3, 3, ...pair]),
    );
  });

  it('gives back images of any size and number of channels', () => {
    const side = fc.integer({ min: 1, max: 70 });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 4 }), (height, width, channels) => {
        const { layers, encoder } = autoencoderLayers([height, width, channels]);
        let shape = [height, width, channels];
        for (const [at, layer] of layers.entries()) {
          if (at === encoder) expect(shape).toEqual([Math.ceil(height / 8), Math.ceil(width / 8), 8]);
          shape = outputShape(layer, shape);
        }
        expect(shape).toEqual([height, width, channels]);
        const denoiser = uNetLayers([height, width, channels]).layers;
        expect(denoiser.reduce<number[]>((sides, layer) => outputShape(layer, sides), shape)).toEqual(shape);
        for (const [kind, count] of [
          ['conv', 7],
          ['max-pool', 3],
          ['up-sampling', 3],
        ]) {
          expect(layers.filter((layer) => layer.kind === kind)).toHaveLength(count as number);
        }
      }),
    );
  });

  it('measures the binary cross-entropy summed over the pixels, as the formula says', async () => {
    const loss = await reconstructionLoss(backend, model, test);
    const { x: r } = await reconstruct(backend, model, test);
    for (let i = 0; i < test.count; i++) {
      let sum = 0;
      for (let d = 0; d < 784; d++) {
        const x = test.x[i * 784 + d]! / 255;
        const near = Math.min(Math.max(r[i * 784 + d]!, 1e-12), 1 - 1e-7);
        sum -= x * Math.log(near) + (1 - x) * Math.log(1 - near);
      }
      expect(loss[i]! / sum).toBeCloseTo(1, 2);
    }
  });

  it('has learned the digits: noise costs more than any kind of digit does', async () => {
    const loss = await reconstructionLoss(backend, model, test);
    const mean = loss.reduce((sum, one) => sum + one, 0) / loss.length;
    expect(mean).toBeLessThan(190);
    const random = createRandom('noise');
    const x = Uint8Array.from(test.x, (byte) => (random.uniform() < 0.2 ? 255 : byte));
    const noisy = await reconstructionLoss(backend, model, { ...test, x });
    expect(noisy.every((one, i) => one > loss[i]!)).toBe(true);
  });

  it('measures each sample by itself, on one scale for every data set', async () => {
    const whole = await reconstructionLoss(backend, model, test);
    const one = { x: test.x.subarray(5 * 784, 6 * 784), shape: [28, 28, 1], count: 1 };
    expect((await reconstructionLoss(backend, model, one))[0]! / whole[5]!).toBeCloseTo(1, 5);
    const floats = { ...test, x: Float32Array.from(test.x, (byte) => byte / 255) };
    expect(await reconstructionLoss(backend, model, floats)).toEqual(whole);
  });

  it('encodes to 4 x 4 x 8', async () => {
    const code = await latent(backend, model, test);
    expect(code.shape).toEqual([128]);
    expect(code.count).toBe(300);
    expect(code.x).toHaveLength(300 * 128);
    expect(Math.max(...code.x)).toBeGreaterThan(0);
    expect(Math.min(...code.x)).toBe(0);
  });

  it('is the same for the same seed, bit by bit, and keeps no tensor', async () => {
    const few = { x: data.x.subarray(0, 100 * 784), shape: [28, 28, 1], count: 100 };
    const options = { epochs: 1, batch: 32, rate: 0.004, seed: 9 };
    const before = backend.tf.memory().numTensors;
    const losses: Float32Array[] = [];
    for (let i = 0; i < 2; i++) {
      const one = await trainAutoencoder(backend, few, options);
      losses.push(await reconstructionLoss(backend, one, few));
      one.dispose();
    }
    expect(losses[1]).toEqual(losses[0]);
    expect(backend.tf.memory().numTensors).toBe(before);
  });

  it.each([
    ['autoencoder', 2, 0.6],
    ['u-net', 1, 0.4],
  ] as const)('learns to give clean images for noisy ones (Algorithm 10), as %s', async (design, epochs, most) => {
    const random = createRandom('denoise');
    const x = Uint8Array.from(data.x, (byte) => (random.uniform() < 0.15 ? 255 : byte));
    const denoiser = await trainAutoencoder(
      backend,
      { ...data, x },
      { epochs, batch: 32, rate: 0.004, seed: 1, design },
      data,
    );
    const noisy = { ...test, x: Uint8Array.from(test.x, (byte) => (random.uniform() < 0.15 ? 255 : byte)) };
    const clean = await reconstruct(backend, denoiser, noisy);
    const distance = (from: ArrayLike<number>) => {
      let sum = 0;
      for (let i = 0; i < test.x.length; i++) sum += (from[i]! - test.x[i]! / 255) ** 2;
      return sum;
    };
    expect(distance(clean.x)).toBeLessThan(most * distance(Float32Array.from(noisy.x, (byte) => byte / 255)));
    denoiser.dispose();
  });

  it('refuses brightness outside [0, 1], and data of another shape', async () => {
    const wrong = { x: new Float32Array(784).fill(1.5), shape: [28, 28, 1], count: 1 };
    await expect(reconstructionLoss(backend, model, wrong)).rejects.toMatchObject({ fault: { code: 'SF7014' } });
    const options = { epochs: 1, batch: 8, rate: 0.01, seed: 1 };
    await expect(trainAutoencoder(backend, wrong, options)).rejects.toMatchObject({ fault: { code: 'SF7014' } });
    const other = { x: new Uint8Array(64), shape: [8, 8, 1], count: 1 };
    await expect(latent(backend, model, other)).rejects.toMatchObject({ fault: { code: 'SF7015' } });
  });
});

describe('losses', () => {
  const losses = (z: number[], x: number[], kind: 'brightness' | 'standard') =>
    backend.tf.tidy(() =>
      Array.from(
        sampleLosses(
          backend,
          backend.tf.tensor2d(z, [1, z.length]),
          backend.tf.tensor2d(x, [1, x.length]),
          kind === 'brightness' ? { kind } : { kind, mean: [], deviation: [] },
        ).dataSync(),
      ),
    );

  it('are -sum x log r + (1 - x) log(1 - r) for images', () => {
    // r = 0.5 for z = 0; r = 0.75 for z = log 3.
    expect(losses([0], [1], 'brightness')[0]).toBeCloseTo(Math.log(2), 6);
    expect(losses([Math.log(3)], [1], 'brightness')[0]).toBeCloseTo(-Math.log(0.75), 6);
    expect(losses([Math.log(3), 0], [0.25, 1], 'brightness')[0]).toBeCloseTo(
      -(0.25 * Math.log(0.75) + 0.75 * Math.log(0.25)) + Math.log(2),
      5,
    );
    // Where the sigmoid is 0 or 1 to single precision the loss is still finite.
    expect(losses([-200], [1], 'brightness')[0]).toBeCloseTo(200, 3);
    expect(losses([200], [1], 'brightness')[0]).toBeCloseTo(0, 6);
  });

  it('are half the squared error for tables', () => {
    expect(losses([1, 2], [3, 2.5], 'standard')[0]).toBeCloseTo((4 + 0.25) / 2, 6);
  });
});

describe('the dense autoencoder', () => {
  /** Three features of which the third is the sum of the others, far from each other in size, and a constant. */
  function table(count: number, broken = false) {
    const random = createRandom('table');
    const x = new Float32Array(count * 4);
    for (let i = 0; i < count; i++) {
      const [a, b] = [random.normal(), random.normal()];
      x.set([1000 + 50 * a, 0.001 * b, broken ? -(a + b) : a + b, 3], i * 4);
    }
    return { x, shape: [4], count };
  }

  it('finds rows that break what the others have in common, in their own unit', async () => {
    const model = await trainAutoencoder(backend, table(2000), { epochs: 15, batch: 32, rate: 0.01, seed: 1 });
    const normal = (await reconstructionLoss(backend, model, table(300))).sort();
    const broken = (await reconstructionLoss(backend, model, table(300, true))).sort();
    expect(broken[150]).toBeGreaterThan(10 * normal[150]!);
    const { x } = await reconstruct(backend, model, table(300));
    const truth = table(300).x;
    let squares = 0;
    for (let i = 0; i < 300; i++) squares += ((x[i * 4]! - truth[i * 4]!) / 50) ** 2 / 300;
    expect(squares).toBeLessThan(0.1);
    expect(x[3]).toBeCloseTo(3, 0);
    const extreme = { x: Float32Array.of(1e30, 0, 0, 3), shape: [4], count: 1 };
    expect(Number.isFinite((await reconstructionLoss(backend, model, extreme))[0])).toBe(true);
    model.dispose();
  });
});
