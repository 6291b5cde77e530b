import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, openBackend } from './backend';
import { trainClassifier } from './classifier';
import { guardMemory, type WasmBackend } from './kernels/heap';

describe('a backend', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await openBackend('wasm');
  });
  afterAll(() => backend.dispose());

  it('is one at a time in a process, and can be opened again', async () => {
    await expect(openBackend('wasm')).rejects.toMatchObject({ fault: { code: 'SF7003' } });
    backend.dispose();
    backend.dispose();
    backend = await openBackend('wasm');
    expect(backend.name).toBe('wasm');
    expect(backend.version).toMatch(/^\d+\.\d+/);
    expect(backend.tf.add([1, 2], [3, 4]).dataSync()).toEqual(Float32Array.of(4, 6));
  });

  // As long as all addresses, which would be taken for 0, and longer than that: neither takes any memory.
  it.each([1024, 1100])('says that its memory is full: %d times 4 MB', (times) => {
    const { tf } = backend;
    const { numTensors } = tf.memory();
    const fill = () => tf.tidy(() => tf.tile(tf.ones([1024, 1024]), [times, 1]));
    expect(fill).toThrow(expect.objectContaining({ fault: expect.objectContaining({ code: 'SF7005' }) }));
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(tf.add([1, 2], [3, 4]).dataSync()).toEqual(Float32Array.of(4, 6));
  });

  it('says so where the library is given none, too', () => {
    const { wasm, ...rest } = backend.tf.backend() as unknown as WasmBackend;
    const full = { ...rest, wasm: { ...wasm, _malloc: (bytes: number) => (bytes > 100 ? 0 : 8), _free: () => {} } };
    guardMemory(full);
    expect(full.wasm._malloc(100)).toBe(8);
    expect(() => full.wasm._malloc(3e6)).toThrow('no room for 3 MB more');
  });

  it('says that a network has too many weights before it makes any', async () => {
    const data = { x: new Uint8Array(2 * 1500 * 1000 * 3), shape: [1500, 1000, 3], count: 2 };
    const options = { classes: 2, epochs: 1, batch: 2, rate: 0.01, seed: 1, architecture: 'cnn' } as const;
    const began = performance.now();
    await expect(trainClassifier(backend, data, Int32Array.of(0, 1), options)).rejects.toMatchObject({
      fault: {
        code: 'SF7005',
        message: expect.stringMatching(/^The network would have 384 million weights; 214 million fit/),
        remedy: expect.stringContaining('densenet'),
      },
    });
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('keeps no tensor of a training or a model that is disposed', async () => {
    const before = backend.tf.memory();
    const data = { x: new Float32Array(64 * 4).map((_, i) => (i * 7) % 5), shape: [4], count: 64 };
    const labels = Int32Array.from({ length: 64 }, (_, i) => i % 2);
    const options = { architecture: 'mlp', classes: 2, epochs: 2, batch: 16, rate: 0.01, seed: 1 } as const;
    (await trainClassifier(backend, data, labels, options)).dispose();
    await expect(
      trainClassifier(backend, data, labels, { ...options, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ fault: { code: 'SF7021', class: 'cancelled' } });
    await expect(
      trainClassifier(backend, data, labels, { ...options, optimizer: 'sgd', rate: 1e30 }),
    ).rejects.toMatchObject({
      fault: { code: 'SF7020' },
    });
    const after = backend.tf.memory();
    expect(after.numTensors).toBe(before.numTensors);
    expect(after.numBytes).toBe(before.numBytes);
  });
});
