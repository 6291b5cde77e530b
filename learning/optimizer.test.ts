import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adam, descent, gradientAt } from './optimizer';
import { createRandom } from './random';

/** Rows, and parts of them that begin and end anywhere. */
const parts = fc.record({
  size: fc.integer({ min: 1, max: 5000 }),
  cut: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
  seed: fc.integer(),
});

function normals(size: number, name: string, scale = 1): Float32Array {
  const random = createRandom(name);
  return Float32Array.from({ length: size }, () => scale * random.normal());
}

describe('a step', () => {
  it('of Adam is what its definition says, of its own part only, for several steps', () => {
    fc.assert(
      fc.property(parts, ({ size, cut, seed }) => {
        const [from, to] = cut.map((at) => Math.floor(at * size)).sort((a, b) => a - b) as [number, number];
        const start = normals(size, `w${seed}`);
        const optimizer = adam(size, 0.01);
        const { weights, moments, gradients } = optimizer;
        weights.set(start);
        const [w, m, v] = [Float64Array.from(start), new Float64Array(size), new Float64Array(size)];
        for (let count = 1; count <= 4; count++) {
          for (const [at, row] of gradients.entries()) row.set(normals(size, `${at}/${seed}/${count}`, 0.1));
          // At a fifth of the training the rate is at its highest.
          optimizer.step(from, to, count, 0.2);
          for (let i = from; i < to; i++) {
            const g = gradients[0]![i]! + gradients[1]![i]!;
            m[i] = 0.9 * m[i]! + 0.1 * g;
            v[i] = 0.999 * v[i]! + 0.001 * g * g;
            w[i]! -= (0.01 * (m[i]! / (1 - 0.9 ** count))) / (Math.sqrt(v[i]! / (1 - 0.999 ** count)) + 1e-7);
          }
        }
        for (let i = 0; i < size; i++) {
          const inside = i >= from && i < to;
          if (inside) expect(Math.abs(weights[i]! - w[i]!)).toBeLessThan(2e-6 + 2e-7 * Math.abs(w[i]!));
          else expect([weights[i], moments[0][i], moments[1][i]]).toEqual([start[i], 0, 0]);
        }
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it('of Adam does not depend on how the row is cut', () => {
    const run = (cuts: number[]) => {
      const { weights, moments, gradients, step } = adam(5000, 0.01);
      weights.set(normals(5000, 'w'));
      for (const [at, row] of gradients.entries()) row.set(normals(5000, `${at}`));
      for (let at = 1; at < cuts.length; at++) step(cuts[at - 1]!, cuts[at]!, 1, 0.5);
      return [weights, ...moments];
    };
    expect(run([0, 1, 2501, 4999, 5000])).toEqual(run([0, 5000]));
  });

  it('of plain descent follows the sum of the shards', () => {
    const { weights, gradients, step } = descent(3, 0.5);
    for (const [at, row] of gradients.entries()) row.set([at + 1, 0.1 * (at + 1), 5]);
    weights.fill(1);
    step(0, 2, 1, 0);
    expect(weights).toEqual(Float32Array.of(-0.5, 1 - 0.5 * gradientAt(gradients, 1), 1));
    expect(gradientAt(gradients, 1)).toBe(Math.fround(gradients[0]![1]! + gradients[1]![1]!));
  });
});
