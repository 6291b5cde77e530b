import { batch, learningRate, seed } from './shared';
import type { Signature } from './signature';

export const modelTrainer: Signature = {
  name: 'model-trainer',
  kind: 'improver',
  nature: 'learning',
  description:
    'Proposes to train what it `improves` again, on the data it had plus the labelled samples.\n\n' +
    'The engine joins the two, trains a candidate with the same executor, measures it against the champion on labels held ' +
    'back from training and on `metric.on`, and keeps it only if it is better.',
  paper: 'Algorithm 11 (Model Trainer Improver), section 3.4.5',
  inputs: [{ name: 'feedback', type: 'feedback', description: 'Labelled samples (x, y, id).' }],
  outputs: [
    { name: 'revision', type: 'file', path: 'revision.json', description: 'The proposed change, for the engine.' },
  ],
  parameters: [
    {
      name: 'strategy',
      type: 'string',
      default: 'balanced',
      enum: ['faithful', 'balanced'],
      description:
        '`faithful`: plain concatenation, as the paper has it. `balanced`: the labelled samples get a `weight` where the port ' +
        'says that it heeds weights (`weights: true`); elsewhere it is as `faithful`. `scanflow/classifier` then mixes them ' +
        'half and half with older samples.',
    },
    {
      name: 'weight',
      type: 'number',
      default: 30,
      minimum: 1,
      description:
        'How many samples of the original data one labelled sample counts for (`balanced`), in a training program of your ' +
        'own; `scanflow/classifier` has parameters for its mixture.',
    },
  ],
};

export const modelDenoiserWrapper: Signature = {
  name: 'model-denoiser-wrapper',
  kind: 'improver',
  nature: 'learning',
  description:
    'Proposes to put a denoiser before the model, and to train the model on the corrupted samples as well.\n\n' +
    'A convolutional denoising autoencoder learns from pairs of corrupted and clean samples, and to leave clean ones alone; ' +
    'where samples are corrupted in several ways, one for each. A router, calibrated on clean data, lets only what is not clean ' +
    'through the denoiser of its way. The engine compares the compound ' +
    'with the champion and with the retrained model alone, and takes the best of the three.',
  paper: 'Algorithm 12 (Model Denoiser Wrapper Improver), with Algorithm 10; section 3.4.6',
  inputs: [
    { name: 'feedback', type: 'feedback', description: 'Pairs of `scanflow/human-finder`.' },
    {
      name: 'clean',
      type: 'dataset',
      optional: true,
      description:
        'Clean samples to practise on and to calibrate the router on; without it, the clean samples of the pairs.',
    },
  ],
  outputs: [
    { name: 'revision', type: 'file', path: 'revision.json', description: 'The proposed changes, for the engine.' },
    { name: 'denoiser', type: 'model', path: 'denoiser', description: 'A folder: the networks and their router.' },
  ],
  parameters: [
    {
      name: 'design',
      type: 'string',
      default: 'u-net',
      enum: ['u-net', 'autoencoder'],
      description:
        'Of the denoiser. `u-net`: a small U-Net, whose last layer sees the image itself, so it harms little; `autoencoder`: the ' +
        'one of Algorithm 6, with a bottleneck, as the paper has it.',
    },
    {
      name: 'denoisers',
      type: 'integer',
      default: 0,
      minimum: 0,
      description: 'How many, one for each way in which samples are corrupted; 0: as many as stand apart, six at most.',
    },
    {
      name: 'practice',
      type: 'integer',
      default: 20_000,
      minimum: 0,
      description:
        'Changed copies of the clean samples that the denoisers practise on, twice each, before they see a pair: another light, ' +
        'noise, blur, bars; of one sample 20 at most. What was practised is kept for the next pairs. 0: none, as in the paper; then 20 `epochs` at a ' +
        '`learning_rate` of 0.002 do.',
    },
    { name: 'epochs', type: 'integer', default: 5, minimum: 1, description: 'Of each denoiser, over its pairs.' },
    batch(32),
    learningRate(0.004),
    seed('weights, order and choice'),
    {
      name: 'pass',
      type: 'number',
      default: 0.999,
      minimum: 0,
      maximum: 1,
      description: 'The share of clean samples that the router lets pass unchanged.',
    },
    {
      name: 'strength',
      type: 'number',
      default: 1,
      minimum: 0.1,
      maximum: 1,
      description:
        'How far an image moves towards what the denoiser makes of it. 1: all the way, as the paper has it; 0.5: half-way, where it still has what a denoiser of few pairs takes for noise by mistake.',
    },
    {
      name: 'weight',
      type: 'number',
      default: 10,
      minimum: 1,
      description: 'How many samples of the original data one corrupted sample counts for.',
    },
  ],
};

export const augmenter: Signature = {
  name: 'augmenter',
  kind: 'improver',
  nature: 'learning',
  description:
    'Proposes to train on changed copies of the images as well, without asking anyone for a label.\n\n' +
    'The copies are made by `scanflow/augment` before the port that it `wraps`, so every training program learns from them. ' +
    'Measure it by `accuracy_mean` of a `scanflow/evaluator` that sees clean and drifted data: on clean data alone there is ' +
    'nothing to gain, on drifted data alone nothing would say what is lost on clean data. `keep: accuracy` lets the gate reject ' +
    'what loses more than `guard` on clean data.',
  inputs: [
    {
      name: 'after',
      type: 'file',
      optional: true,
      description: 'What it waits for: the tags of a drift detector, for example. Not read.',
    },
  ],
  outputs: [
    { name: 'revision', type: 'file', path: 'revision.json', description: 'The proposed change, for the engine.' },
  ],
  parameters: [
    { name: 'copies', type: 'integer', default: 1, minimum: 1, maximum: 20, description: 'Of each image.' },
    seed('what changes'),
    {
      name: 'weight',
      type: 'number',
      default: 0.5,
      minimum: 0.000001,
      maximum: 1,
      description:
        'What a copy counts beside a sample, where the port heeds weights; elsewhere, or at 1, no weight is written. ' +
        '`scanflow/classifier` learns samples that count less than 1 after the others, each once, half and half with them.',
    },
  ],
};
