import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../learning';
import { attempt } from '../run.fixture';
import { clusterMedoids } from './medoids';

describe('medoids', () => {
  test('of five clouds are one of each, in any number of dimensions', () => {
    for (const size of [2, 200]) {
      const random = createRandom(size);
      const x = new Float32Array(250 * size);
      for (let row = 0; row < 250; row++) {
        for (let i = 0; i < size; i++) x[row * size + i] = random.normal() + 30 * (row % 5) * ((i % 3) - 1);
      }
      const rows = clusterMedoids({ x, shape: [size], count: 250 }, 5, 1);
      expect(new Set(rows.map((row) => row % 5)).size).toBe(5);
    }
  });

  test('are as many different rows as were asked for, or all; copies too', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 45 }),
        fc.integer({ min: 0, max: 9 }),
        (values, count, seed) => {
          const rows = clusterMedoids({ x: Float32Array.from(values), shape: [1], count: values.length }, count, seed);
          expect(new Set(rows).size).toBe(rows.length);
          expect(rows).toHaveLength(Math.min(count, values.length));
          expect(rows.every((row) => row >= 0 && row < values.length)).toBe(true);
        },
      ),
    );
  });
});

describe('other ways to choose', () => {
  const options = { n_critical: 4, seed: 1, bandwidth: 'scott', thresholds: [] };
  const data = `id,a,b\n${Array.from({ length: 40 }, (_, i) => `r${i},${50 * (i % 4)},${i / 100}`).join('\n')}\n`;
  const chosen = async (method: string, inputs: Parameters<typeof attempt>[2] = {}) => {
    const made = await attempt('critical-point-selector', { ...options, method }, { data, ...inputs });
    expect(made.errors).toEqual([]);
    return made
      .read('critical')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => Number(/^r(\d+)/.exec(line)![1]));
  };

  test('medoids stand for all, at random is seeded', async () => {
    expect(new Set((await chosen('medoids')).map((row) => row % 4))).toEqual(new Set([0, 1, 2, 3]));
    expect(await chosen('random')).toEqual(await chosen('random'));
  });

  test('uncertainty takes the least confident predictions, in whatever order they stand', async () => {
    const confidence = (i: number) => (i % 10 === 3 ? 0.3 : 0.9);
    const rows = Array.from({ length: 40 }, (_, i) => `r${39 - i},x,${confidence(39 - i)}`);
    expect(await chosen('uncertainty', { predictions: `id,label,confidence\n${rows.join('\n')}\n` })).toEqual([
      3, 13, 23, 33,
    ]);
  });

  test('choose among the anomalous where losses are bound', async () => {
    const train = `loss\n${Array.from({ length: 100 }, (_, i) => i).join('\n')}\n`;
    const test_ = `loss\n${Array.from({ length: 40 }, (_, i) => (i < 6 ? 500 : 50)).join('\n')}\n`;
    for (const method of ['medoids', 'random']) {
      expect((await chosen(method, { train, test: test_ })).every((row) => row < 6)).toBe(true);
    }
  });

  test.each<[string, Parameters<typeof attempt>[2], RegExp]>([
    ['density', {}, /^SF7104 Input train is not bound/],
    ['uncertainty', {}, /^SF7104 Uncertainty is that of a model/],
    ['uncertainty', { predictions: 'id,label,confidence\nr0,x,0.5\n' }, /^SF7130 Sample r1 has no confidence/],
  ])('%s without what it needs: a clear error', async (method, inputs, message) => {
    const made = await attempt('critical-point-selector', { ...options, method }, { data, ...inputs });
    expect([made.code, made.errors[0]]).toEqual([1, expect.stringMatching(message)]);
  });
});
