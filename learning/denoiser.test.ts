import { afterAll, beforeAll, expect, it } from 'vitest';
import { reconstruct, reconstructionLoss, trainAutoencoder } from './autoencoder';
import { type Backend, openBackend } from './backend';
import { denoise } from './denoiser';
import { createRandom } from './random';
import type { Samples } from './samples';

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend('wasm');
});
afterAll(() => backend.dispose());

it('moves what explains badly, and nothing else, as far as its strength towards what the network makes of it', async () => {
  const random = createRandom('denoise');
  const [count, size] = [300, 6 * 5 * 2];
  const data: Samples = {
    x: Uint8Array.from({ length: count * size }, () => random.integer(256)),
    shape: [6, 5, 2],
    count,
  };
  const model = await trainAutoencoder(backend, data, { epochs: 1, batch: 50, rate: 0.01, seed: 1, design: 'u-net' });
  const losses = await reconstructionLoss(backend, model, data);
  const { x: made } = await reconstruct(backend, model, data);
  const threshold = [...losses].sort((a, b) => a - b)[100]!;
  for (const strength of [0, 0.25, 1]) {
    const changed = await denoise(backend, { model, threshold, strength }, data);
    const above = Array.from(losses.keys()).filter((row) => losses[row]! > threshold);
    expect([...changed.keys()]).toEqual(above);
    for (const [row, image] of changed) {
      const wanted = Array.from(image, (_, i) => {
        const [from, to] = [data.x[row * size + i]! / 255, made[row * size + i]!];
        return from + strength * (to - from);
      });
      expect(Math.max(...wanted.map((value, i) => Math.abs(value - image[i]!)))).toBeLessThan(1e-6);
    }
  }
  model.dispose();
});
