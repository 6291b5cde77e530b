import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, openBackend } from './backend';
import { type ClassifierOptions, predictClassifier, trainClassifier } from './classifier';
import { flatten } from './network/flat';
import { createRandom } from './random';
import type { Samples } from './samples';

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend('wasm');
});
afterAll(() => backend.dispose());

const COUNT = 48;

function images(side: number, channels = 1): Samples {
  const random = createRandom(side);
  const x = Uint8Array.from({ length: COUNT * side * side * channels }, () => 256 * random.uniform());
  return { x, shape: [side, side, channels], count: COUNT };
}

function table(columns: number): Samples {
  const random = createRandom(columns);
  return { x: Float32Array.from({ length: COUNT * columns }, () => random.normal()), shape: [columns], count: COUNT };
}

const labelsOf = (classes: number) => Int32Array.from({ length: COUNT }, (_, row) => row % classes);
const train = (data: Samples, options: Pick<ClassifierOptions, 'architecture'> & Partial<ClassifierOptions>) =>
  trainClassifier(backend, data, labelsOf(options.classes ?? 3), {
    ...{ classes: 3, epochs: 1, batch: 16, rate: 0.01, seed: 1 },
    ...options,
  });
/** Steps so small that what it started from is seen. */
const hardly = { rate: 1e-9, seed: 2 };

describe('a training that starts from another model', () => {
  it.each([
    ['mlp', table(5)],
    ['mlp', images(8)],
    ['cnn', images(8)],
    ['densenet', images(8)],
  ] as const)('begins as that model, a %s', async (architecture, data) => {
    const first = await train(data, { architecture });
    const next = await train(data, { architecture, ...hardly, start: first });
    const [before, after] = [await flatten(first.network), await flatten(next.network)];
    // Running statistics follow the batches, whatever the rate.
    const moved = after.values.filter((value, at) => Math.abs(value - before.values[at]!) > 1e-6).length;
    expect(moved / after.values.length).toBeLessThan(architecture === 'densenet' ? 0.02 : 1e-9);
    const other = await train(data, { architecture, ...hardly });
    const chance = (await flatten(other.network)).values;
    expect(chance.filter((value, at) => Math.abs(value - before.values[at]!) > 1e-6).length).toBeGreaterThan(100);
    for (const model of [first, next, other]) model.dispose();
  });

  it('has classes of its own', async () => {
    const [data, architecture] = [images(8), 'cnn' as const];
    const first = await train(data, { architecture });
    const next = await train(data, { architecture, ...hardly, classes: 5, start: first });
    expect((await predictClassifier(backend, next, data)).probabilities).toHaveLength(5 * COUNT);
    const [before, after] = [await flatten(first.network), await flatten(next.network)];
    const last = before.starts.at(-3)!;
    for (let at = 0; at < last; at++) expect(Math.abs(after.values[at]! - before.values[at]!)).toBeLessThan(1e-6);
    for (const model of [first, next]) model.dispose();
  });

  it('may learn from images of another size, where no layer knows it', async () => {
    const first = await train(images(12), { architecture: 'densenet' });
    const next = await train(images(8), { architecture: 'densenet', start: first });
    expect(next.shape).toEqual([8, 8, 1]);
    for (const model of [first, next]) model.dispose();
  });

  it.each([
    ['another architecture', images(8), 'mlp', images(8), 'cnn', {}],
    ['local contrast', images(8), 'cnn', images(8), 'cnn', { localContrast: true }],
    ['another size, where a layer knows it', images(8), 'cnn', images(12), 'cnn', {}],
    ['colour', images(8), 'densenet', images(8, 3), 'densenet', {}],
    ['a table for images', images(8), 'mlp', table(64), 'mlp', {}],
    ['other columns', table(4), 'mlp', table(5), 'mlp', {}],
    ['a closed form', table(4), 'discriminant', table(4), 'discriminant', {}],
  ] as const)('refuses %s', async (_what, before, known, data, architecture, more) => {
    const first = await train(before, { architecture: known });
    const next = train(data, { architecture, start: first, ...more });
    await expect(next).rejects.toMatchObject({ fault: { code: 'SF7016' } });
    first.dispose();
  });
});
