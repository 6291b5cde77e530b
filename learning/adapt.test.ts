import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AdaptOptions, adaptClassifier, trustIn } from './adapt';
import { type Backend, openBackend } from './backend';
import { type ClassifierModel, predictClassifier, trainClassifier } from './classifier';
import { flatten } from './network/flat';
import { createRandom } from './random';
import type { Labelled } from './samples';
import type { Progress } from './train';

/** Two classes of points; in `moved` the first feature says the opposite, and the second tells the two apart. */
function points(count: number, seed: number, moved = false): Labelled {
  const random = createRandom(`points/${seed}`);
  const x = new Float32Array(count * 2);
  const labels = Int32Array.from({ length: count }, (_, row) => row % 2);
  for (const [row, label] of labels.entries()) {
    x[2 * row] = (label ? 1 : -1) * (moved ? -1 : 1) + 0.3 * random.normal();
    x[2 * row + 1] = (moved ? 4 : 0) + 0.3 * random.normal();
  }
  return { data: { x, shape: [2], count }, labels };
}

const options: AdaptOptions = { steps: 100, share: 0.5, batch: 16, rate: 0.01, jitter: false, seed: 1 };
const known = points(600, 1);
const few = points(10, 2, true);
let backend: Backend;
let model: ClassifierModel;

beforeAll(async () => {
  backend = await openBackend('wasm');
  const training = { architecture: 'mlp', classes: 2, epochs: 5, batch: 16, rate: 0.01, seed: 1 } as const;
  model = await trainClassifier(backend, known.data, known.labels, training);
});
afterAll(() => backend.dispose());

async function accuracy(of: ClassifierModel, { data, labels }: Labelled): Promise<number> {
  const found = (await predictClassifier(backend, of, data)).labels;
  return labels.reduce((sum, label, row) => sum + (found[row] === label ? 1 : 0), 0) / labels.length;
}

const bits = async (of: ClassifierModel) => Buffer.from((await flatten(of.network)).values.slice().buffer);

describe('a few labels among many samples', () => {
  it('are learned, and what was known is not forgotten', async () => {
    const before = await bits(model);
    expect(await accuracy(model, points(400, 3, true))).toBeLessThan(0.6);
    const adapted = await adaptClassifier(backend, model, known, few, options);
    expect(await accuracy(adapted, points(400, 3, true))).toBeGreaterThan(0.95);
    expect(await accuracy(adapted, points(400, 4))).toBeGreaterThan(0.97);
    expect((await bits(model)).equals(before)).toBe(true);
    // Standardised as the model's own samples were: a constant shift of the few would else be lost.
    expect(adapted.scaling).toEqual(model.scaling);
  });

  it.each([true, false])('leave it at taking images by local contrast, or not: %s', async (localContrast) => {
    const images: Labelled = {
      data: { x: new Float32Array(16 * 20).fill(0.5), shape: [4, 4, 1], count: 20 },
      labels: new Int32Array(20),
    };
    const parts = {
      architecture: 'mlp',
      classes: 2,
      epochs: 1,
      batch: 16,
      rate: 0.01,
      seed: 1,
      localContrast,
    } as const;
    const before = await trainClassifier(backend, images.data, images.labels, parts);
    const after = await adaptClassifier(backend, before, images, images, { ...options, steps: 1 });
    expect(after.network.layers).toEqual(before.network.layers);
    expect(after.network.layers[0]!.kind).toBe(localContrast ? 'local-contrast' : 'flatten');
  });

  it('give the same bits for the same seed, others for another', async () => {
    const adapt = async (seed: number) => bits(await adaptClassifier(backend, model, known, few, { ...options, seed }));
    const first = await adapt(1);
    expect((await adapt(1)).equals(first)).toBe(true);
    expect((await adapt(2)).equals(first)).toBe(false);
  });

  it('are drawn by their weights', async () => {
    // Two that contradict all others, counting nearly nothing.
    const labels = Int32Array.from(few.labels, (label, row) => (row < 2 ? 1 - label : label));
    const weights = Float32Array.from(labels, (_, row) => (row < 2 ? 1e-6 : 1));
    const adapted = await adaptClassifier(backend, model, known, { data: few.data, labels }, { ...options, weights });
    expect(await accuracy(adapted, points(400, 3, true))).toBeGreaterThan(0.95);
  });

  it('cost as many batches as were asked for, whatever there is', async () => {
    for (const [steps, count, labels] of [
      [40, 600, 10],
      [40, 20, 10],
      [7, 1, 10],
      [40, 600, 100],
      [40, 600, 640],
      [40, 600, 10_000],
      [3, 600, 10_000],
      [1, 600, 10],
    ] as const) {
      let batches = 0;
      const onProgress = () => void batches++;
      const labelled = points(labels, 2, true);
      await adaptClassifier(backend, model, points(count, 1), labelled, { ...options, steps, onProgress });
      expect(Math.abs(batches - steps)).toBeLessThanOrEqual(2);
    }
  });

  it('are learned in whole epochs where these come near, as all results were that are written down', async () => {
    const seen: string[] = [];
    const onProgress = ({ epochs, batches }: Progress) => void seen.push(`${epochs} x ${batches}`);
    // 302 batches for 300, and 48 for 45, which is more than a sixteenth.
    await adaptClassifier(backend, model, points(3000, 1), few, { ...options, steps: 300, onProgress });
    expect(new Set(seen.splice(0))).toEqual(new Set(['2 x 151']));
    await adaptClassifier(backend, model, points(3000, 1), points(24, 2), { ...options, steps: 45, onProgress });
    expect(new Set(seen)).toEqual(new Set(['1 x 45']));
  });

  it('are learned beside what was known where there are more of them than fit, too', async () => {
    const many = points(5000, 2, true);
    const adapted = await adaptClassifier(backend, model, known, many, options);
    expect(await accuracy(adapted, points(400, 3, true))).toBeGreaterThan(0.95);
    expect(await accuracy(adapted, points(400, 4))).toBeGreaterThan(0.95);
  });

  it('are moved and turned, whatever their weight comes to', async () => {
    const random = createRandom('images');
    const images = (count: number): Labelled => ({
      data: { x: Float32Array.from({ length: 64 * count }, () => random.uniform()), shape: [8, 8, 1], count },
      labels: Int32Array.from({ length: count }, (_, row) => row % 2),
    });
    const [three, seven] = [images(3), images(7)];
    const parts = { architecture: 'mlp', classes: 2, epochs: 1, batch: 16, rate: 0.01, seed: 1 } as const;
    const before = await trainClassifier(backend, three.data, three.labels, parts);
    const adapt = async (share: number, jitter: boolean) =>
      bits(await adaptClassifier(backend, before, three, seven, { ...options, steps: 2, share, jitter }));
    // 7 against 3 is 1 for each but for rounding, in double precision; and 1.
    expect((0.7 / (1 - 0.7)) * 3 - 7).not.toBe(0);
    for (const share of [0.5, 0.7]) expect((await adapt(share, true)).equals(await adapt(share, false))).toBe(false);
  });

  it('are followed as far as they are trusted', async () => {
    const [whole, half] = await Promise.all(
      [1, 0.5].map(async (trust) => {
        const adapted = await adaptClassifier(backend, model, known, few, { ...options, trust });
        return (await flatten(adapted.network)).values;
      }),
    );
    const before = (await flatten(model.network)).values;
    for (const [i, value] of half!.entries()) expect(value).toBeCloseTo((before[i]! + whole![i]!) / 2, 5);
    expect([1, 10, 30, 1000].map((labels) => trustIn(labels, 10))).toEqual([1 / 11, 0.5, 0.75, 0.8]);
  });

  it('need the shape that the model was trained on, as what is known does', async () => {
    const wide: Labelled = { data: { x: new Float32Array(12), shape: [3], count: 4 }, labels: new Int32Array(4) };
    for (const given of [
      [wide, few],
      [known, wide],
      [wide, wide],
    ] as const) {
      const adapted = adaptClassifier(backend, model, ...given, options);
      await expect(adapted).rejects.toMatchObject({ fault: { code: 'SF7015' } });
    }
  });

  it.each<[string, Partial<AdaptOptions>]>([
    ['share', { share: 0 }],
    ['share', { share: 1 }],
    ['share', { share: Number.NaN }],
    ['steps', { steps: 0 }],
    ['steps', { steps: 1.5 }],
    ['rate', { rate: 0 }],
    ['trust', { trust: 0 }],
    ['trust', { trust: 1.1 }],
  ])('need options in range: %s', async (name, wrong) => {
    await expect(adaptClassifier(backend, model, known, few, { ...options, ...wrong })).rejects.toMatchObject({
      fault: { code: 'SF7013', message: expect.stringContaining(name) },
    });
  });
});
