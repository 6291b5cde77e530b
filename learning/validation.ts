import type { Backend } from './backend';
import { crossEntropy } from './cross-entropy';
import { inChunks } from './inference';
import { numbersOf } from './kernels/heap';
import type { Network } from './network/network';
import type { Labelled } from './samples';
import type { Scaling } from './scaling';

/** How a classifier does on samples that it has not learned from. */
export interface Validation {
  /** Mean cross-entropy of a sample. */
  loss: number;
  /** The part whose most probable class is the right one, from 0 to 1. */
  accuracy: number;
}

/** Softmax and cross-entropy of samples whose classes are known, without learning from them. */
export async function validate(
  backend: Backend,
  model: { network: Network; scaling: Scaling; classes: number },
  { data, labels }: Labelled,
): Promise<Validation> {
  const { classes } = model;
  let [loss, right] = [0, 0];
  await inChunks(backend, model, data, (output, _input, first) => {
    const logits = numbersOf(backend, output);
    const truth = labels.subarray(first, first + logits.length / classes);
    loss += crossEntropy(logits, truth, classes, 1).loss;
    for (const [row, label] of truth.entries()) {
      const odds = logits.subarray(row * classes, (row + 1) * classes);
      if (odds.indexOf(Math.max(...odds)) === label) right++;
    }
  });
  return { loss: loss / data.count, accuracy: right / data.count };
}
