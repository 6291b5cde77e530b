import { batch, budget, falseAlarms, learningRate, seed, tags } from './shared';
import type { Signature } from './signature';

const nCritical = {
  name: 'n_critical',
  type: 'integer' as const,
  default: 100,
  minimum: 1,
  description: 'How many critical samples at most.',
};

const bandwidth = {
  name: 'bandwidth',
  type: 'string' as const,
  default: 'scott',
  description: 'Of the Gaussian kernel density estimate: `scott`, `silverman`, or a number in the unit of the loss.',
};

const thresholds = {
  name: 'thresholds',
  type: 'list' as const,
  default: [],
  description:
    '`[low, high]`: losses below and above which a sample is anomalous, in place of the trials (of the band). The drift ' +
    'report writes them.',
};

export const driftDetector: Signature = {
  name: 'drift-detector',
  kind: 'checker',
  nature: 'learning',
  description:
    'Finds the samples that deviate from the training data, without any label.\n\n' +
    'A convolutional autoencoder (7 convolutions, 3 poolings, 3 up-samplings; dense layers for tables) learns the training ' +
    'data; the critical point selector takes the samples whose score is out of the ordinary, and samples at most ' +
    '`n_critical` of them by their density. Whether the batch as a whole has drifted is decided by several tests against ' +
    'training samples that the autoencoder never saw, which together raise a false alarm at most in the share ' +
    '`false_alarms` of clean batches. The trained autoencoder is kept and used again for the same data and parameters.',
  paper: 'Algorithm 5 (Drift Detector Checker), with Algorithms 6 and 7; section 3.4.2, Figure 14',
  inputs: [
    { name: 'train', type: 'dataset', description: 'The original distribution.' },
    { name: 'test', type: 'dataset', description: 'What comes in now; labels are not read.' },
    {
      name: 'model',
      type: 'model',
      optional: true,
      description: 'A model of scanflow/classifier, for `energy`; `combined` uses it where it is bound.',
    },
  ],
  outputs: [
    {
      name: 'critical',
      type: 'dataset',
      path: 'critical',
      optional: true,
      description: 'The critical samples, a subset of `test` in its format; absent where nothing deviates.',
    },
    tags,
    {
      name: 'report',
      type: 'file',
      path: 'report.json',
      description: 'JSON: thresholds of each trial, the tests of the batch, histograms of losses and scores.',
    },
    {
      name: 'inspection',
      type: 'file',
      path: 'inspection.npz',
      description:
        'What a person looks at: arrays `x`, `reconstruction`, `id`, `loss`, `critical` and `anomalous` of the critical samples ' +
        'and 200 others, for tables `features` (their names), and `loss_train`, `loss_reference`, `loss_test` of all.',
    },
  ],
  parameters: [
    nCritical,
    {
      name: 'score',
      type: 'string',
      default: 'band',
      enum: ['band', 'bce', 'energy', 'latent', 'statistics', 'combined'],
      description:
        'What makes a sample strange. `band`: a loss outside two quantiles of the training loss (the paper); `bce`: a high ' +
        'loss; `energy`: a classifier finds no class that fits; `latent`: far from the nearest training samples in latent ' +
        'space; `statistics`: unusual brightness, texture or place (images) or combination of values (tables); `combined`: ' +
        'all of them.',
    },
    falseAlarms(
      0.05,
      'The share of clean batches that may be called drifted, and of clean samples that may be called anomalous (`band` ' +
        'has thresholds of its own).',
    ),
    { name: 'epochs', type: 'integer', default: 3, minimum: 1, description: 'Of the autoencoder.' },
    batch(64),
    learningRate(0.002),
    seed('weights, order and sampling'),
    bandwidth,
    thresholds,
    {
      name: 'max_train_samples',
      type: 'integer',
      default: 5000,
      minimum: 0,
      description:
        'Learn from this many training samples at most, chosen by the seed; 0: all. A fifth is held out as reference.',
    },
  ],
};

export const criticalPointSelector: Signature = {
  name: 'critical-point-selector',
  kind: 'checker',
  nature: 'symbolic',
  description:
    "Selects the samples that are worth a person's time: by losses that a detector of your own computed, or in other ways.\n\n" +
    '`density`, as the paper has it: up to three trials (quantiles 0.80/0.20, 0.70/0.30, 0.60/0.40 of the training loss) until ' +
    'at least `n_critical` samples lie outside; then a sample by kernel density, seeded and without replacement. `medoids`: ' +
    'the middles of clusters. `random`. `uncertainty`: what a model is least sure of. These three choose among the anomalous ' +
    'samples where losses are bound, else among all.',
  paper: 'Algorithm 7 (Critical Point Selector)',
  inputs: [
    {
      name: 'train',
      type: 'losses',
      optional: true,
      description: 'Needed by `density`. CSV with a column `loss`, or an array: the losses of training samples.',
    },
    {
      name: 'test',
      type: 'losses',
      optional: true,
      description: 'The same for the samples of `data`, with their `id` or in their order.',
    },
    { name: 'data', type: 'dataset', description: 'The samples to select from.' },
    {
      name: 'model',
      type: 'model',
      optional: true,
      description: 'A model of scanflow/classifier: `medoids` compares samples as it sees them, `uncertainty` asks it.',
    },
    {
      name: 'predictions',
      type: 'predictions',
      optional: true,
      description: 'CSV with a column `confidence`, for `uncertainty` of any model.',
    },
  ],
  outputs: [
    {
      name: 'critical',
      type: 'dataset',
      path: 'critical',
      optional: true,
      description: 'The critical samples, a subset of `data` in its format; absent where nothing deviates.',
    },
    tags,
  ],
  parameters: [
    nCritical,
    {
      name: 'method',
      type: 'string',
      default: 'density',
      enum: ['density', 'medoids', 'random', 'uncertainty'],
      description: 'How to choose.',
    },
    seed('the sampling'),
    bandwidth,
    thresholds,
  ],
};

export const rules: Signature = {
  name: 'rules',
  kind: 'checker',
  nature: 'symbolic',
  description:
    'Checks every sample against what is known to be true: limits, sets of values, what must not be missing, how columns ' +
    'must fit together. With predictions, a broken rule may veto a prediction or put another in its place.\n\n' +
    'A limit itself is allowed: with `maximum: 1000`, 1000 passes and 1001 does not. Severity is how far outside a value ' +
    'lies, measured in widths of the allowed range (1 where there is no range). The name of the rule that changed a prediction ' +
    'stands beside it and in the tags of the run.',
  paper: 'section 2.2.5 (sensor temperatures above 1000 or below -273 degrees Celsius); Algorithm 3',
  inputs: [
    { name: 'data', type: 'dataset', description: 'A table with named columns, or images (by their statistics).' },
    {
      name: 'predictions',
      type: 'predictions',
      optional: true,
      description: 'Predictions for the same samples, for rules that veto or override; `prediction` in expressions.',
    },
  ],
  outputs: [
    tags,
    {
      name: 'clean',
      type: 'dataset',
      path: 'clean',
      optional: true,
      description: 'The samples that break no rule, in the format of the data; absent where all do.',
    },
    {
      name: 'report',
      type: 'file',
      path: 'report.json',
      description: 'JSON: for each rule the samples that break it, and every prediction that a rule changed.',
    },
    {
      name: 'y',
      type: 'predictions',
      path: 'predictions.csv',
      optional: true,
      description: 'CSV `id,label,predicted,rule`: predictions after the rules; absent without predictions.',
    },
  ],
  parameters: [
    {
      name: 'rules',
      type: 'list',
      description:
        'Each with a `name`; a `column` with `minimum`, `maximum` or `in` (a list of values), or an `expression` over columns ' +
        'that must hold; `when`, an expression that says for which samples. A missing value breaks the rule unless it says ' +
        '`missing: allow`. `action: veto`, or `action: override` with a `label`, changes the prediction.',
    },
    {
      name: 'veto_label',
      type: 'string',
      default: 'unknown',
      description: 'What stands in place of a prediction that was vetoed.',
    },
  ],
};

export const humanLabeler: Signature = {
  name: 'human-labeler',
  kind: 'checker',
  nature: 'symbolic',
  description:
    'Asks a person for the labels of samples.\n\n' +
    'It leaves a task and ends; the run waits, and goes on when the answers are there. An oracle on `answers` makes it ' +
    'unattended.',
  paper: 'Algorithm 8 (Human Labeler Checker), section 3.4.3',
  inputs: [
    { name: 'data', type: 'dataset', description: 'The samples to label: the critical ones, to spare the person.' },
    { name: 'answers', type: 'labels', optional: true, description: 'CSV `id,label`: answers that are known already.' },
    { name: 'tags', type: 'tags', optional: true, description: 'How far each sample deviates: the worst come first.' },
    {
      name: 'suggestions',
      type: 'predictions',
      optional: true,
      description:
        'CSV `id,label,probability` (or `confidence`), labels or predictions: what a machine takes each for; shown to those ' +
        'who ask.',
    },
  ],
  outputs: [{ name: 'feedback', type: 'feedback', path: 'feedback', description: 'The labelled samples (x, y, id).' }],
  parameters: [
    {
      name: 'classes',
      type: 'list',
      default: [],
      description: 'What the person chooses from; empty: free text.',
    },
    budget,
  ],
};

export const humanFinder: Signature = {
  name: 'human-finder',
  kind: 'checker',
  nature: 'symbolic',
  description:
    'Asks a person which clean sample each critical one is most like.\n\n' +
    'It proposes the nearest candidates (images by correlation, tables feature by feature), leaves a task and ends; the run ' +
    'waits. An oracle on `answers` makes it unattended.',
  paper: 'Algorithm 9 (Human Finder Checker), section 3.4.4',
  inputs: [
    { name: 'data', type: 'dataset', description: 'The critical samples.' },
    { name: 'clean', type: 'dataset', description: 'The training data, to choose from.' },
    {
      name: 'answers',
      type: 'labels',
      optional: true,
      description: 'CSV `id,label`, the label being the id of the clean sample: answers that are known already.',
    },
    { name: 'tags', type: 'tags', optional: true, description: 'How far each sample deviates: the worst come first.' },
  ],
  outputs: [
    {
      name: 'feedback',
      type: 'feedback',
      path: 'feedback',
      description:
        'The critical samples with the label of the clean one (x, y, id) and the clean one (clean_x, clean_id).',
    },
  ],
  parameters: [
    {
      name: 'candidates',
      type: 'integer',
      default: 5,
      minimum: 1,
      maximum: 50,
      description: 'Proposed for each sample.',
    },
    budget,
  ],
};
