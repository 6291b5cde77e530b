import { createRandom, type Samples, selectCriticalPoints, shuffle } from '../learning';
import { sampleSize } from '../learning/samples';
import { gather, learnScaling } from '../learning/scaling';
import type { NodeContext } from './contract';
import { idsOf } from './data/identity';
import { type Losses, readLosses } from './data/losses';
import { readById, readTable } from './data/read';
import { featuresOf, soundFeatures } from './data/samples';
import { pickSamples, type Table } from './data/table';
import { writeTable } from './data/write';
import { bandwidth, criticalSamples, thresholds } from './drift-detector';
import { nodeFault } from './faults';
import { loadClassifier } from './model-file';
import { choice, integer } from './parameters';
import { classifierFeatures, uncertainty } from './selection/classifier-view';
import { clusterMedoids } from './selection/medoids';
import { writeTags } from './tags';
import { onBackend } from './training';

/** Which samples are worth a person's time, and what is said of all. */
interface Choice {
  /** Rows, the most wanted first. */
  indices: number[];
  anomalous: ArrayLike<number>;
  severity: ArrayLike<number>;
}

/** Algorithm 7, the Critical Point Selector, on losses of any detector; and other ways to choose. */
export default async function criticalPointSelector(node: NodeContext): Promise<void> {
  const data = readTable(node.input('data'), 'Input data');
  const ids = idsOf(data);
  const options = {
    nCritical: integer(node, 'n_critical', 1),
    seed: integer(node, 'seed', 0),
    bandwidth: bandwidth(node),
    thresholds: thresholds(node),
  };
  const method = choice(node, 'method', ['density', 'medoids', 'random', 'uncertainty']);
  const points = losses(node, data, ids, options, method === 'density');
  // Without losses, all samples are candidates.
  const candidates = ids.flatMap((_, row) => (points && points.anomalous[row] === 0 ? [] : [row]));
  const chosen = await choose(node, method, { data, ids, candidates, points, ...options });
  if (chosen.indices.length > 0) writeTable(node.output('critical'), criticalSamples(data, chosen.indices));
  writeTags(node.output('tags'), { ids, ...chosen });
  const count = Array.from(chosen.anomalous).reduce((sum, flag) => sum + flag, 0);
  const band = points?.trials.at(-1);
  node.tracking.metrics({
    candidates: candidates.length,
    anomalous_share: data.count === 0 ? 0 : count / data.count,
    anomalous: count,
    critical: chosen.indices.length,
    ...(band && {
      threshold_high: band.thresholdHigh,
      threshold_low: band.thresholdLow,
      trials: points!.trials.length,
    }),
  });
  node.log(
    `${candidates.length} of ${data.count} samples are candidates, ${chosen.indices.length} chosen by ${method}`,
  );
}

interface Question {
  data: Table;
  ids: string[];
  candidates: number[];
  points: ReturnType<typeof selectCriticalPoints> | undefined;
  nCritical: number;
  seed: number;
}

async function choose(node: NodeContext, method: string, question: Question): Promise<Choice> {
  const { data, ids, candidates, points, nCritical, seed } = question;
  if (method === 'density') return points!;
  const said = points ?? {
    anomalous: new Uint8Array(data.count).fill(1),
    severity: new Float32Array(data.count).fill(1),
  };
  const { anomalous, severity } = said;
  if (candidates.length === 0) return { indices: [], anomalous, severity };
  if (method === 'random') {
    const order = shuffle([...candidates], createRandom(seed).fork('random'));
    return { indices: order.slice(0, nCritical), anomalous, severity };
  }
  if (method === 'medoids') {
    const rows = clusterMedoids(await viewOf(node, pickSamples(data, candidates)), nCritical, seed);
    return { indices: rows.map((row) => candidates[row]!), anomalous, severity };
  }
  const unsure = await unsureOf(node, data, ids);
  const order = candidates.toSorted((a, b) => unsure[b]! - unsure[a]! || a - b);
  return { indices: order.slice(0, nCritical), anomalous, severity: points ? severity : unsure };
}

/** Algorithm 7 where losses are bound. @throws SF7104 where they must be and are not. */
function losses(
  node: NodeContext,
  data: Table,
  ids: string[],
  options: Parameters<typeof selectCriticalPoints>[2],
  must: boolean,
) {
  const bound = (['train', 'test'] as const).filter((port) => node.optionalInput(port) !== undefined);
  if (bound.length === 0 && !must) return undefined;
  const train = readLosses(node.input('train'), 'Input train');
  const test = alignLosses(readLosses(node.input('test'), 'Input test'), data, ids);
  return selectCriticalPoints(train.values, test, options);
}

/** What distances between samples are computed from: a classifier's features where one is bound, else the samples, scaled. */
async function viewOf(node: NodeContext, data: Table): Promise<Samples> {
  const folder = node.optionalInput('model');
  if (folder !== undefined) {
    return onBackend(async (backend) => {
      const classifier = await loadClassifier(backend, folder);
      return classifierFeatures(backend, classifier, featuresOf(data, classifier.features));
    });
  }
  const features = soundFeatures(data, 'any', { node });
  const size = sampleSize(features.shape);
  const rows = Int32Array.from({ length: features.count }, (_, row) => row);
  const x = gather(features, rows, learnScaling(features), new Float32Array(features.count * size));
  return { x, shape: [size], count: features.count };
}

/** How unsure a model is of each sample: by the confidence of its predictions, or by asking it. */
async function unsureOf(node: NodeContext, data: Table, ids: readonly string[]): Promise<Float32Array> {
  const file = node.optionalInput('predictions');
  if (file !== undefined) {
    const confidences = readById(file, ['confidence'], 'Input predictions');
    return Float32Array.from(ids, (id) => {
      const confidence = Number(confidences.get(id) || Number.NaN);
      if (Number.isFinite(confidence)) return 1 - confidence;
      throw nodeFault('SF7130', `Sample ${id} has no confidence in input predictions.`);
    });
  }
  const folder = node.optionalInput('model');
  if (folder === undefined) {
    throw nodeFault('SF7104', 'Uncertainty is that of a model, and neither input model nor predictions is bound.');
  }
  return onBackend(async (backend) => {
    const classifier = await loadClassifier(backend, folder);
    return uncertainty(backend, classifier, featuresOf(data, classifier.features));
  });
}

/** The losses in the order of the samples. @throws SF7130 where a sample has none. */
function alignLosses({ ids, values }: Losses, data: Table, wanted: string[]): Float32Array {
  if (!ids) {
    if (values.length === data.count) return values;
    throw nodeFault('SF7130', `There are ${values.length} losses for ${data.count} samples, and no ids.`);
  }
  const byId = new Map(ids.map((id, row) => [id, values[row]!]));
  return Float32Array.from(wanted, (id) => {
    const loss = byId.get(id);
    if (loss === undefined) throw nodeFault('SF7130', `Sample ${id} has no loss in input test.`);
    return loss;
  });
}
