import type { Revision } from '../engine/protocol';
import type { NodeContext } from './contract';
import { readTable } from './data/read';
import { labelsOf } from './data/samples';
import { writeJson } from './data/write';
import { nodeFault } from './faults';
import { choice, number, text } from './parameters';

/**
 * Algorithm 11, the Model Trainer Improver, up to its proposal: X_train + X_feedback. The retraining and the comparison of
 * q' with q are the engine's, with the user's own executors.
 */
export default async function modelTrainer(node: NodeContext): Promise<void> {
  const into = text(node, 'improves');
  if (!/^[^.]+\.[^.]+$/.test(into)) {
    throw nodeFault(
      'SF7103',
      `This improver improves ${into}, which is no port.`,
      'Write `improves: model.data`: the port that takes the training data.',
    );
  }
  const feedback = readTable(node.input('feedback'), 'Input feedback');
  const count = labelsOf(feedback).length;
  const balanced = choice(node, 'strategy', ['faithful', 'balanced']) === 'balanced';
  const weight = balanced ? number(node, 'weight', 1) : 1;
  const revision: Revision = { changes: [{ op: 'merge', into, weight }] };
  writeJson(node.output('revision'), revision);
  node.tracking.metrics({ feedback: count, weight });
  // Nothing to learn from is proposed all the same: the gate says that it is too little, and who was asked can see it.
  node.log(`proposes ${count} labelled samples for ${into}, each counting ${weight}`);
}
