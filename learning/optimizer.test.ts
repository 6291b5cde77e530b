import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adam, descent, gradientAt } from './optimizer';
import { createRandom } from './random';

/** Rows longer than what is stepped at a time, and parts of them that begin and end anywhere. */
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
        const [weights, mean, square] = [start.slice(), new Float32Array(size), new Float32Array(size)];
        const [w, m, v] = [Float64Array.from(start), new Float64Array(size), new Float64Array(size)];
        const update = adam(0.01, [mean, square]);
        for (let count = 1; count <= 4; count++) {
          const shards = [normals(size, `a${seed}/${count}`, 0.1), normals(size, `b${seed}/${count}`, 0.1)];
          // At a fifth of the training the rate is at its highest.
          update(weights, shards, from, to, count, 0.2);
          for (let i = from; i < to; i++) {
            const g = shards[0]![i]! + shards[1]![i]!;
            m[i] = 0.9 * m[i]! + 0.1 * g;
            v[i] = 0.999 * v[i]! + 0.001 * g * g;
            w[i]! -= (0.01 * (m[i]! / (1 - 0.9 ** count))) / (Math.sqrt(v[i]! / (1 - 0.999 ** count)) + 1e-7);
          }
        }
        for (let i = 0; i < size; i++) {
          const inside = i >= from && i < to;
          if (inside) expect(Math.abs(weights[i]! - w[i]!)).toBeLessThan(2e-6 + 2e-7 * Math.abs(w[i]!));
          else expect([weights[i], mean[i], square[i]]).toEqual([start[i], 0, 0]);
        }
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it('of Adam does not depend on how the row is cut', () => {
    const gradients = [normals(5000, 'a'), normals(5000, 'b')];
    const run = (cuts: number[]) => {
      const rows = [normals(5000, 'w'), new Float32Array(5000), new Float32Array(5000)] as const;
      const update = adam(0.01, [rows[1], rows[2]]);
      for (let at = 1; at < cuts.length; at++) update(rows[0], gradients, cuts[at - 1]!, cuts[at]!, 1, 0.5);
      return rows;
    };
    expect(run([0, 1, 2501, 4999, 5000])).toEqual(run([0, 5000]));
  });

  it('of plain descent follows the sum of the shards', () => {
    const gradients = [Float32Array.of(1, 0.1, 5), Float32Array.of(2, 0.2, 5)];
    const weights = Float32Array.of(1, 1, 1);
    descent(0.5)(weights, gradients, 0, 2, 1, 0);
    expect(weights).toEqual(Float32Array.of(-0.5, 1 - 0.5 * gradientAt(gradients, 1), 1));
    expect(gradientAt(gradients, 1)).toBe(Math.fround(gradients[0]![1]! + gradients[1]![1]!));
  });
});
