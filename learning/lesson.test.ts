import { expect, it } from 'vitest';
import { openBackend } from './backend';
import { objectiveOf } from './lesson';
import { buildNetwork } from './network/network';
import { createRandom } from './random';

it('gives a sample and what it is to become memory of their own: tfjs-node reads an array when it first computes with it', async () => {
  const backend = await openBackend('wasm');
  const seen: ArrayBufferLike[] = [];
  const tf = new Proxy(backend.tf, {
    get(whole, name: keyof typeof backend.tf) {
      if (name !== 'tensor') return whole[name];
      return (values: Float32Array, shape: number[]) => {
        seen.push(values.buffer);
        return whole.tensor(values, shape);
      };
    },
  });
  const some = (byte: number) => ({ x: new Uint8Array(4 * 4 * 2).fill(byte), shape: [4, 4, 1], count: 2 });
  const [data, target] = [some(0), some(255)];
  const layers = [{ kind: 'conv', filters: 1, kernel: 3, padding: 'same', activation: 'linear' } as const];
  const network = buildNetwork(backend, layers, data.shape, createRandom(1));
  const lesson = { kind: 'autoencoder', data, target, scaling: { kind: 'brightness' }, layers } as const;
  const { step } = objectiveOf({ ...backend, tf }, network, { ...lesson, layers: [...layers] }, { batch: 2 });
  backend.tf.tidy(() => void step(Int32Array.of(0, 1), 2, createRandom(1)));
  expect(seen).toHaveLength(2);
  expect(seen[0]).not.toBe(seen[1]);
  backend.dispose();
});
