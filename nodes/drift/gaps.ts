import type { Samples } from '../../learning';
import { type BatchTest, exactTestOfBoth } from './batch-test';

/**
 * The mean of each feature of a table, of the numbers that are there; 0 where there are none. In the place of a number that is
 * missing, it makes a sample neither more nor less strange.
 */
export function meansOf({ x, shape, count }: Samples): Float32Array {
  const size = shape[0]!;
  return Float32Array.from({ length: size }, (_, at) => {
    let [sum, known] = [0, 0];
    for (let row = 0; row < count; row++) {
      const value = x[row * size + at]!;
      if (Number.isNaN(value)) continue;
      sum += value;
      known++;
    }
    return known === 0 ? 0 : sum / known;
  });
}

/** Samples of a table without gaps. */
export const fillGaps = (data: Samples, means: Float32Array): Samples => ({
  ...data,
  x: Float32Array.from(data.x, (value, i) => (Number.isNaN(value) ? means[i % means.length]! : value)),
});

/** For each column with gaps on either side: whether they are as frequent in the batch as in the reference. */
export function gapTests(reference: Samples, batch: Samples, names: readonly string[]): BatchTest[] {
  const gapsOf = ({ x, count }: Samples, at: number) => {
    let gaps = 0;
    for (let row = 0; row < count; row++) if (Number.isNaN(x[row * names.length + at]!)) gaps++;
    return gaps;
  };
  return names.flatMap((name, at): BatchTest[] => {
    const [before, now] = [gapsOf(reference, at), gapsOf(batch, at)];
    if (before + now === 0) return [];
    const pValue = exactTestOfBoth(now, batch.count, before, reference.count);
    return [{ of: `column ${name}`, test: 'missing', statistic: now / batch.count, pValue }];
  });
}
