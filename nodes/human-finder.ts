import type { TaskRequest } from '../engine/protocol';
import type { NodeContext } from './contract';
import { idsOf } from './data/identity';
import { readTable } from './data/read';
import { soundFeatures } from './data/samples';
import { writeJson } from './data/write';
import { nodeFault } from './faults';
import { itemsOf, severitiesOf } from './human-labeler';
import { nearest } from './nearest';
import { integer } from './parameters';

/** Algorithm 9, the Human Finder Checker: it asks which clean sample each critical one is most like. */
export default async function humanFinder(node: NodeContext): Promise<void> {
  const [data, clean] = [readTable(node.input('data'), 'Input data'), readTable(node.input('clean'), 'Input clean')];
  const known = soundFeatures(clean, 'any', { node });
  const critical = soundFeatures(data, 'any', { names: known.names });
  if (critical.shape.join() !== known.shape.join()) {
    throw nodeFault(
      'SF7121',
      `Input data has shape [${critical.shape}], input clean has [${known.shape}].`,
      'Give both the same shape.',
    );
  }
  node.log(`compares ${critical.count} samples with ${known.count} clean ones`);
  const rows = nearest(critical, known, integer(node, 'candidates', 1));
  const cleanIds = idsOf(clean);
  const ids = idsOf(data);
  const candidates = new Map(ids.map((id, row) => [id, [...new Set(rows[row]!.map((each) => cleanIds[each]!))]]));
  const items = itemsOf(data, severitiesOf(node), integer(node, 'budget', 0)).map((item) => ({
    ...item,
    candidates: candidates.get(item.id)!,
  }));
  const task: TaskRequest = {
    kind: 'find',
    title: 'Find clean samples',
    classes: [],
    items,
    output: 'feedback',
    data: 'data',
    clean: 'clean',
    choices: [...new Set(cleanIds)],
    ...(node.optionalInput('answers') === undefined ? {} : { answers: 'answers' }),
  };
  writeJson(node.task, task);
  node.tracking.metrics({ asked: items.length });
}
