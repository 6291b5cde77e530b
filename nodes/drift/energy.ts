import type { Backend, ClassifierModel, Samples } from '../../learning';
import { inChunks } from '../../learning/inference';
import { checkSamples, checkShape } from '../../learning/samples';

/** The energy of each sample under a classifier, -log sum exp of its logits: high where no class fits. */
export async function energyOf(backend: Backend, model: ClassifierModel, data: Samples): Promise<Float32Array> {
  checkSamples(data, 'samples');
  checkShape(data, model.shape, 'samples');
  const energies = new Float32Array(data.count);
  await inChunks(backend, model, data, (logits, _input, first) => {
    energies.set(backend.tf.neg(backend.tf.logSumExp(logits, -1)).dataSync(), first);
  });
  return energies;
}
