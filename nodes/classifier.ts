import { isDeepStrictEqual } from 'node:util';
import { ARCHITECTURES, type Backend, flatten, type Labelled } from '../learning';
import type { NodeContext } from './contract';
import { readTable } from './data/read';
import { type Features, labelsOf, soundFeatures, weightsOf } from './data/samples';
import { sampleName } from './data/table';
import { nodeFault } from './faults';
import { loadClassifier, saveClassifier, saveOnnx } from './model-file';
import { choice, flag, integer, number } from './parameters';
import { type Start, stagesOf, trainInStages } from './stages';
import { onBackend } from './training';

/** Trains a classifier: `retrain` of Algorithm 11, from the start each time, or from the model at input `start`. */
export default async function classifier(node: NodeContext): Promise<void> {
  const options = {
    epochs: integer(node, 'epochs', 1),
    batch: integer(node, 'batch', 1),
    rate: number(node, 'learning_rate', 0),
    patience: integer(node, 'patience', 0),
    seed: integer(node, 'seed', 0),
    augmentWeighted: flag(node, 'augment'),
    localContrast: flag(node, 'local_contrast'),
  };
  const architecture = choice(node, 'architecture', ['auto', ...ARCHITECTURES]);
  const balance = { steps: integer(node, 'balanced_steps', 0), share: number(node, 'balanced_share', 0) };
  const table = readTable(node.input('data'), 'Input data');
  const weights = weightsOf(table);
  const stages = stagesOf(table.count, weights, integer(node, 'max_samples', 0), options.seed);
  const features = soundFeatures(table, 'brightness', { node });
  const labels = labelsOf(table);
  const classes = [...new Set(labels)].sort(byNumberThenText);
  const places = new Map(classes.map((label, i) => [label, i]));
  const truth = Int32Array.from(labels, (label) => places.get(label)!);
  const [plain, copies, labelled] = [stages.plain.length, stages.copies.length, stages.labelled.length];
  node.tracking.metrics({ samples: plain + copies + labelled, labelled, classes: classes.length });
  const validation = validationOf(node, features, places);
  if (options.patience > 0 && !validation) {
    throw nodeFault(
      'SF7103',
      `Parameter patience is ${options.patience}, and input validation is not connected.`,
      'Connect samples that are not trained on to the input `validation`, or set patience to 0.',
    );
  }
  await onBackend(async (backend) => {
    const and = `${copies > 0 ? `, ${copies} changed copies` : ''}${labelled > 0 ? `, ${labelled} labelled samples` : ''}`;
    node.log(`${plain} samples${and} of ${classes.length} classes, on ${backend.name} ${backend.version}`);
    const start = await startOf(node, backend, features.names);
    const model = await trainInStages(node, backend, {
      data: features,
      labels: truth,
      weights,
      stages,
      balance,
      start,
      validation,
      options: {
        ...options,
        architecture: architecture === 'auto' ? (features.shape.length === 3 ? 'cnn' : 'mlp') : architecture,
        classes: classes.length,
      },
    });
    start?.model.dispose();
    const trained = { model, classes, features: features.names };
    await saveClassifier(node.output('model'), trained);
    await saveOnnx(node.output('onnx'), trained);
  });
}

/**
 * The samples of input `validation`, which are not learned from; of a table its columns by name.
 *
 * @throws SF7117 for labels that are none of the training's, SF7121 for other columns.
 */
function validationOf(node: NodeContext, { names }: Features, places: Map<string, number>): Labelled | undefined {
  const file = node.optionalInput('validation');
  if (file === undefined) return undefined;
  const table = readTable(file, 'Input validation');
  const data = soundFeatures(table, 'brightness', { names });
  const labels = labelsOf(table);
  const strange = labels.findIndex((label) => !places.has(label));
  if (strange >= 0) {
    throw nodeFault(
      'SF7117',
      `${sampleName(table, strange)} of input validation has label ${labels[strange]}, which no sample of input data has.`,
      'Correct the label, or train on samples of this class, too.',
    );
  }
  return { data, labels: Int32Array.from(labels, (label) => places.get(label)!) };
}

/** The model that the training goes on from, of input `start`. @throws SF7120 where it knows other columns, or is no classifier. */
async function startOf(node: NodeContext, backend: Backend, names: string[] | undefined): Promise<Start | undefined> {
  const folder = node.optionalInput('start');
  if (folder === undefined) return undefined;
  const { model, features } = await loadClassifier(backend, folder, 'Input start');
  if (!isDeepStrictEqual(features, names)) {
    throw nodeFault(
      'SF7120',
      'Input start has learned from other columns.',
      'Give data with the same columns, in their order.',
    );
  }
  node.log(`goes on from a ${model.architecture} of ${model.classes} classes`);
  return { model, weights: (await flatten(model.network)).values };
}

function byNumberThenText(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  return Number.isNaN(difference) || difference === 0 ? (a < b ? -1 : 1) : difference;
}
