import { catalogue, type Signature } from '../../graph';

/** The port of a split for what people gave back in cycles that the gate rejected. */
export const FORMER = 'former';

const split: Signature = {
  name: 'split',
  kind: 'task',
  nature: 'symbolic',
  description: 'Parts feedback by a hash of the sample ids: what is held back once is held back for ever.',
  inputs: [
    { name: 'feedback', type: 'feedback', description: 'What people gave back.' },
    {
      name: FORMER,
      type: 'feedback',
      many: true,
      optional: true,
      description: 'The same of cycles that the gate rejected.',
    },
    {
      name: 'replaced',
      type: 'file',
      optional: true,
      description: 'The data whose place the held-back part takes, for the names of its columns.',
    },
  ],
  outputs: [
    { name: 'train', type: 'feedback', path: 'train', description: 'What the improver may learn from.' },
    { name: 'held', type: 'feedback', path: 'held', description: 'What only the gate sees.' },
  ],
  parameters: [
    { name: 'holdout', type: 'number', default: 0.3, description: 'The chance of each sample to be held back.' },
    { name: 'label', type: 'string', default: '', description: 'How what reads the replaced data calls its labels.' },
    { name: 'id', type: 'string', default: '', description: 'The same of its ids.' },
  ],
};

/**
 * Programs of nodes/ that only the engine plans: they are not in the language's catalogue. They run like every other
 * node, so that the engine itself never opens a dataset.
 */
const signatures: Signature[] = [
  split,
  // At a port that takes many: at one that takes one, versions go on, each with a split of its own.
  {
    ...split,
    name: 'split-many',
    inputs: split.inputs.map((port) => (port.name === 'feedback' ? { ...port, many: true } : port)),
  },
  {
    name: 'merge',
    kind: 'task',
    nature: 'symbolic',
    description: 'Joins feedback to a dataset, in its format: the same id replaces, a new one is appended.',
    inputs: [
      { name: 'base', type: 'dataset', description: 'The dataset.' },
      { name: 'feedback', type: 'feedback', description: 'What people gave back.' },
    ],
    outputs: [{ name: 'data', type: 'dataset', path: 'data', description: 'Both.' }],
    parameters: [{ name: 'weight', type: 'number', default: 1, description: 'What a sample of feedback counts.' }],
  },
  {
    name: 'collect',
    kind: 'task',
    nature: 'symbolic',
    description: "Makes feedback of a person's answers and the samples that they are about.",
    inputs: [
      { name: 'data', type: 'dataset', many: true, description: 'The samples.' },
      { name: 'answers', type: 'file', description: 'JSON: id -> class, or id of the clean sample, or null.' },
      { name: 'clean', type: 'dataset', optional: true, description: 'The clean samples that were chosen from.' },
    ],
    outputs: [{ name: 'feedback', type: 'feedback', path: 'feedback', description: 'Samples with their answers.' }],
    parameters: [{ name: 'kind', type: 'string', enum: ['label', 'find'], description: 'The kind of the task.' }],
  },
];

/** Every built-in program that a plan may name: the language's and the engine's own. */
export const programs: ReadonlyMap<string, Signature> = new Map([
  ...catalogue,
  ...signatures.map((signature) => [signature.name, signature] as const),
]);
