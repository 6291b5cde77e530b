import { type Backend, predictClassifier, type Samples } from '../../learning';
import { inChunks } from '../../learning/inference';
import { checkSamples, checkShape } from '../../learning/samples';
import type { Classifier } from '../model-file';

/** What the last layer but one of a classifier makes of each sample: near each other is what it takes for alike. */
export async function classifierFeatures(
  backend: Backend,
  { model }: Pick<Classifier, 'model'>,
  data: Samples,
): Promise<Samples> {
  checkSamples(data, 'samples');
  checkShape(data, model.shape, 'samples');
  const parts: Float32Array[] = [];
  const keep = (output: { dataSync(): ArrayLike<number> }) => void parts.push(Float32Array.from(output.dataSync()));
  await inChunks(backend, model, data, keep, model.network.layers.length - 1);
  const x = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    x.set(part, at);
    at += part.length;
  }
  return { x, shape: [x.length / data.count], count: data.count };
}

/** One minus the probability of the class that is predicted. */
export async function uncertainty(backend: Backend, { model }: Classifier, data: Samples): Promise<Float32Array> {
  const { probabilities } = await predictClassifier(backend, model, data);
  return Float32Array.from({ length: data.count }, (_, row) => {
    return 1 - Math.max(...probabilities.subarray(row * model.classes, (row + 1) * model.classes));
  });
}
