import { createHash } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import {
  type AutoencoderModel,
  type AutoencoderOptions,
  type Backend,
  LearningError,
  loadModel,
  type Samples,
  saveModel,
  trainAutoencoder,
} from '../learning';
import { checkpointsOf } from './checkpoints';
import { cacheFolder, type NodeContext } from './contract';
import { showTraining } from './training';

/**
 * The autoencoder of these data and options: the kept one where there is one, else a new one (Algorithm 6), which is kept.
 *
 * @param data Already chosen and without the reference.
 */
export async function autoencoderFor(
  node: NodeContext,
  backend: Backend,
  data: Samples,
  options: AutoencoderOptions,
): Promise<AutoencoderModel> {
  const folder = path.join(cacheFolder(node, 'autoencoders'), digest(backend, data, options));
  const kept = await keptModel(backend, folder);
  if (kept) {
    node.log('the autoencoder of these data is kept from an earlier run');
    return kept;
  }
  const { drop, ...checkpoints } = checkpointsOf(node, [data], { ...options, backend: backend.name });
  const model = await trainAutoencoder(backend, data, {
    ...options,
    ...checkpoints,
    onProgress: showTraining(node, 'autoencoder', 0.9),
    signal: node.signal,
  });
  // Written aside first: another version of this node may be doing the same.
  const aside = `${folder}.${process.pid}`;
  await saveModel(model, aside);
  rmSync(folder, { recursive: true, force: true });
  renameSync(aside, folder);
  drop();
  return model;
}

async function keptModel(backend: Backend, folder: string): Promise<AutoencoderModel | undefined> {
  if (!existsSync(folder)) return undefined;
  try {
    const model = await loadModel(backend, folder);
    return model.kind === 'autoencoder' ? model : undefined;
  } catch (error) {
    if (error instanceof LearningError) return undefined;
    throw error;
  }
}

function digest(backend: Backend, data: Samples, { epochs, batch, rate, seed }: AutoencoderOptions): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify({ backend: backend.name, shape: data.shape, epochs, batch, rate, seed }));
  hash.update(new Uint8Array(data.x.buffer, data.x.byteOffset, data.x.byteLength));
  return hash.digest('hex').slice(0, 32);
}
