import type { Revision } from '../engine/protocol';
import type { NodeContext } from './contract';
import { writeJson } from './data/write';
import { nodeFault } from './faults';
import { integer, number, texts } from './parameters';

/**
 * Proposes to train on changed copies as well: no label is asked for. The copies are made by a node before the training, so
 * anyone's training program learns from them; the engine trains, compares and keeps it only if it is better.
 */
export default async function augmenter(node: NodeContext): Promise<void> {
  const before = texts(node, 'wraps');
  if (before.length === 0) {
    throw nodeFault(
      'SF7103',
      'This improver needs ports to wrap.',
      'Write `wraps: [model.data]`: the port that takes the training data.',
    );
  }
  const parameters = {
    copies: integer(node, 'copies', 1),
    seed: integer(node, 'seed', 0),
    weight: number(node, 'weight', 0),
  };
  const revision: Revision = {
    changes: [
      {
        op: 'insert',
        name: 'augment',
        uses: 'scanflow/augment',
        with: parameters,
        input: 'data',
        output: 'data',
        before,
      },
    ],
  };
  writeJson(node.output('revision'), revision);
  node.log(`proposes ${parameters.copies} changed copies of each sample before ${before.join(', ')}`);
}
