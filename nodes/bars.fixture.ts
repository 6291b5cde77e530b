import { createRandom } from '../learning';
import type { NdArray } from './data/npy';
import { writeNpz } from './data/npz';

/** Bright bars: class 0 stands, class 1 lies. As small as images can be that both networks take. */
function bars(count: number, seed: number, noise = 20): { images: Uint8Array; labels: Uint8Array } {
  const random = createRandom(`bars/${seed}`);
  const images = new Uint8Array(count * 64);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
  for (let i = 0; i < count; i++) {
    const at = 1 + random.integer(6);
    for (let place = 0; place < 64; place++) {
      const on = labels[i] ? Math.floor(place / 8) === at : place % 8 === at;
      images[i * 64 + place] = Math.min(255, (on ? 200 : 0) + random.integer(noise));
    }
  }
  return { images, labels };
}

/** The bars as a file, with labels or bare. */
export function npz(count: number, seed: number, what: 'labelled' | 'bare' = 'labelled', noise = 20): Uint8Array {
  const { images, labels } = bars(count, seed, noise);
  const arrays = new Map<string, NdArray>([['x', { type: 'uint8', shape: [count, 8, 8], values: images }]]);
  const ids = Array.from({ length: count }, (_, i) => `s${seed}-${i}`);
  arrays.set('id', { type: 'text', shape: [count], values: ids });
  if (what === 'labelled')
    arrays.set('y', { type: 'int64', shape: [count], values: BigInt64Array.from(labels, BigInt) });
  return writeNpz(arrays);
}

/** Images that show nothing. */
export const plainImages = (count: number, side: number): Uint8Array =>
  writeNpz(
    new Map([['x', { type: 'uint8', shape: [count, side, side], values: new Uint8Array(count * side * side) }]]),
  );

/** Parameters of the classifier: one that is trained in no time. */
export const training = {
  architecture: 'auto',
  epochs: 3,
  patience: 0,
  batch: 16,
  learning_rate: 0.01,
  seed: 1,
  local_contrast: false,
  max_samples: 0,
  augment: true,
  // Models that were learned before are kept: this one is to be made each time.
  balanced_steps: 0,
  balanced_share: 0.5,
};
/** Parameters of the drift detector. */
export const detecting = {
  thresholds: [],
  n_critical: 10,
  epochs: 1,
  batch: 16,
  learning_rate: 0.002,
  seed: 1,
  bandwidth: 'scott',
  score: 'band',
  false_alarms: 0.05,
  max_train_samples: 100,
};
