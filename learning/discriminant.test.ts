import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, openBackend } from './backend';
import { type ClassifierModel, type ClassifierOptions, predictClassifier, trainClassifier } from './classifier';
import { readMnist } from './mnist.fixture';
import { loadModel, saveModel } from './model/folder';
import { createRandom } from './random';

const options: ClassifierOptions = { architecture: 'discriminant', classes: 2, epochs: 1, batch: 1, rate: 1, seed: 1 };
let backend: Backend;
beforeAll(async () => {
  backend = await openBackend('wasm');
});
afterAll(() => backend.dispose());

describe('the discriminant', () => {
  it('finds the plane between two normal distributions that Bayes gives', async () => {
    const random = createRandom('planes');
    const count = 4000;
    const labels = Int32Array.from({ length: count }, (_, i) => (i % 4 === 0 ? 1 : 0));
    // Means (0, 0) and (2, 1), correlation by 0.5: S^-1 (2, 1) = (2, 0), so the second feature says nothing.
    const x = new Float32Array(2 * count);
    for (let i = 0; i < count; i++) {
      const [a, b] = [random.normal(), random.normal()];
      x[2 * i] = a + 2 * labels[i]!;
      x[2 * i + 1] = 0.5 * a + Math.sqrt(0.75) * b + labels[i]!;
    }
    const model = await trainClassifier(backend, { x, shape: [2], count }, labels, options);
    const points = { x: Float32Array.of(1, -3, 1, 3, 1 + Math.log(3) / 2, 0), shape: [2], count: 3 };
    const { probabilities } = await predictClassifier(backend, model, points);
    // At the middle of the means the priors 3 : 1 decide; half of log 3 further on, nothing does.
    const odds = [1, 3, 5].map((at) => Math.log(probabilities[at]! / (1 - probabilities[at]!)));
    expect(Math.abs(odds[0]! + Math.log(3))).toBeLessThan(0.5);
    expect(Math.abs(odds[1]! + Math.log(3))).toBeLessThan(0.5);
    expect(Math.abs(odds[2]!)).toBeLessThan(0.2);
  });

  it('counts a sample by its weight: twice is the same as two of it', async () => {
    const x = Float32Array.of(0, 1, 2, 0, 5, 1, 4, 3);
    const shape = [2];
    const labels = Int32Array.of(0, 0, 1, 1);
    const scaled = { ...options, weights: Float32Array.of(2, 2, 2, 2) };
    const plain = await trainClassifier(backend, { x, shape, count: 4 }, labels, options);
    const twice = await trainClassifier(backend, { x, shape, count: 4 }, labels, scaled);
    const found = await predictClassifier(backend, twice, { x, shape, count: 4 });
    expect(found).toEqual(await predictClassifier(backend, plain, { x, shape, count: 4 }));
    expect(found.labels).toEqual(labels);
  });

  it('reads digits, survives constant features, more features than samples, and a class without samples', async () => {
    const { data, labels } = readMnist('train', 3000);
    const test = readMnist('t10k', 1000);
    const model = await trainClassifier(backend, data, labels, { ...options, classes: 11 });
    const { labels: found, probabilities } = await predictClassifier(backend, model, test.data);
    expect(found.filter((label, i) => label === test.labels[i]).length).toBeGreaterThan(780);
    expect(probabilities.every(Number.isFinite)).toBe(true);
    expect(found.includes(10)).toBe(false);
    const few = { x: data.x.subarray(0, 30 * 784), shape: [28, 28, 1], count: 30 };
    const small = await trainClassifier(backend, few, labels.subarray(0, 30), { ...options, classes: 10 });
    expect((await predictClassifier(backend, small, few)).labels).toEqual(labels.subarray(0, 30));
    const same = { x: new Float32Array(12).fill(3), shape: [3], count: 4 };
    const constant = await trainClassifier(backend, same, Int32Array.of(0, 1, 1, 1), options);
    const [first] = (await predictClassifier(backend, constant, same)).probabilities;
    expect(first).toBeCloseTo(0.25, 3);
  });

  it('never predicts a class without samples, however far off a sample is', async () => {
    // Two classes close together: the logits of a sample between others are far below 0, of both.
    const x = Float32Array.from({ length: 80 }, (_, i) => (i < 40 ? 0 : 1) + 1e-4 * (i % 5));
    const labels = Int32Array.from({ length: 80 }, (_, i) => (i < 40 ? 0 : 1));
    const model = await trainClassifier(backend, { x, shape: [1], count: 80 }, labels, { ...options, classes: 3 });
    const far = { x: Float32Array.of(-1e3, -100, -1, 0, 0.5, 1, 2, 100, 1e3), shape: [1], count: 9 };
    const { labels: found, probabilities } = await predictClassifier(backend, model, far);
    expect(found).not.toContain(2);
    expect(probabilities.filter((_, i) => i % 3 === 2)).toEqual(new Float32Array(9));
    const folder = await mkdtemp(path.join(tmpdir(), 'scanflow-discriminant-'));
    await saveModel(model, folder);
    const again = (await loadModel(backend, folder)) as ClassifierModel;
    expect((await predictClassifier(backend, again, far)).probabilities).toEqual(probabilities);
    await rm(folder, { recursive: true });
  });

  it.each<[string, Partial<ClassifierOptions>]>([
    ['SF7013', { epochs: 0 }],
    ['SF7013', { weights: Float32Array.of(1, 1, 1) }],
    ['SF7013', { weights: Float32Array.of(1, Number.NaN) }],
    ['SF7013', { weights: Float32Array.of(1, -1) }],
    ['SF7013', { weights: new Float32Array(2) }],
    ['SF7021', { signal: AbortSignal.abort() }],
  ])('heeds its options as a network does: %s for %o', async (code, more) => {
    const two = { x: Float32Array.of(0, 1), shape: [1], count: 2 };
    const training = trainClassifier(backend, two, Int32Array.of(0, 1), { ...options, ...more });
    await expect(training).rejects.toMatchObject({ fault: { code } });
  });

  it('refuses more features than it can take', async () => {
    const wide = { x: new Float32Array(2 * 5000), shape: [5000], count: 2 };
    await expect(trainClassifier(backend, wide, Int32Array.of(0, 1), options)).rejects.toMatchObject({
      fault: { code: 'SF7010' },
    });
  });
});
