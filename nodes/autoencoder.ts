import { createHash } from 'node:crypto';
import {
  type AutoencoderModel,
  type AutoencoderOptions,
  type Backend,
  type Samples,
  trainAutoencoder,
} from '../learning';
import { checkpointsOf } from './checkpoints';
import type { NodeContext } from './contract';
import { keptModel } from './kept-model';
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
  const said = 'the autoencoder of these data is kept from an earlier run';
  let finished = () => {};
  const model = await keptModel(node, backend, 'autoencoder', digest(backend, data, options), said, (making) => {
    const { drop, ...checkpoints } = checkpointsOf(node, [data], {
      ...options,
      backend: [backend.name, backend.arithmetic],
    });
    finished = drop;
    return trainAutoencoder(backend, data, {
      ...options,
      ...checkpoints,
      onProgress: showTraining(making, 'autoencoder', 0.9),
    });
  });
  finished();
  return model;
}

function digest(backend: Backend, data: Samples, { epochs, batch, rate, seed }: AutoencoderOptions): string {
  const hash = createHash('sha256');
  hash.update(
    JSON.stringify({ backend: [backend.name, backend.arithmetic], shape: data.shape, epochs, batch, rate, seed }),
  );
  hash.update(new Uint8Array(data.x.buffer, data.x.byteOffset, data.x.byteLength));
  return hash.digest('hex').slice(0, 32);
}
