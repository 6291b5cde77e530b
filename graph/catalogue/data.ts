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

export type Corruption = (typeof CORRUPTIONS)[number];

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
    { name: 'seed', type: 'integer', default: 1, minimum: 0, description: 'Of all that is random.' },
  ],
};
