import { selectCriticalPoints } from '../learning';
import type { NodeContext } from './contract';
import { idsOf } from './data/identity';
import { type Losses, readLosses } from './data/losses';
import { readTable } from './data/read';
import type { Table } from './data/table';
import { writeTable } from './data/write';
import { bandwidth, criticalSamples, thresholds } from './drift-detector';
import { nodeFault } from './faults';
import { integer } from './parameters';
import { writeTags } from './tags';

/** Algorithm 7, the Critical Point Selector, on losses of any detector. */
export default async function criticalPointSelector(node: NodeContext): Promise<void> {
  const data = readTable(node.input('data'), 'Input data');
  const ids = idsOf(data);
  const train = readLosses(node.input('train'), 'Input train');
  const test = alignLosses(readLosses(node.input('test'), 'Input test'), data, ids);
  const points = selectCriticalPoints(train.values, test, {
    nCritical: integer(node, 'n_critical', 1),
    seed: integer(node, 'seed', 0),
    bandwidth: bandwidth(node),
    thresholds: thresholds(node),
  });
  if (points.indices.length > 0) writeTable(node.output('critical'), criticalSamples(data, points.indices));
  writeTags(node.output('tags'), { ids, ...points });
  const { count, thresholdHigh, thresholdLow } = points.trials.at(-1)!;
  node.tracking.metrics({
    anomalous_share: count / data.count,
    anomalous: count,
    critical: points.indices.length,
    threshold_high: thresholdHigh,
    threshold_low: thresholdLow,
    trials: points.trials.length,
  });
  node.log(`${count} of ${data.count} samples are anomalous, ${points.indices.length} critical`);
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
