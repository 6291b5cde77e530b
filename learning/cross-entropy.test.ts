import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossEntropy } from './cross-entropy';

const batches = fc
  .record({ samples: fc.integer({ min: 1, max: 6 }), classes: fc.integer({ min: 1, max: 7 }) })
  .chain(({ samples, classes }) =>
    fc.record({
      classes: fc.constant(classes),
      logits: fc.array(fc.double({ min: -30, max: 30, noNaN: true }), {
        minLength: samples * classes,
        maxLength: samples * classes,
      }),
      truth: fc.array(fc.integer({ min: 0, max: classes - 1 }), { minLength: samples, maxLength: samples }),
    }),
  );

/** -log of the probability that softmax gives to the truth. */
function definition(logits: ArrayLike<number>, truth: number[], classes: number): number {
  return truth.reduce((loss, right, sample) => {
    const odds = Array.from({ length: classes }, (_, c) => Math.exp(logits[sample * classes + c]!));
    return loss - Math.log(odds[right]! / odds.reduce((sum, each) => sum + each));
  }, 0);
}

describe('cross-entropy', () => {
  it('is what its definition says, and its gradient what finite differences say', () => {
    fc.assert(
      fc.property(batches, ({ logits, truth, classes }) => {
        const values = Float32Array.from(logits);
        const { loss, gradient } = crossEntropy(values, truth, classes, 8);
        expect(loss).toBeCloseTo(definition(values, truth, classes) / 8, 6);
        for (let at = 0; at < values.length; at++) {
          const at2 = (step: number) =>
            definition(
              Float64Array.from(values, (z, i) => (i === at ? z + step : z)),
              truth,
              classes,
            );
          expect(gradient[at]).toBeCloseTo((at2(1e-4) - at2(-1e-4)) / 2e-4 / 8, 5);
        }
      }),
      { seed: 1 },
    );
  });

  it('holds for logits that no power of e can hold, and shows what is not a number', () => {
    const { loss, gradient } = crossEntropy(Float32Array.of(2000, -2000), [1], 2, 1);
    expect(loss).toBe(4000);
    expect(gradient).toEqual(Float32Array.of(1, -1));
    expect(crossEntropy(Float32Array.of(Number.NaN, 1), [1], 2, 1).loss).toBeNaN();
    expect(crossEntropy(Float32Array.of(Number.POSITIVE_INFINITY, 1), [0], 2, 1).loss).toBeNaN();
  });
});
