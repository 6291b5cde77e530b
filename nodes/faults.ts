import { type ErrorClass, fault, type ScanflowError } from '../engine/protocol';

/** SF71xx: what can go wrong in a built-in node: its class and the usual remedy. docs/problems.md has a row for each. */
const remedies = {
  SF7100: ['failed', 'Report it with the log of the node.'],
  SF7101: ['request', 'Choose one of those that docs/nodes/ describes.'],
  SF7102: ['request', 'Start it with `scanflow run`, or set the variables of docs/node-contract.md.'],
  SF7103: ['request', 'Correct it below `with:` of the node.'],
  SF7104: ['request', 'Add an edge to this port.'],
  SF7105: ['environment', 'Check that it is there and may be read.'],
  SF7106: ['environment', 'Free some space on the disk, or allow writing there.'],
  SF7110: [
    'request',
    'Use .npz or .npy, idx (also gzipped), CSV with a header, Parquet, or a folder of such files or images.',
  ],
  SF7111: ['request', 'Write or download the file again.'],
  SF7112: ['request', 'Save it as plain numbers or text, without Python objects.'],
  SF7113: ['request', 'Name the arrays `x` (samples), `y` (labels) and `id`, all with one row a sample.'],
  SF7114: [
    'request',
    'Split it into several files in one folder, and draw a part with `count` and `skip` of scanflow/dataset.',
  ],
  SF7115: ['request', 'Add an array or column `y` (or `label`), or name the column in `label` of scanflow/dataset.'],
  SF7116: ['request', 'Check what was written to it.'],
  SF7117: ['request', 'Use data of that kind.'],
  SF7120: ['request', 'Connect the output `model` of a classifier.'],
  SF7121: ['request', 'Use data with the shape and columns that the model was trained on.'],
  SF7122: ['request', 'Check the model in the library that exported it.'],
  SF7130: ['request', 'Predict and compare the same data: same ids, or the same rows in the same order.'],
  SF7140: ['request', 'Take feedback from data of the same kind.'],
  SF7141: ['request', 'Answer the task again with ids that are there; then resume the run.'],
  SF7142: ['request', 'Give each sample an id of its own, or leave the column `id` out.'],
  SF7150: ['request', 'Correct the rule; docs/nodes/rules.md has examples.'],
  SF7151: ['request', 'Correct the function; docs/nodes/weak-labeler.md has examples.'],
  SF7160: ['request', 'Connect the same versions, in the same order, to both ports.'],
  SF7170: ['request', 'Ask for what the data has, or give other data.'],
  SF7180: ['request', 'Let the node learn a schema of good data first.'],
  SF7181: ['failed', 'Look at what changed upstream; where the new data is right, learn its schema.'],
  SF7190: ['request', 'Give data with the columns of input `fit`, or name a column that may be missing in `drop`.'],
} as const satisfies Record<string, readonly [ErrorClass, string]>;

type NodeProblem = keyof typeof remedies;

/**
 * An error of a built-in node as a value.
 *
 * @param message What happened, and where.
 * @param remedy What to do, where the code's own remedy is not the whole answer.
 */
export function nodeFault(code: NodeProblem, message: string, remedy?: string, options?: ErrorOptions): ScanflowError {
  const [errorClass, usual] = remedies[code];
  return fault(code, errorClass, message, remedy ?? usual, options);
}
