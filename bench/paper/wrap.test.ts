import { afterAll, beforeAll, expect, it } from 'vitest';
import { catalogue } from '../../graph/catalogue';
import { type Backend, createRandom, openBackend, practise } from '../../learning';
import { bars } from './bars.fixture';
import { join, type Labelled, pick } from './data';
import { readOptions } from './options';
import { COPIES, IMPROVED, retrainBalanced, type Teacher, trainFromStart } from './retrain';
import { wrapGated } from './wrap';

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend('wasm');
});
afterAll(() => backend.dispose());

/** A third of the pixels is brighter than any bar. */
function noisy({ data, labels }: Labelled, seed: string): Labelled {
  const random = createRandom(seed);
  const x = Uint8Array.from(data.x, (value) => (random.integer(3) === 0 ? 255 : value));
  return { data: { ...data, x }, labels };
}

it('takes the defaults of the node', () => {
  const defaults = new Map(catalogue.get('model-denoiser-wrapper')!.parameters.map((one) => [one.name, one.default]));
  const { design, epochs, rate } = IMPROVED;
  expect([
    defaults.get('design'),
    defaults.get('epochs'),
    defaults.get('learning_rate'),
    defaults.get('practice'),
  ]).toEqual([design, epochs, rate, COPIES]);
});

it('lets a denoiser stand before noise, not where nothing is to be undone, nor where it changes no answer', async () => {
  const teacher: Teacher = { backend, options: readOptions(['--threads', '1']), classes: 2, seed: 1 };
  const train = [bars(150, 0), bars(150, 20)].reduce(join);
  const base = await trainFromStart(teacher, train, 'mlp', 20, {});
  const { design, rate } = IMPROVED;
  const start = await practise(backend, train.data, { copies: 1000, epochs: 2, batch: 32, design, rate, seed: 1 });
  const [clean, fresh] = [bars(60, 0), bars(200, 0)];
  const compound = async (corrupted: Labelled, pool: Labelled) => {
    const learned = await retrainBalanced(teacher, base, train, corrupted);
    const { denoiser } = await wrapGated(teacher, { base, learned, start }, { corrupted, clean }, train, pool);
    for (const each of [learned, ...(denoiser ? [denoiser.model] : [])]) each.dispose();
    return denoiser !== undefined;
  };
  expect(await compound(noisy(clean, 'pairs'), noisy(fresh, 'pool'))).toBe(true);
  expect(await compound(noisy(clean, 'pairs'), pick(fresh, [0, 1, 2, 3]))).toBe(false);
  expect(await compound(clean, noisy(fresh, 'pool'))).toBe(false);
  for (const each of [base, start]) each.dispose();
});
