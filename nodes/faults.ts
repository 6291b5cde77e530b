import { type ErrorClass, fault, type ScanflowError } from '../engine/protocol';

/** SF71xx: what can go wrong in a built-in node, with its class and the usual remedy. docs/nodes/problems.md is made of it. */
export const problems = {
  SF7100: ['failed', 'A built-in node failed in a way that nobody foresaw.', 'Report it with the log of the node.'],
  SF7101: ['request', 'There is no built-in node of this name.', 'Choose one of those that docs/nodes/ describes.'],
  SF7102: [
    'request',
    'The node was not started by the node contract.',
    'Start it with `scanflow run`, or set the variables of docs/node-contract.md.',
  ],
  SF7103: ['request', 'A parameter is missing or has a wrong value.', 'Correct it below `with:` of the node.'],
  SF7104: ['request', 'A required input is not bound.', 'Add an edge to this port.'],
  SF7105: ['environment', 'A file could not be read.', 'Check that it is there and may be read.'],
  SF7106: ['environment', 'A file could not be written.', 'Free some space on the disk, or allow writing there.'],
  SF7107: ['cancelled', 'The node was asked to stop.', 'Run it again: it starts from the beginning.'],
  SF7110: [
    'request',
    'The format of the data is not known.',
    'Use .npz or .npy, idx (also gzipped), Parquet, CSV with a header, or a folder of such files or of PNG images.',
  ],
  SF7111: ['request', 'A data file is damaged.', 'Write or download the file again.'],
  SF7112: [
    'request',
    'A data file holds what is not supported.',
    'Save it as plain numbers or text, without Python objects.',
  ],
  SF7113: [
    'request',
    'A data file is no dataset.',
    'Name the arrays `x` (samples), `y` (labels) and `id`, all with one row a sample.',
  ],
  SF7114: ['request', 'A data file is too large.', 'Split it into several files in one folder.'],
  SF7115: ['request', 'The data has no labels.', 'Add an array or column `y` (or `label`).'],
  SF7116: ['request', 'The data has no samples.', 'Check what was written to it.'],
  SF7117: ['request', 'The samples are not of the kind that this node needs.', 'Use data of that kind.'],
  SF7120: ['request', 'This is no model of scanflow/classifier.', 'Connect the output `model` of a classifier.'],
  SF7121: [
    'request',
    'The data does not fit the model.',
    'Use data with the shape and columns that the model was trained on.',
  ],
  SF7130: [
    'request',
    'Predictions and truth do not belong together.',
    'Predict and compare the same data: same ids, or the same rows in the same order.',
  ],
  SF7140: ['request', 'Feedback cannot be joined to the data.', 'Take feedback from data of the same kind.'],
  SF7141: ['request', 'Answers name samples that are not there.', 'Answer with the ids of the task.'],
  SF7150: ['request', 'A rule cannot be applied.', 'Correct the rule; docs/nodes/rules.md has examples.'],
  SF7160: [
    'request',
    'Candidates and reports do not belong together.',
    'Connect the same versions, in the same order, to both ports.',
  ],
} as const satisfies Record<string, readonly [ErrorClass, string, string]>;

export type NodeProblem = keyof typeof problems;

/**
 * An error of a built-in node as a value.
 *
 * @param message What happened, and where.
 * @param remedy What to do, where the code's own remedy is not the whole answer.
 */
export function nodeFault(code: NodeProblem, message: string, remedy?: string, options?: ErrorOptions): ScanflowError {
  const [errorClass, , usual] = problems[code];
  return fault(code, errorClass, message, remedy ?? usual, options);
}
