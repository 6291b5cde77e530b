import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Backend, openBackend, takesLocalContrast } from '../../learning';
import type { Labelled } from './data';
import { readOptions } from './options';
import { accuracy, retrainBalanced, retrainFaithfully, trainFromStart } from './retrain';

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend('wasm');
});
afterAll(() => backend.dispose());

/** A lying or a standing bar, on a ground as bright as `light` says. */
function bars(count: number, light: number): Labelled {
  const x = new Uint8Array(count * 144).fill(light);
  const labels = Int32Array.from({ length: count }, (_, row) => row % 2);
  for (let row = 0; row < count; row++) {
    const at = 2 + ((row >> 1) % 8);
    for (let i = 0; i < 12; i++) x[row * 144 + (row % 2 === 0 ? at * 12 + i : i * 12 + at)] = light + 80;
  }
  return { data: { x, shape: [12, 12, 1], count }, labels };
}

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
