import { changeInPlace, changeLook } from './augment';
import { type AutoencoderModel, type AutoencoderOptions, checkAutoencoderData, trainAutoencoder } from './autoencoder';
import type { Backend } from './backend';
import { createRandom, shuffle } from './random';
import { type Samples, sampleSize } from './samples';

export interface PracticeOptions extends AutoencoderOptions {
  /** Changed copies to learn from; of large images fewer, as far as memory goes. */
  copies: number;
}

/** Of all copies together: 64 MB. */
const MOST = 2 ** 26;
/** Of so many copies one is left as it is: what is right is to stay. */
const UNCHANGED = 4;

/**
 * A denoiser that knows no corruption yet: it has learned to undo changes of how clean images look (`changeLook`). A training on
 * a few pairs that starts from it needs a quarter of the steps that one by chance needs, and understands more.
 *
 * @param clean Images. Each is copied about as often as any other, changed in another way each time.
 * @throws SF7010-SF7014 for data or options that cannot be learned from, SF7020 if it diverges, SF7021 if cancelled.
 */
export async function practise(
  backend: Backend,
  clean: Samples,
  { copies, ...options }: PracticeOptions,
): Promise<AutoencoderModel> {
  checkAutoencoderData(clean, 'clean samples');
  const { x, shape } = clean;
  const size = sampleSize(shape);
  const count = Math.max(1, Math.min(copies, Math.floor(MOST / (size * x.BYTES_PER_ELEMENT))));
  const order = shuffle(
    Int32Array.from({ length: clean.count }, (_, row) => row),
    createRandom(`${options.seed}/practice`),
  );
  const target: Samples = { ...clean, x: new (x.constructor as typeof Uint8Array)(count * size), count };
  for (let copy = 0; copy < count; copy++) {
    const row = order[copy % clean.count]!;
    target.x.set(x.subarray(row * size, (row + 1) * size), copy * size);
  }
  const changed: Samples = { ...target, x: target.x.slice() };
  for (let copy = 0; copy < count; copy++) {
    if (copy % UNCHANGED === 0) continue;
    const random = createRandom(`${options.seed}/practice/${copy}`);
    changeInPlace(changed.x.subarray(copy * size, (copy + 1) * size), (image) => changeLook(image, shape, random));
  }
  return trainAutoencoder(backend, changed, options, target);
}
