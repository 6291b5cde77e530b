import { seed } from './shared';
import type { Signature } from './signature';

/** The corruptions of MNIST-C, in its order. */
export const CORRUPTIONS = [
  'shot_noise',
  'impulse_noise',
  'glass_blur',
  'motion_blur',
  'shear',
  'scale',
  'rotate',
  'brightness',
  'translate',
  'stripe',
  'fog',
  'spatter',
  'dotted_line',
  'zigzag',
  'canny_edges',
] as const;

/** The corruptions of CIFAR-10-C, in its order. */
export const CIFAR_CORRUPTIONS = [
  'gaussian_noise',
  'shot_noise',
  'impulse_noise',
  'defocus_blur',
  'glass_blur',
  'motion_blur',
  'zoom_blur',
  'snow',
  'frost',
  'fog',
  'brightness',
  'contrast',
  'elastic_transform',
  'pixelate',
  'jpeg_compression',
] as const;

const ALL_CORRUPTIONS = [...new Set<string>([...CORRUPTIONS, ...CIFAR_CORRUPTIONS])];

export const corrupt: Signature = {
  name: 'corrupt',
  kind: 'task',
  nature: 'symbolic',
  description:
    'Corrupts images as MNIST-C or CIFAR-10-C do, to see what a workflow makes of drifted data.\n\n' +
    `Kinds of \`mnist-c\`: ${CORRUPTIONS.join(', ')}. Kinds of \`cifar-10-c\`: ${CIFAR_CORRUPTIONS.join(', ')}. What happens ` +
    'to a sample depends on its id, the kind, the severity and the seed alone: never on its place or its neighbours.',
  paper: 'section 4.2, Figure 15 (MNIST-C); section 4.3, Figure 27 (CIFAR-10-C)',
  inputs: [
    {
      name: 'data',
      type: 'dataset',
      description: 'Images of any size and number of channels: integers 0 to 255, or fractions 0 to 1.',
    },
  ],
  outputs: [
    { name: 'data', type: 'dataset', path: 'data', description: 'The same samples, ids, labels and type, corrupted.' },
  ],
  parameters: [
    {
      name: 'kind',
      type: 'string',
      default: '',
      enum: ['', ...ALL_CORRUPTIONS],
      description: 'One kind for all samples.',
    },
    {
      name: 'kinds',
      type: 'list',
      default: [],
      description: 'Several kinds, of which each sample gets one (in place of `kind`).',
    },
    {
      name: 'family',
      type: 'string',
      default: 'mnist-c',
      enum: ['mnist-c', 'cifar-10-c'],
      description: 'Whose kinds and severities are meant: some names are in both.',
    },
    {
      name: 'severity',
      type: 'integer',
      default: 0,
      minimum: 0,
      maximum: 5,
      description:
        'From 1 to 5; 0: the one that MNIST-C has for the kind; of CIFAR-10-C, which has all five, each sample gets one.',
    },
    seed('all that is random'),
  ],
};

export const dataset: Signature = {
  name: 'dataset',
  kind: 'task',
  nature: 'symbolic',
  description:
    'Reads samples from wherever they are, checks that they are what was asked for, and passes them on.\n\n' +
    'Data files (npz, npy, idx, CSV, Parquet), folders of images (PNG, JPEG) with a CSV of labels or one folder a class, and ' +
    "collections as they are published: MNIST's and FashionMNIST's idx files, CIFAR-10's binary batches, each also as a tar " +
    'archive. Any number of samples can be drawn, by a seed.',
  paper: 'section 4.1 (MNIST, FashionMNIST, CIFAR-10)',
  inputs: [{ name: 'data', type: 'file', description: 'A file, an archive or a folder.' }],
  outputs: [
    {
      name: 'data',
      type: 'dataset',
      path: 'data',
      description: 'Arrays and images as .npz (x, y, id), tables as CSV.',
    },
    {
      name: 'report',
      type: 'file',
      path: 'report.json',
      description: 'JSON: how many samples there are of each class, their shape, what is missing.',
    },
  ],
  parameters: [
    {
      name: 'part',
      type: 'string',
      default: 'all',
      enum: ['all', 'train', 'test'],
      description: 'The part of a collection, as its files or folders are named.',
    },
    { name: 'count', type: 'integer', default: 0, minimum: 0, description: 'Draw this many samples; 0: all.' },
    {
      name: 'skip',
      type: 'integer',
      default: 0,
      minimum: 0,
      description:
        'Leave out the first of the drawn order: draws with one seed that follow each other share no sample.',
    },
    {
      name: 'seed',
      type: 'integer',
      default: 0,
      minimum: 0,
      description: 'Of the order that samples are drawn in; 0: that of the data.',
    },
    {
      name: 'classes',
      type: 'list',
      default: [],
      description: 'The labels that may occur; any other is an error. Empty: whatever there is.',
    },
    {
      name: 'shape',
      type: 'list',
      default: [],
      description: 'The shape of one sample; flat rows of as many numbers are brought to it. Empty: as it is.',
    },
    {
      name: 'label',
      type: 'string',
      default: '',
      columns: ['data'],
      description: 'The column with the labels, where it is not `y` or `label`.',
    },
    {
      name: 'id',
      type: 'string',
      default: '',
      columns: ['data'],
      description: 'The column with the ids, where it is not `id`.',
    },
  ],
};

export const encoder: Signature = {
  name: 'encoder',
  kind: 'task',
  nature: 'symbolic',
  description:
    'Makes numbers of a table to learn from: of categories, dates, decimal commas, and where numbers are missing.\n\n' +
    'A text that comes again and again becomes a column of 0 and 1 (one-hot encoding), a date the days since the earliest, a ' +
    'missing number the median. Which categories and medians count is told by `fit` alone, the training data, so that every ' +
    'table that is encoded with it has the same columns. The same inputs give the same output: nothing is kept.',
  inputs: [
    {
      name: 'fit',
      type: 'dataset',
      description: 'The training data: a table whose categories, medians, dates and types count.',
    },
    {
      name: 'data',
      type: 'dataset',
      weights: true,
      description: 'What is encoded: the training data itself, or any other table with these columns.',
    },
  ],
  outputs: [
    {
      name: 'data',
      type: 'dataset',
      path: 'data',
      description: 'The samples in their order as CSV: `id`, features, then labels and weights as they were.',
    },
    {
      name: 'report',
      type: 'file',
      path: 'report.json',
      description: 'JSON: what became of each column, and the values that `fit` lacks.',
    },
  ],
  parameters: [
    {
      name: 'categories',
      type: 'integer',
      default: 20,
      minimum: 1,
      description: 'So many values of a text column get a column of their own, the most frequent; the rest share one.',
    },
    {
      name: 'drop',
      type: 'list',
      default: [],
      columns: ['fit'],
      description: 'Columns that are left out, in both inputs. They need not be in `data`.',
    },
    {
      name: 'categorical',
      type: 'list',
      default: [],
      columns: ['fit'],
      description: 'Columns of categories, whatever they look like: numbers that are names, such as postal codes.',
    },
  ],
};
