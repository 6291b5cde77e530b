import { batch, learningRate, seed } from './shared';
import type { Signature } from './signature';

export const classifier: Signature = {
  name: 'classifier',
  kind: 'task',
  nature: 'learning',
  description:
    'Trains a classifier on labelled samples.\n\n' +
    'Images (height x width, with or without channels) go to a convolutional network, anything else to a multi-layer ' +
    'perceptron, if `architecture` does not say otherwise. The same data, parameters and seed give the same model.\n\n' +
    'Samples with a `weight` above 1 are what a person labelled: few beside thousands of older ones, they are learned last, in ' +
    '`balanced_steps` batches of which they are `balanced_share`, the rest being replay. Weights below 1 say that samples are ' +
    'changed copies: they are learned before that, each once, in half of each batch. What is learned before the labels is kept ' +
    'in the cache, so that retraining on labels takes seconds and starts from the very model that is to be improved.',
  paper: 'section 4.2 (the CNN) and 4.3 (the MLP); Algorithm 11, `retrain`',
  inputs: [
    {
      name: 'data',
      type: 'dataset',
      weights: true,
      description: 'Samples with their labels (x, y; id and weight where given).',
    },
    {
      name: 'start',
      type: 'model',
      optional: true,
      description:
        'A model that the training goes on from (transfer learning): a folder of scanflow/classifier with the same layers; its ' +
        'classes, and the size of its images, may be others. Not for `discriminant`.',
    },
    {
      name: 'validation',
      type: 'dataset',
      optional: true,
      description:
        'Samples with their labels that are not learned from: the metrics tell after each epoch how the model does on them. ' +
        'Others than those that it is judged on.',
    },
  ],
  outputs: [
    { name: 'model', type: 'model', path: 'model', description: 'A folder: the network, its weights, its classes.' },
    {
      name: 'onnx',
      type: 'file',
      path: 'model.onnx',
      description: 'The same model for onnxruntime and other readers of ONNX.',
    },
  ],
  parameters: [
    {
      name: 'architecture',
      type: 'string',
      default: 'auto',
      enum: ['auto', 'cnn', 'mlp', 'densenet', 'discriminant'],
      description:
        '`cnn`: two blocks of convolution and pooling before dense layers; `mlp`: dense layers alone; `densenet`: a small ' +
        "DenseNet for images; `discriminant`: Fisher's linear one, computed without gradients.",
    },
    { name: 'epochs', type: 'integer', default: 3, minimum: 1, description: 'How often all samples are seen.' },
    {
      name: 'patience',
      type: 'integer',
      default: 0,
      minimum: 0,
      needs: 'validation',
      description:
        'Early stopping: end after so many epochs without a smaller validation loss, with the model of the best epoch. 0: take ' +
        'every epoch, and the model of the last.',
    },
    batch(64),
    learningRate(0.001),
    seed('weights and order'),
    {
      name: 'local_contrast',
      type: 'boolean',
      default: false,
      description:
        'Of images, take each pixel minus the mean of the 9 x 9 around it, so that light, shade and fog hardly count. Not where a ' +
        'class is told by its brightness. `discriminant` never does.',
    },
    {
      name: 'max_samples',
      type: 'integer',
      default: 0,
      minimum: 0,
      description:
        'Train on this many samples of weight 1 at most, chosen by the seed, and on as many changed copies; labelled ones are ' +
        'always among them. 0: all.',
    },
    {
      name: 'balanced_steps',
      type: 'integer',
      default: 300,
      minimum: 0,
      description:
        'Batches in which samples of weight above 1 are learned. 0: a weight is how often a sample is drawn, from the start ' +
        'on, as it is always for `discriminant`.',
    },
    {
      name: 'balanced_share',
      type: 'number',
      default: 0.5,
      minimum: 0.01,
      maximum: 0.99,
      description: 'The part of these batches that samples of another weight than 1 are.',
    },
    {
      name: 'augment',
      type: 'boolean',
      default: true,
      description: 'Move and turn labelled samples a little each time they are drawn (images only).',
    },
  ],
};

export const predictor: Signature = {
  name: 'predictor',
  kind: 'task',
  nature: 'learning',
  description: 'Predicts the class of every sample with a model of `scanflow/classifier`.',
  inputs: [
    { name: 'model', type: 'model', description: 'What the classifier wrote.' },
    { name: 'data', type: 'dataset', description: 'Samples; labels, if there are any, are not read.' },
  ],
  outputs: [
    {
      name: 'y',
      type: 'predictions',
      path: 'predictions.csv',
      description: 'CSV `id,label,confidence`, in the order of the data.',
    },
    {
      name: 'labelled',
      type: 'feedback',
      path: 'labelled',
      optional: true,
      description: 'The samples with what was predicted as their labels; only where `labelled` asks for it.',
    },
  ],
  parameters: [
    {
      name: 'labelled',
      type: 'boolean',
      default: false,
      description: "Write the samples with the model's own predictions as labels, too (the paper's scenario Naive).",
    },
  ],
};

export const onnxPredictor: Signature = {
  name: 'onnx-predictor',
  kind: 'task',
  nature: 'learning',
  description:
    'Predicts the class of every sample with an ONNX model: one of your own, from any library that exports it.\n\n' +
    'The model has one input, the samples, and an output with a number a class or with a label. It is run by onnxruntime, ' +
    'which `scanflow doctor --install-onnxruntime` installs.',
  inputs: [
    { name: 'model', type: 'model', description: 'An ONNX file.' },
    { name: 'data', type: 'dataset', description: 'Samples; labels, if there are any, are not read.' },
  ],
  outputs: [
    {
      name: 'y',
      type: 'predictions',
      path: 'predictions.csv',
      description: 'CSV `id,label,confidence`, in the order of the data.',
    },
  ],
  parameters: [
    {
      name: 'layout',
      type: 'string',
      default: 'auto',
      enum: ['auto', 'channels-last', 'channels-first'],
      description: 'Where the model wants the channels of images. `auto`: as its input is shaped.',
    },
    { name: 'brightness', type: 'boolean', default: true, description: 'Divide bytes by 255.' },
    {
      name: 'classes',
      type: 'list',
      default: [],
      description:
        'The label of each output. Empty: those in the file, if scanflow/classifier wrote it, else 0, 1, 2, ...',
    },
  ],
};

export const evaluator: Signature = {
  name: 'evaluator',
  kind: 'task',
  nature: 'symbolic',
  description:
    'Compares predictions with the truth and logs how good they are.\n\n' +
    'Rows are matched by id where both sides have ids, else by their order. Labels are compared as text, so `7`, `7.0` ' +
    'and the string "7" are one class.',
  paper: 'Algorithms 4, 11 and 12, `evaluate`',
  inputs: [
    {
      name: 'predictions',
      type: 'predictions',
      description: 'CSV with a column `label` (or a single column), or an array.',
    },
    { name: 'truth', type: 'dataset', description: 'A dataset with labels, or CSV `id,label`.' },
    {
      name: 'drifted',
      type: 'predictions',
      many: true,
      optional: true,
      description: 'Predictions of the same samples after they drifted: one a corruption.',
    },
    {
      name: 'groups',
      type: 'dataset',
      optional: true,
      description: 'A dataset with the column `group`, where `truth` lacks it.',
    },
  ],
  outputs: [
    {
      name: 'report',
      type: 'file',
      path: 'report.json',
      description:
        'JSON: accuracy and F1; accuracy, precision, recall, F1 and count of each class; the confusion matrix; accuracy of each drifted version and group.',
    },
  ],
  parameters: [
    { name: 'names', type: 'list', default: [], description: 'Of the drifted versions, in the order of their edges.' },
    {
      name: 'group',
      type: 'string',
      default: '',
      columns: ['groups', 'truth'],
      description: 'A column that tells groups apart; empty: no groups.',
    },
    {
      name: 'positive',
      type: 'string',
      default: '',
      description: 'The class whose share in each group is told; empty: none.',
    },
  ],
};

export const best: Signature = {
  name: 'best',
  kind: 'task',
  nature: 'symbolic',
  description:
    'Passes on the best of several versions: of the models of a matrix, for example.\n\n' +
    'Candidates and reports come in the same order; a tie goes to the first.',
  inputs: [
    { name: 'candidates', type: 'model', many: true, description: 'The versions.' },
    {
      name: 'reports',
      type: 'file',
      many: true,
      description: 'A report each (JSON), such as those of `scanflow/evaluator`.',
    },
  ],
  outputs: [
    { name: 'best', type: 'model', path: 'best', description: 'A copy of the best candidate.' },
    { name: 'choice', type: 'file', path: 'choice.json', description: 'JSON: which one, and the value of each.' },
  ],
  parameters: [
    {
      name: 'metric',
      type: 'string',
      default: 'accuracy',
      description: "A number in the reports. Never the metric of an improver's gate: who chooses must not judge.",
    },
    {
      name: 'goal',
      type: 'string',
      default: 'maximize',
      enum: ['maximize', 'minimize'],
      description: 'Which end is best.',
    },
  ],
};

export const augment: Signature = {
  name: 'augment',
  kind: 'task',
  nature: 'symbolic',
  description:
    'Adds changed copies of all images, with their labels: moved, turned, sheared, scaled; noisy, blurred, rippled, inverted, lit ' +
    'otherwise, clouded, barred, scratched.\n\n' +
    'A revision of `scanflow/augmenter` puts it before a training. None of the changes is made by the code or the parameters of ' +
    'a corruption of MNIST-C; that images are moved and turned is common to both.',
  inputs: [{ name: 'data', type: 'dataset', description: 'Images of any size and number of channels.' }],
  outputs: [
    {
      name: 'data',
      type: 'dataset',
      path: 'data',
      description: 'The samples and their copies, in their format and type.',
    },
  ],
  parameters: [
    { name: 'copies', type: 'integer', default: 1, minimum: 1, maximum: 20, description: 'Of each image.' },
    seed('what changes'),
    {
      name: 'weight',
      type: 'number',
      default: 1,
      minimum: 0.000001,
      maximum: 1,
      description: 'Written as the `weight` of the copies, where it is not 1.',
    },
  ],
};

export const denoiser: Signature = {
  name: 'denoiser',
  kind: 'task',
  nature: 'learning',
  description:
    'Denoises the samples that its router takes for corrupted; all others pass unchanged, to the last bit.\n\n' +
    'A revision of `scanflow/model-denoiser-wrapper` puts it before a model.',
  paper: 'Algorithm 12, `wrap`; Algorithm 10',
  inputs: [
    { name: 'data', type: 'dataset', description: 'Images.' },
    { name: 'denoiser', type: 'model', description: 'What the wrapper trained.' },
  ],
  outputs: [
    { name: 'data', type: 'dataset', path: 'data', description: 'The same samples, in their format and type.' },
  ],
  parameters: [],
};
