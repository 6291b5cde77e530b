import { isText } from '../../nodes/data/column';
import { featuresOf } from '../../nodes/data/samples';
import type { Table } from '../../nodes/data/table';
import { numbersOf } from './pictures';
import type { LossesAnswer } from './questions';
import { featureNames, imageShape } from './show-sample';

/** What a drift detector left for people (`inspection.npz`): losses, and where samples and reconstructions differ. */
export function lossesOf(table: Table, ids: readonly string[], reconstruction: Table | null): LossesAnswer {
  const [loss, critical, anomalous] = [
    numbersOf(table, 'loss'),
    numbersOf(table, 'critical'),
    numbersOf(table, 'anomalous'),
  ];
  const shown = ids.map((id, row) => ({
    id,
    loss: loss[row] ?? 0,
    critical: critical[row] === 1,
    anomalous: anomalous[row] === 1,
  }));
  const all = (name: string) => numbersOf(table, name).sort();
  const [train, reference, test] = [all('loss_train'), all('loss_reference'), all('loss_test')];
  return {
    train: thinned(train),
    reference: thinned(reference),
    test: thinned(test),
    totals: { train: train.length, reference: reference.length, test: test.length },
    shown,
    features: featureErrors(table, reconstruction, shown),
  };
}

/** So many of a distribution are told: with the sorted ones every so many, counts are right to a hundredth of a percent. */
const MOST = 20_000;

function thinned(sorted: Float32Array): Float32Array {
  if (sorted.length <= MOST) return sorted;
  return Float32Array.from({ length: MOST }, (_, at) => sorted[Math.floor(((at + 0.5) * sorted.length) / MOST)]!);
}

function featureErrors(
  table: Table,
  reconstruction: Table | null,
  shown: LossesAnswer['shown'],
): LossesAnswer['features'] {
  const none = { names: [], width: 0, height: 0, critical: new Float32Array(0), others: new Float32Array(0) };
  const x = table.columns.get('x');
  if (!reconstruction || !x || isText(x)) return none;
  const shape = imageShape(x.shape);
  const [from, to] = [featuresOf(table), featuresOf(reconstruction)];
  const size = from.x.length / from.count;
  if (to.x.length !== from.x.length) return none;
  const unit = (values: Uint8Array | Float32Array) => (values instanceof Uint8Array ? 255 : 1);
  const features = shape ? shape.width * shape.height : size;
  const channels = size / features;
  const [critical, others] = [new Float32Array(features), new Float32Array(features)];
  const counts = { critical: 0, others: 0 };
  for (const [row, one] of shown.entries()) {
    const into = one.critical ? critical : others;
    counts[one.critical ? 'critical' : 'others']++;
    for (let i = 0; i < size; i++) {
      const apart = Math.abs(from.x[row * size + i]! / unit(from.x) - to.x[row * size + i]! / unit(to.x));
      into[Math.floor(i / channels)]! += apart / channels;
    }
  }
  const mean = (sums: Float32Array, count: number) => sums.map((sum) => sum / Math.max(1, count));
  return {
    names: shape ? [] : featureNames(table, features),
    width: shape?.width ?? 0,
    height: shape?.height ?? 0,
    critical: mean(critical, counts.critical),
    others: mean(others, counts.others),
  };
}
