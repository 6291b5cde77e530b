import { afterAll, beforeAll, expect, it } from 'vitest';
import { reconstruct, trainAutoencoder } from './autoencoder';
import { type Backend, openBackend } from './backend';
import { flatten } from './network/flat';
import { practise } from './practice';
import { createRandom } from './random';
import type { Samples } from './samples';

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend('wasm');
});
afterAll(() => backend.dispose());

const SIDE = 12;
const parts = { batch: 16, rate: 0.005, seed: 1, design: 'u-net' } as const;

/** A bright bar on black, standing or lying. */
function bars(count: number, seed: string): Samples {
  const random = createRandom(seed);
  const x = new Uint8Array(count * SIDE * SIDE);
  for (let image = 0; image < count; image++) {
    const at = random.integer(SIDE);
    for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
      const on = (image % 2 ? Math.floor(pixel / SIDE) : pixel % SIDE) === at;
      x[image * SIDE * SIDE + pixel] = on ? 230 : 0;
    }
  }
  return { x, shape: [SIDE, SIDE, 1], count };
}

/** A third of the pixels is grey. */
function spotted(data: Samples, seed: string): Samples {
  const random = createRandom(seed);
  return { ...data, x: Uint8Array.from(data.x, (value) => (random.integer(3) === 0 ? 120 : value)) };
}

it('makes a start from which a few pairs teach more than from chance', async () => {
  const [clean, few, test] = [bars(100, 'clean'), bars(20, 'few'), bars(50, 'test')];
  const start = await practise(backend, clean, { ...parts, epochs: 2, copies: 1000 });
  const left = async (from: typeof start | undefined) => {
    const model = await trainAutoencoder(backend, spotted(few, 'few'), { ...parts, epochs: 5, start: from }, few);
    const { x } = await reconstruct(backend, model, spotted(test, 'test'));
    model.dispose();
    return Array.from(test.x).reduce((sum, byte, at) => sum + Math.abs(x[at]! - byte / 255), 0) / x.length;
  };
  expect(await left(start)).toBeLessThan((await left(undefined)) / 2);
  start.dispose();
});

it('gives the same bits for the same seed, and learns the same of bytes and of numbers', async () => {
  const bytes = bars(10, 'bytes');
  const numbers = { ...bytes, x: Float32Array.from(bytes.x, (byte) => byte / 255) };
  const weightsOf = async (clean: Samples, seed = 1) => {
    const model = await practise(backend, clean, { ...parts, seed, epochs: 1, copies: 40 });
    const { values } = await flatten(model.network);
    model.dispose();
    return values;
  };
  const first = await weightsOf(bytes);
  expect(await weightsOf(bytes)).toEqual(first);
  const apart = (some: Float32Array) => some.reduce((sum, value, at) => sum + Math.abs(value - first[at]!), 0);
  // Bytes are rounded after they were changed.
  expect(apart(await weightsOf(numbers))).toBeLessThan(apart(await weightsOf(bytes, 2)) / 50);
});

it('refuses a start of other layers, and one for other images', async () => {
  const data = bars(8, 'data');
  const start = await trainAutoencoder(backend, data, { ...parts, epochs: 1 });
  const train = (given: Samples, design: 'u-net' | 'autoencoder') =>
    trainAutoencoder(backend, given, { ...parts, design, epochs: 1, start });
  await expect(train(data, 'autoencoder')).rejects.toMatchObject({ fault: { code: 'SF7016' } });
  const larger = { x: new Uint8Array(8 * 256), shape: [16, 16, 1], count: 8 };
  await expect(train(larger, 'u-net')).rejects.toMatchObject({ fault: { code: 'SF7016' } });
  start.dispose();
});
