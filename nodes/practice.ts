import { type AutoencoderModel, type Backend, type PracticeOptions, practise, type Samples } from '../learning';
import { checkpointsOf, identityOf } from './checkpoints';
import type { NodeContext } from './contract';
import { keptModel } from './kept-model';

/** Raised where practice becomes another: what was kept of it before counts no more. */
const VERSION = 1;

/** What denoisers start from: it depends on clean samples alone, so the node's cache keeps it for the next pairs. */
export async function practised(
  node: NodeContext,
  backend: Backend,
  clean: Samples,
  {
    show,
    ...options
  }: Omit<PracticeOptions, 'onProgress'> & { show: (node: NodeContext) => PracticeOptions['onProgress'] },
): Promise<AutoencoderModel> {
  const parts = { practice: { version: VERSION, ...options }, backend: [backend.name, backend.arithmetic] };
  const digest = identityOf([clean], parts).slice(0, 32);
  const said = 'the denoiser that practised on these clean samples is kept from an earlier run';
  let finished = () => {};
  const model = await keptModel(node, backend, 'autoencoder', digest, said, (making) => {
    const { drop, ...checkpoints } = checkpointsOf(node, [clean], parts);
    finished = drop;
    return practise(backend, clean, { ...options, ...checkpoints, onProgress: show(making) });
  });
  finished();
  return model;
}
