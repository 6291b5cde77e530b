import { existsSync } from 'node:fs';
import path from 'node:path';
import { type AutoencoderModel, type Backend, loadModel, saveModel } from '../learning';
import { readText } from './data/content';
import { writeJson } from './data/write';
import { nodeFault } from './faults';

/** A denoising autoencoder and its router: what it explains as badly as no clean sample is not clean. */
export interface Denoiser {
  model: AutoencoderModel;
  /** Samples with a reconstruction loss above this one pass the denoiser; all others stay as they are. */
  threshold: number;
}

const ROUTER = 'router.json';

export async function saveDenoiser(folder: string, { model, threshold }: Denoiser): Promise<void> {
  await saveModel(model, folder);
  writeJson(path.join(folder, ROUTER), { threshold });
}

/** @throws SF7120 where the folder is none of `saveDenoiser`, SF7030 where it is damaged. */
export async function loadDenoiser(backend: Backend, folder: string): Promise<Denoiser> {
  const file = path.join(folder, ROUTER);
  if (!existsSync(file)) throw nodeFault('SF7120', 'Input denoiser is no denoiser.', NONE);
  const threshold = readThreshold(readText(file, 'Input denoiser'));
  const model = await loadModel(backend, folder);
  if (model.kind !== 'autoencoder') throw nodeFault('SF7120', `Input denoiser is a ${model.kind}.`, NONE);
  return { model, threshold };
}

const NONE = 'Connect the output `denoiser` of a scanflow/model-denoiser-wrapper.';

function readThreshold(text: string): number {
  let read: { threshold?: unknown } | null = null;
  try {
    read = JSON.parse(text);
  } catch {
    // Said below.
  }
  if (typeof read?.threshold === 'number') return read.threshold;
  throw nodeFault('SF7120', `${ROUTER} of input denoiser has no threshold.`, NONE);
}
