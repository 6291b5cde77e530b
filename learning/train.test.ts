import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, openBackend } from './backend';
import { type ClassifierOptions, predictClassifier, trainClassifier } from './classifier';
import { drawEpoch } from './draw';
import { flatten } from './network/flat';
import { createRandom } from './random';
import type { Samples } from './samples';
import type { Progress } from './train';

describe('the samples of an epoch', () => {
  it('are each of them once without weights, and with equal ones', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer(), fc.boolean(), (count, seed, weighted) => {
        const weights = weighted ? new Float32Array(count).fill(3) : undefined;
        const drawn = drawEpoch(count, weights, createRandom(seed));
        expect(Array.from(drawn).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
      }),
    );
  });

  it('appear floor or ceil of their share by weight', () => {
    const weights = fc.array(fc.float({ min: 0, max: 50, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(weights, fc.integer(), fc.integer({ min: 1, max: 200 }), (list, seed, draws) => {
        const total = list.reduce((sum, weight) => sum + weight, 0);
        fc.pre(total > 1e-3);
        const drawn = drawEpoch(list.length, Float32Array.from(list), createRandom(seed), draws);
        expect(drawn).toHaveLength(draws);
        for (const [i, weight] of list.entries()) {
          const share = (weight / total) * draws;
          const times = drawn.filter((one) => one === i).length;
          expect(times).toBeGreaterThanOrEqual(Math.floor(share - 1e-6));
          expect(times).toBeLessThanOrEqual(Math.ceil(share + 1e-6));
        }
      }),
    );
  });
});

describe('training', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await openBackend('wasm');
  });
  afterAll(() => backend.dispose());

  /** Two clouds that overlap a little: class 0 around -1, class 1 around +1, and a constant feature. */
  function clouds(count: number): { data: Samples; labels: Int32Array } {
    const random = createRandom('clouds');
    const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
    const x = Float32Array.from({ length: count * 3 }, (_, i) =>
      i % 3 === 2 ? 7 : random.normal() + (labels[Math.floor(i / 3)]! ? 1.5 : -1.5),
    );
    return { data: { x, shape: [3], count }, labels };
  }
  const options: ClassifierOptions = { architecture: 'mlp', classes: 2, epochs: 4, batch: 32, rate: 0.01, seed: 5 };

  it('tells where it stands, and its loss falls', async () => {
    const { data, labels } = clouds(300);
    const seen: Progress[] = [];
    (await trainClassifier(backend, data, labels, { ...options, onProgress: (one) => seen.push(one) })).dispose();
    expect(seen).toHaveLength(4 * 10);
    expect(seen[0]).toMatchObject({ epoch: 1, epochs: 4, batch: 1, batches: 10 });
    expect(seen.at(-1)).toMatchObject({ epoch: 4, batch: 10, left: 0 });
    expect(seen.at(-1)!.loss).toBeLessThan(seen[9]!.loss / 2);
  });

  it('gives the same bits for the same seed, and others for another', async () => {
    const { data, labels } = clouds(200);
    const weights = Float32Array.from({ length: 200 }, (_, i) => 1 + (i % 3));
    const run = async (seed: number) => {
      const model = await trainClassifier(backend, data, labels, { ...options, seed, weights });
      const { probabilities } = await predictClassifier(backend, model, data);
      model.dispose();
      return probabilities;
    };
    const first = await run(5);
    expect(await run(5)).toEqual(first);
    expect(await run(6)).not.toEqual(first);
  });

  it('takes the plain gradient step where it is asked for', async () => {
    const { data, labels } = clouds(200);
    const model = await trainClassifier(backend, data, labels, { ...options, optimizer: 'sgd', rate: 0.2, epochs: 6 });
    const { labels: found } = await predictClassifier(backend, model, data);
    expect(found.filter((label, i) => label === labels[i]).length).toBeGreaterThan(190);
    model.dispose();
  });

  it('tells how it does on samples that it does not learn from, as its predictions say', async () => {
    const [{ data, labels }, other] = [clouds(300), clouds(77)];
    const validation = { data: other.data, labels: other.labels.map((label, i) => (i % 5 === 0 ? 1 - label : label)) };
    const seen: Progress[] = [];
    const plain = await trainClassifier(backend, data, labels, options);
    const model = await trainClassifier(backend, data, labels, {
      ...options,
      validation,
      onProgress: (one) => seen.push(one),
    });
    const { probabilities, labels: found } = await predictClassifier(backend, model, validation.data);
    expect(probabilities).toEqual((await predictClassifier(backend, plain, validation.data)).probabilities);
    const told = seen.flatMap((one) => (one.validation ? [{ ...one.validation, epoch: one.epoch }] : []));
    expect(told.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    const losses = Array.from(validation.labels, (label, i) => -Math.log(probabilities[2 * i + label]!));
    expect(told.at(-1)!.loss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss) / 77, 5);
    expect(told.at(-1)!.accuracy).toBe(found.filter((label, i) => label === validation.labels[i]).length / 77);
    for (const model_ of [plain, model]) model_.dispose();
  });

  it('ends after epochs without a smaller validation loss, with the bits of the best one', async () => {
    const { data, labels } = clouds(100);
    // What is learned is wrong of these: the first epoch harms least.
    const validation = { data, labels: labels.map((label) => 1 - label) };
    const early = { ...options, optimizer: 'sgd' as const, rate: 0.05, validation };
    const seen: Progress[] = [];
    const onProgress = (one: Progress) => seen.push(one);
    const model = await trainClassifier(backend, data, labels, { ...early, epochs: 50, patience: 3, onProgress });
    expect(seen.at(-1)).toMatchObject({ epoch: 4, validation: { best: { epoch: 1 } } });
    const first = await trainClassifier(backend, data, labels, { ...early, epochs: 1 });
    expect((await flatten(model.network)).values).toEqual((await flatten(first.network)).values);
    for (const model_ of [first, model]) model_.dispose();
  });

  it('learns from what has weight only', async () => {
    const { data, labels } = clouds(200);
    // The second half says the opposite and weighs nothing.
    const twisted = labels.map((label, i) => (i < 100 ? label : 1 - label));
    const weights = Float32Array.from({ length: 200 }, (_, i) => (i < 100 ? 1 : 0));
    const model = await trainClassifier(backend, data, twisted, { ...options, epochs: 8, weights });
    const { labels: found } = await predictClassifier(backend, model, data);
    expect(found.filter((label, i) => label === labels[i]).length).toBeGreaterThan(190);
    model.dispose();
  });

  it('ends as diverged where its last step leaves weights that are not finite', async () => {
    const { data, labels } = clouds(32);
    const training = trainClassifier(backend, data, labels, { ...options, optimizer: 'sgd', epochs: 1, rate: 1e300 });
    await expect(training).rejects.toMatchObject({ fault: { code: 'SF7020' } });
  });

  it('stops within a batch when it is cancelled', async () => {
    const { data, labels } = clouds(300);
    const control = new AbortController();
    let batches = 0;
    const onProgress = () => {
      batches++;
      if (batches === 3) control.abort();
    };
    const training = trainClassifier(backend, data, labels, { ...options, onProgress, signal: control.signal });
    await expect(training).rejects.toMatchObject({ fault: { code: 'SF7021', class: 'cancelled' } });
    expect(batches).toBe(3);
  });

  it.each([
    ['SF7013', { epochs: 0 }],
    ['SF7013', { batch: 1.5 }],
    ['SF7013', { rate: -1 }],
    ['SF7013', { rate: Number.NaN }],
    ['SF7013', { patience: 1.5 }],
    ['SF7010', { validation: { data: { x: new Float32Array(0), shape: [3], count: 0 }, labels: new Int32Array(0) } }],
    ['SF7015', { validation: { data: { x: new Float32Array(2), shape: [2], count: 1 }, labels: new Int32Array(1) } }],
    ['SF7012', { validation: { data: { x: new Float32Array(3), shape: [3], count: 1 }, labels: Int32Array.of(2) } }],
    ['SF7013', { weights: new Float32Array(3) }],
    ['SF7013', { weights: new Float32Array(20) }],
    ['SF7013', { weights: new Float32Array(20).fill(-1) }],
    ['SF7013', { classes: 1 }],
    ['SF7015', { architecture: 'cnn' as const }],
  ])('answers %s to the options %o', async (code, wrong) => {
    const { data, labels } = clouds(20);
    await expect(trainClassifier(backend, data, labels, { ...options, ...wrong })).rejects.toMatchObject({
      fault: { code },
    });
  });

  it.each([
    ['SF7010', 'no samples', { x: new Float32Array(0), shape: [3], count: 0 }, new Int32Array(0)],
    ['SF7010', 'numbers that are missing', { x: new Float32Array(5), shape: [3], count: 2 }, new Int32Array(2)],
    ['SF7010', 'a shape of two sides', { x: new Float32Array(12), shape: [3, 2], count: 2 }, new Int32Array(2)],
    ['SF7010', 'a side of 0', { x: new Float32Array(0), shape: [0], count: 2 }, new Int32Array(2)],
    ['SF7011', 'NaN', { x: Float32Array.of(1, Number.NaN), shape: [1], count: 2 }, new Int32Array(2)],
    [
      'SF7011',
      'infinity',
      { x: Float32Array.of(1, Number.POSITIVE_INFINITY), shape: [1], count: 2 },
      new Int32Array(2),
    ],
    ['SF7012', 'labels that are missing', { x: new Float32Array(2), shape: [1], count: 2 }, new Int32Array(1)],
    ['SF7012', 'a label that is no class', { x: new Float32Array(2), shape: [1], count: 2 }, Int32Array.of(0, 2)],
    ['SF7012', 'a negative label', { x: new Float32Array(2), shape: [1], count: 2 }, Int32Array.of(0, -1)],
  ])('answers %s to %s', async (code, _what, data, labels) => {
    await expect(trainClassifier(backend, data, labels, options)).rejects.toMatchObject({ fault: { code } });
  });

  it('survives constant features, one sample, and a batch larger than the data', async () => {
    const data = { x: Float32Array.of(1e9, 1e9, 1e9), shape: [1], count: 3 };
    const model = await trainClassifier(backend, data, Int32Array.of(1, 1, 1), { ...options, batch: 500 });
    expect((await predictClassifier(backend, model, data)).labels).toEqual(Int32Array.of(1, 1, 1));
    model.dispose();
    const one = { x: Float32Array.of(2), shape: [1], count: 1 };
    (await trainClassifier(backend, one, Int32Array.of(0), options)).dispose();
  });
});
