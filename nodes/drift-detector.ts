import { type AutoencoderModel, type Backend, createRandom, type Samples, shuffle } from '../learning';
import { sampleSize } from '../learning/samples';
import { autoencoderFor } from './autoencoder';
import type { NodeContext } from './contract';
import { idsOf } from './data/identity';
import { readTable } from './data/read';
import { type Features, soundFeatures } from './data/samples';
import { labelName, pickSamples, withoutColumns } from './data/table';
import { writeJson, writeTable } from './data/write';
import { decideBatch } from './drift/batch-test';
import { textTests } from './drift/categories';
import { energyOf } from './drift/energy';
import { fillGaps, gapTests, meansOf } from './drift/gaps';
import { batchMeasures, measureScores, SCORES, type Scores, type Sets, scoreOf } from './drift/scores';
import { type Selection, type SelectionOptions, selectSamples } from './drift/selection';
import { findTwins } from './drift/twins';
import { nodeFault } from './faults';
import { histograms } from './histogram';
import { writeInspection } from './inspection';
import { loadClassifier } from './model-file';
import { choice, integer, list, number, text } from './parameters';
import { writeTags } from './tags';
import { onBackend } from './training';

/** The share of the training samples that the autoencoder never sees: the reference for the test of the batch. */
const REFERENCE = 0.2;

/**
 * Algorithm 5, the Drift Detector Checker: autoencoder, reconstruction loss, critical point selector. No label is read. Beside
 * it a decision about the batch as a whole, which the paper does not have.
 */
export default async function driftDetector(node: NodeContext): Promise<void> {
  const seed = integer(node, 'seed', 0);
  const falseAlarms = rate(node, 'false_alarms');
  const options = {
    score: choice(node, 'score', SCORES),
    nCritical: integer(node, 'n_critical', 1),
    seed,
    bandwidth: bandwidth(node),
    falseAlarms,
    thresholds: thresholds(node),
  };
  const train = readTable(node.input('train'), 'Input train');
  const known = soundFeatures(train, 'brightness', { gaps: true, node });
  const test = readTable(node.input('test'), 'Input test');
  const parts = partTraining(known, integer(node, 'max_train_samples', 0), seed);
  const raw = {
    train: pick(known, parts.train),
    reference: pick(known, parts.reference),
    test: soundFeatures(test, 'brightness', { names: known.names, gaps: true }),
  };
  const sets = known.names ? withoutGaps(raw) : raw;
  if (options.score === 'energy' && node.optionalInput('model') === undefined) {
    throw nodeFault('SF7104', 'The score `energy` asks a classifier, and input model is not bound.');
  }
  const ids = idsOf(test);
  const { scores, points } = await measure(node, sets, known, { ...options, ids });
  const ofText = textTests(train, known.left ?? [], parts, test);
  // What the reader says of columns without numbers is true of samples alone.
  if (ofText.length > 0) node.log(`the batch is compared by ${[...new Set(ofText.map(({ of }) => of))].join(', ')}`);
  const decision = decideBatch(batchMeasures(scores, raw, known.names), ['combined'], falseAlarms, [
    ...gapTests(raw.reference, raw.test, known.names ?? []),
    ...ofText,
  ]);
  if (points.indices.length > 0) writeTable(node.output('critical'), criticalSamples(test, points.indices));
  writeTags(node.output('tags'), { ids, ...points });
  const count = points.anomalous.reduce((sum, flag) => sum + flag, 0);
  const metrics = {
    drifted: decision.drifted ? 1 : 0,
    p_value: decision.pValue,
    ks_statistic: decision.tests.find(({ of }) => of === 'loss')!.statistic,
    anomalous_share: count / test.count,
    anomalous: count,
    critical: points.indices.length,
    threshold_high: points.thresholdHigh,
    ...(points.thresholdLow === undefined ? {} : { threshold_low: points.thresholdLow }),
    trials: points.trials.length,
    loss_train: mean(scores.trainLoss),
    loss_test: mean(scores.loss.test),
  };
  node.tracking.metrics(metrics);
  const chosen = scoreOf(scores, options.score);
  const notice = noticeOfKnown(known, raw.test);
  writeJson(node.output('report'), {
    ...metrics,
    ...(notice !== undefined && { notice }),
    score: options.score,
    count: test.count,
    reference: sets.reference.count,
    false_alarms: falseAlarms,
    tests: decision.tests.map(({ pValue, ...each }) => ({ ...each, p_value: pValue })),
    tried: points.trials,
    losses: histograms({ train: scores.trainLoss, reference: scores.loss.reference, test: scores.loss.test }),
    scores: histograms({ reference: chosen.reference, test: chosen.test }),
  });
  if (notice !== undefined) node.log(notice);
  const share = ((100 * count) / test.count).toFixed(1);
  node.log(`${share} % of ${test.count} samples are anomalous, ${points.indices.length} critical`);
  const [most] = decision.tests.toSorted((a, b) => a.pValue - b.pValue);
  node.log(`the batch has ${decision.drifted ? '' : 'not '}drifted: p ${decision.pValue}, most by ${most!.of}`);
}

/** Scores and selection; what a person looks at is written on the way, while the autoencoder is there to reconstruct. */
async function measure(
  node: NodeContext,
  sets: Sets,
  known: Features,
  selection: SelectionOptions & { ids: readonly string[] },
): Promise<{ scores: Scores; points: Selection }> {
  const options = {
    epochs: integer(node, 'epochs', 1),
    batch: integer(node, 'batch', 1),
    rate: number(node, 'learning_rate', 0),
    seed: integer(node, 'seed', 0),
  };
  return onBackend(async (backend) => {
    const autoencoder = await autoencoderFor(node, backend, sets.train, options);
    const scores = await scoresOf(node, backend, autoencoder, sets, known);
    const points = selectSamples(scores, selection);
    const chosen = scoreOf(scores, selection.score);
    const losses =
      selection.score === 'band'
        ? { train: scores.trainLoss, ...scores.loss }
        : { train: chosen.reference, reference: chosen.reference, test: chosen.test };
    const found = { ids: selection.ids, losses, anomalous: points.anomalous, critical: points.indices };
    await writeInspection(node.output('inspection'), backend, autoencoder, { ...sets.test, names: known.names }, found);
    return { scores, points };
  });
}

async function scoresOf(
  node: NodeContext,
  backend: Backend,
  autoencoder: AutoencoderModel,
  sets: Sets,
  known: Features,
): Promise<Scores> {
  const folder = node.optionalInput('model');
  if (folder === undefined) return measureScores(backend, autoencoder, sets);
  const { model, features } = await loadClassifier(backend, folder);
  return measureScores(backend, autoencoder, sets, (data) =>
    energyOf(backend, model, columnsOf(data, known.names, features)),
  );
}

/** The columns that a classifier was trained on, in its order. @throws SF7121 where one is missing. */
function columnsOf(data: Samples, names: readonly string[] = [], wanted?: readonly string[]): Samples {
  if (!wanted) return data;
  const places = wanted.map((name) => names.indexOf(name));
  const missing = places.indexOf(-1);
  if (missing >= 0) throw nodeFault('SF7121', `Input train has no column "${wanted[missing]}" of numbers.`);
  const x = new Float32Array(data.count * wanted.length);
  for (let row = 0; row < data.count; row++) {
    for (const [at, place] of places.entries()) x[row * places.length + at] = data.x[row * names.length + place]!;
  }
  return { x, shape: [wanted.length], count: data.count };
}

/** A share above 0 and below 1. */
function rate(node: NodeContext, name: string): number {
  const share = number(node, name, 0);
  if (share > 0 && share < 1) return share;
  throw nodeFault('SF7103', `Parameter ${name} is ${share}, not above 0 and below 1.`);
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

/** Rows of the training samples: a seeded choice of what to learn from, and of the reference that is not learned from. */
function partTraining(data: Samples, most: number, seed: number): { train: Int32Array; reference: Int32Array } {
  if (data.count < 10) {
    throw nodeFault('SF7117', `Input train has ${data.count} samples; a distribution needs at least 10.`);
  }
  const order = shuffle(
    Int32Array.from({ length: data.count }, (_, row) => row),
    createRandom(seed).fork('training'),
  );
  const chosen = most > 0 ? order.subarray(0, Math.max(10, most)) : order;
  const held = Math.floor(chosen.length * REFERENCE);
  return { train: chosen.subarray(held), reference: chosen.subarray(0, held) };
}

/** Samples that an autoencoder has learned may look more usual to it than any new one, which would be taken for drift. */
function noticeOfKnown(known: Samples, test: Samples): string | undefined {
  const twins = findTwins(known)(test).reduce((count, row) => count + (row < 0 ? 0 : 1), 0);
  if (twins === 0) return undefined;
  return `${twins} of ${test.count} samples are in the training data, too: drift is a question of new ones`;
}

/** Numbers that are missing in a table are those of a usual sample: that they are missing is compared by itself. */
function withoutGaps({ train, reference, test }: Sets): Sets {
  const means = meansOf(train);
  return {
    train: fillGaps(train, means),
    reference: fillGaps(reference, means),
    test: fillGaps(test, means),
  };
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

/** `[low, high]`, the loss below and above which a sample is anomalous; none where the trials shall find them. */
export function thresholds(node: NodeContext): { low: number; high: number } | undefined {
  const [low, high, ...rest] = list(node, 'thresholds');
  if (low === undefined) return undefined;
  if (typeof low === 'number' && typeof high === 'number' && low <= high && rest.length === 0) return { low, high };
  const written = JSON.stringify(node.parameters.get('thresholds'));
  throw nodeFault('SF7103', `Parameter thresholds is ${written}, not [low, high].`);
}

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
