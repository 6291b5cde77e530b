import { ARCHITECTURES, createRandom, shuffle, trainClassifier } from '../learning';
import { checkpointsOf } from './checkpoints';
import type { NodeContext } from './contract';
import { readTable } from './data/read';
import { featuresOf, labelsOf, weightsOf } from './data/samples';
import { pickSamples } from './data/table';
import { saveClassifier, saveOnnx } from './model-file';
import { choice, flag, integer, number } from './parameters';
import { onBackend, showTraining } from './training';

/** Trains a classifier: `retrain` of Algorithm 11, from the start each time. */
export default async function classifier(node: NodeContext): Promise<void> {
  const options = {
    epochs: integer(node, 'epochs', 1),
    batch: integer(node, 'batch', 1),
    rate: number(node, 'learning_rate', 0),
    seed: integer(node, 'seed', 0),
    augmentWeighted: flag(node, 'augment'),
  };
  const architecture = choice(node, 'architecture', ['auto', ...ARCHITECTURES]);
  const all = readTable(node.input('data'), 'Input data');
  const table = pickSamples(all, chooseRows(all.count, weightsOf(all), integer(node, 'max_samples', 0), options.seed));
  const features = featuresOf(table);
  const labels = labelsOf(table);
  const classes = [...new Set(labels)].sort(byNumberThenText);
  const places = new Map(classes.map((label, i) => [label, i]));
  const truth = Int32Array.from(labels, (label) => places.get(label)!);
  node.tracking.metrics({ samples: table.count, classes: classes.length });
  await onBackend(async (backend) => {
    node.log(`${table.count} samples of ${classes.length} classes, on ${backend.name} ${backend.version}`);
    const weights = weightsOf(table);
    const chosen = {
      ...options,
      architecture: architecture === 'auto' ? (features.shape.length === 3 ? 'cnn' : 'mlp') : architecture,
      classes: classes.length,
    } as const;
    const data = [features, truth, ...(weights ? [weights] : [])];
    const { drop, ...checkpoints } = checkpointsOf(node, data, { ...chosen, backend: backend.name });
    const model = await trainClassifier(backend, features, truth, {
      ...chosen,
      ...checkpoints,
      weights,
      onProgress: showTraining(node, 'training'),
      signal: node.signal,
    });
    const trained = { model, classes, features: features.names };
    await saveClassifier(node.output('model'), trained);
    await saveOnnx(node.output('onnx'), trained);
    drop();
  });
}

/** At most `most` rows in their order, those with a weight of their own first of all; 0: all rows. */
export function chooseRows(count: number, weights: Float32Array | undefined, most: number, seed: number): number[] {
  const rows = Array.from({ length: count }, (_, row) => row);
  if (most === 0 || most >= count) return rows;
  const weighted = rows.filter((row) => weights && weights[row] !== 1);
  const plain = rows.filter((row) => !weights || weights[row] === 1);
  const chosen = shuffle(plain, createRandom(seed).fork('rows')).slice(0, Math.max(0, most - weighted.length));
  return [...weighted, ...chosen].sort((a, b) => a - b);
}

function byNumberThenText(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  return Number.isNaN(difference) || difference === 0 ? (a < b ? -1 : 1) : difference;
}
