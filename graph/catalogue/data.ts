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

export const corrupt: Signature = {
  name: 'corrupt',
  kind: 'task',
  nature: 'symbolic',
  description:
    'Corrupts images as MNIST-C does, to see what a workflow makes of drifted data.\n\n' +
    `Kinds: ${CORRUPTIONS.join(', ')}. What happens to a sample depends on its id, the kind, the severity and the seed ` +
    'alone: never on its place or its neighbours.',
  paper: 'section 4.2, Figure 15 (MNIST-C)',
  inputs: [{ name: 'data', type: 'dataset', description: 'Grey images: integers 0 to 255, or fractions 0 to 1.' }],
  outputs: [
    { name: 'data', type: 'dataset', path: 'data', description: 'The same samples, ids, labels and type, corrupted.' },
  ],
  parameters: [
    { name: 'kind', type: 'string', default: '', enum: ['', ...CORRUPTIONS], description: 'One kind for all samples.' },
    {
      name: 'kinds',
      type: 'list',
      default: [],
      description: 'Several kinds, of which each sample gets one (in place of `kind`).',
    },
    {
      name: 'severity',
      type: 'integer',
      default: 0,
      minimum: 0,
      maximum: 5,
      description: 'From 1 to 5; 0: the one that MNIST-C has for the kind.',
    },
    { name: 'seed', type: 'integer', default: 1, minimum: 0, description: 'Of all that is random.' },
  ],
};
