import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, openBackend } from './backend';
import { type ClassifierModel, predictClassifier, trainClassifier } from './classifier';
import { readMnist } from './mnist.fixture';
import { assign, flatten } from './network/flat';

const accuracy = (found: Int32Array, truth: Int32Array) =>
  found.filter((label, i) => label === truth[i]).length / truth.length;

describe('classifiers on real digits', () => {
  const { data, labels } = readMnist('train', 3000);
  const test = readMnist('t10k', 1000);
  let backend: Backend;
  let model: ClassifierModel;
  beforeAll(async () => {
    backend = await openBackend('wasm');
    model = await trainClassifier(backend, data, labels, {
      architecture: 'cnn',
      classes: 10,
      epochs: 3,
      batch: 32,
      rate: 0.004,
      seed: 1,
    });
  });
  afterAll(() => backend.dispose());

  it('a cnn reads them', async () => {
    const { probabilities, labels: found } = await predictClassifier(backend, model, test.data);
    expect(accuracy(found, test.labels)).toBeGreaterThan(0.94);
    for (let i = 0; i < 1000; i++) {
      const row = probabilities.subarray(i * 10, i * 10 + 10);
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
      expect(row.indexOf(Math.max(...row))).toBe(found[i]);
    }
  });

  it('takes images by local contrast, if it is told to', async () => {
    const faint = { ...test.data, x: Float32Array.from(test.data.x, (byte) => 0.5 + (0.4 * byte) / 255) };
    const read = async (of: ClassifierModel) =>
      accuracy((await predictClassifier(backend, of, faint)).labels, test.labels);
    expect(await read(model)).toBeLessThan(0.8);
    const parts = { architecture: 'cnn', classes: 10, epochs: 3, batch: 32, rate: 0.004, seed: 1 } as const;
    const steady = await trainClassifier(backend, data, labels, { ...parts, localContrast: true });
    expect(await read(steady)).toBeGreaterThan(0.93);
    steady.dispose();
  });

  it('gives bytes and numbers in [0, 1] the same meaning, whatever the number of samples', async () => {
    const whole = await predictClassifier(backend, model, test.data);
    const floats = { ...test.data, x: Float32Array.from(test.data.x, (byte) => byte / 255) };
    expect(await predictClassifier(backend, model, floats)).toEqual(whole);
    const few = { x: test.data.x.subarray(0, 7 * 784), shape: [28, 28, 1], count: 7 };
    const { labels: found } = await predictClassifier(backend, model, few);
    expect(found).toEqual(whole.labels.subarray(0, 7));
  });

  it('an mlp reads them too', async () => {
    const mlp = await trainClassifier(backend, data, labels, {
      architecture: 'mlp',
      classes: 10,
      epochs: 4,
      batch: 32,
      rate: 0.002,
      seed: 1,
    });
    expect(accuracy((await predictClassifier(backend, mlp, test.data)).labels, test.labels)).toBeGreaterThan(0.88);
    mlp.dispose();
  });

  it('jitters the weighted samples only, and still gives the same bits twice', async () => {
    const few = { x: data.x.subarray(0, 200 * 784), shape: [28, 28, 1], count: 200 };
    const run = async (weight: number, augmentWeighted: boolean) => {
      const weights = new Float32Array(200).fill(weight);
      const options = { architecture: 'cnn', classes: 10, epochs: 1, batch: 32, rate: 0.004, seed: 3 } as const;
      const one = await trainClassifier(backend, few, labels.subarray(0, 200), {
        ...options,
        weights,
        augmentWeighted,
      });
      const { probabilities } = await predictClassifier(backend, one, few);
      one.dispose();
      return probabilities;
    };
    const plain = await run(1, false);
    expect(await run(1, true)).toEqual(plain);
    const jittered = await run(2, true);
    expect(jittered).not.toEqual(plain);
    expect(await run(2, true)).toEqual(jittered);
  });

  it('says that its weights are too large for a prediction', async () => {
    const { values, starts } = await flatten(model.network);
    const large = Float32Array.from(values, (value) => value * 1e20);
    assign(backend, model.network, { values: large, starts });
    await expect(predictClassifier(backend, model, test.data)).rejects.toMatchObject({ fault: { code: 'SF7020' } });
    assign(backend, model.network, { values, starts });
  });

  it('refuses samples of another shape', async () => {
    const colour = { x: new Uint8Array(32 * 32 * 3), shape: [32, 32, 3], count: 1 };
    await expect(predictClassifier(backend, model, colour)).rejects.toMatchObject({ fault: { code: 'SF7015' } });
  });

  it.each([[[8, 8, 1]], [[32, 32, 3]], [[7, 9, 2]], [[1, 1, 1]]])('learns images of %o', async (shape) => {
    const size = shape.reduce((product, side) => product * side, 1);
    // Dark ones and bright ones.
    const x = Float32Array.from({ length: 40 * size }, (_, i) => (Math.floor(i / size) % 2 ? 0.9 : 0.1));
    const truth = Int32Array.from({ length: 40 }, (_, i) => i % 2);
    const bright = { x, shape, count: 40 };
    const options = { architecture: 'cnn', classes: 2, epochs: 15, batch: 8, rate: 0.01, seed: 1 } as const;
    const one = await trainClassifier(backend, bright, truth, options);
    expect((await predictClassifier(backend, one, bright)).labels).toEqual(truth);
    one.dispose();
  });
});
