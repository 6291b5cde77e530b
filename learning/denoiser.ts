import { type AutoencoderModel, checkAutoencoderData } from './autoencoder';
import type { Backend } from './backend';
import { inChunks } from './inference';
import { activate, sampleLosses } from './lesson';
import { checkShape, type Samples, sampleSize } from './samples';

/** A denoising autoencoder for images (Algorithm 10) and its router: what it explains as badly as no clean sample is not clean. */
export interface Denoiser {
  model: AutoencoderModel;
  /** Samples with a reconstruction loss above this one are denoised; all others stay as they are. */
  threshold: number;
  /** How far a sample moves towards what the network makes of it: from 0, not at all, to 1, all the way. */
  strength: number;
}

/**
 * What becomes of the samples that the router takes for corrupted, by row: brightness in [0, 1].
 *
 * @throws SF7010-SF7015 for samples that are no images of the shape that the denoiser was trained on.
 */
export async function denoise(
  backend: Backend,
  { model, threshold, strength }: Denoiser,
  data: Samples,
): Promise<Map<number, Float32Array>> {
  checkAutoencoderData(data, 'samples');
  checkShape(data, model.shape, 'samples');
  const size = sampleSize(data.shape);
  const changed = new Map<number, Float32Array>();
  await inChunks(backend, model, data, (output, input, first) => {
    const losses = sampleLosses(backend, output, input, model.scaling).dataSync();
    const [given, made] = [input.dataSync(), activate(backend, output, model.scaling).dataSync()];
    for (const [at, loss] of losses.entries()) {
      if (loss <= threshold) continue;
      const [from, to] = [at * size, (at + 1) * size];
      const target = made.subarray(from, to);
      const moved = Float32Array.from(given.subarray(from, to), (value, i) => value + strength * (target[i]! - value));
      changed.set(first + at, moved);
    }
  });
  return changed;
}
