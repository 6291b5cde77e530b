import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Backend, openBackend, takesLocalContrast } from '../../learning';
import { bars } from './bars.fixture';
import { readOptions } from './options';
import { accuracy, retrainBalanced, retrainFaithfully, trainFromStart } from './retrain';

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend('wasm');
});
afterAll(() => backend.dispose());

it.each(['mlp', 'cnn'] as const)('a retrained %s takes images as it did, whatever the light', async (architecture) => {
  const options = readOptions(['--threads', '1']);
  const teacher = { backend, options, classes: 2, seed: 1 };
  const [dark, bright] = [bars(256, 0), bars(64, 150)];
  const first = await trainFromStart(teacher, dark, architecture, 20, {});
  expect(await accuracy(backend, first, bright)).toBe(100);
  for (const retrain of [
    () => retrainFaithfully(teacher, first, dark),
    () => retrainBalanced(teacher, first, dark, bars(8, 0)),
  ]) {
    const after = await retrain();
    expect(takesLocalContrast(after)).toBe(true);
    expect(await accuracy(backend, after, bright)).toBe(100);
    after.dispose();
  }
  first.dispose();
});
