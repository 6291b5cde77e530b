import type { SignatureOutput, SignatureParameter } from './signature';

/** What several nodes have in common, in one wording. */

export const tags: SignatureOutput = {
  name: 'tags',
  type: 'tags',
  path: 'tags.csv',
  description: 'CSV `id,anomalous,severity`, a row a sample, in the order of the data.',
};

export const seed = (of: string): SignatureParameter => ({
  name: 'seed',
  type: 'integer',
  default: 1,
  minimum: 0,
  description: `Of ${of}.`,
});

/** A person's time is scarce and dear (paper, 3.4.3). */
export const budget: SignatureParameter = {
  name: 'budget',
  type: 'integer',
  default: 0,
  minimum: 0,
  description: 'So many samples of one run are asked about at most, the worst; 0: all.',
};

export const batch = (size: number): SignatureParameter => ({
  name: 'batch',
  type: 'integer',
  default: size,
  minimum: 1,
  description: 'Samples a step.',
});

export const learningRate = (rate: number): SignatureParameter => ({
  name: 'learning_rate',
  type: 'number',
  default: rate,
  minimum: 0.0000001,
  maximum: 1,
  description: 'Step size of the optimiser (Adam).',
});

/** @param description Of what share may be flagged. */
export const falseAlarms = (rate: number, description: string): SignatureParameter => ({
  name: 'false_alarms',
  type: 'number',
  default: rate,
  minimum: 0.000001,
  maximum: 0.5,
  description,
});
