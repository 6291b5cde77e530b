import { createRandom, reconstructionLoss, type Samples, selectCriticalPoints, shuffle } from '../learning';
import { sampleSize } from '../learning/samples';
import { autoencoderFor } from './autoencoder';
import type { NodeContext } from './contract';
import { idsOf } from './data/identity';
import { readTable } from './data/read';
import { featuresOf } from './data/samples';
import { labelName, pickSamples, withoutColumns } from './data/table';
import { writeJson, writeTable } from './data/write';
import { nodeFault } from './faults';
import { histograms } from './histogram';
import { kolmogorovSmirnov } from './kolmogorov-smirnov';
import { integer, number, text } from './parameters';
import { writeTags } from './tags';
import { onBackend } from './training';

/** The share of the training samples that the autoencoder never sees: the reference for the test of the batch. */
const REFERENCE = 0.2;

/** Algorithm 5, the Drift Detector Checker: autoencoder, reconstruction loss, critical point selector. No label is read. */
export default async function driftDetector(node: NodeContext): Promise<void> {
  const options = {
    epochs: integer(node, 'epochs', 1),
    batch: integer(node, 'batch', 1),
    rate: number(node, 'learning_rate', 0),
    seed: integer(node, 'seed', 0),
  };
  const selection = { nCritical: integer(node, 'n_critical', 1), seed: options.seed, bandwidth: bandwidth(node) };
  const most = integer(node, 'max_train_samples', 0);
  const known = featuresOf(readTable(node.input('train'), 'Input train'));
  const test = readTable(node.input('test'), 'Input test');
  const { train, reference } = partTraining(known, most, options.seed);
  const losses = await onBackend(async (backend) => {
    const model = await autoencoderFor(node, backend, train, options);
    return {
      train: await reconstructionLoss(backend, model, train),
      reference: await reconstructionLoss(backend, model, reference),
      test: await reconstructionLoss(backend, model, featuresOf(test, known.names)),
    };
  });
  const points = selectCriticalPoints(losses.train, losses.test, selection);
  const batch = kolmogorovSmirnov(losses.reference, losses.test);
  const count = points.anomalous.reduce((sum, flag) => sum + flag, 0);
  if (points.indices.length > 0) {
    writeTable(node.output('critical'), criticalSamples(test, points.indices));
  }
  writeTags(node.output('tags'), { ids: idsOf(test), ...points });
  const { thresholdHigh, thresholdLow } = points.trials.at(-1)!;
  const metrics = {
    p_value: batch.pValue,
    ks_statistic: batch.statistic,
    anomalous_share: count / test.count,
    anomalous: count,
    critical: points.indices.length,
    threshold_high: thresholdHigh,
    threshold_low: thresholdLow,
    trials: points.trials.length,
    loss_train: mean(losses.train),
    loss_test: mean(losses.test),
  };
  node.tracking.metrics(metrics);
  writeJson(node.output('report'), { ...metrics, count: test.count, tried: points.trials, losses: histograms(losses) });
  const share = ((100 * count) / test.count).toFixed(1);
  node.log(`${share} % of ${test.count} samples are anomalous, ${points.indices.length} critical; p ${batch.pValue}`);
}

/** The critical samples in the order of the data, without what anyone may have said of their class. */
export function criticalSamples(table: Parameters<typeof pickSamples>[0], rows: readonly number[]) {
  const label = labelName(table);
  const inOrder = rows.toSorted((a, b) => a - b);
  return pickSamples(
    withoutColumns(table, (name) => name === label),
    inOrder,
  );
}

/** Seeded choice of what to learn from, and of the reference that is not learned from. */
function partTraining(data: Samples, most: number, seed: number): { train: Samples; reference: Samples } {
  if (data.count < 10) {
    throw nodeFault('SF7117', `Input train has ${data.count} samples; a distribution needs at least 10.`);
  }
  const order = shuffle(
    Int32Array.from({ length: data.count }, (_, row) => row),
    createRandom(seed).fork('training'),
  );
  const chosen = most > 0 ? order.subarray(0, Math.max(10, most)) : order;
  const held = Math.floor(chosen.length * REFERENCE);
  return { train: pick(data, chosen.subarray(held)), reference: pick(data, chosen.subarray(0, held)) };
}

function pick(data: Samples, rows: Int32Array): Samples {
  const size = sampleSize(data.shape);
  const x = data.x instanceof Uint8Array ? new Uint8Array(rows.length * size) : new Float32Array(rows.length * size);
  for (const [at, row] of rows.entries()) x.set(data.x.subarray(row * size, (row + 1) * size), at * size);
  return { x, shape: data.shape, count: rows.length };
}

/** `scott`, `silverman` or a number. */
export function bandwidth(node: NodeContext): 'scott' | 'silverman' | number {
  const written = text(node, 'bandwidth');
  if (written === 'scott' || written === 'silverman') return written;
  const width = Number(written);
  if (written.trim() !== '' && Number.isFinite(width) && width > 0) return width;
  throw nodeFault('SF7103', `Parameter bandwidth is "${written}", not scott, silverman or a number above 0.`);
}

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
