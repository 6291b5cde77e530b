import type { Json } from '../../engine/protocol';
import { COUNT, csv, type Form, images, pairs, table } from './bad-data.fixture';

export type Given = string | Uint8Array | { file: string } | { many: (string | Uint8Array)[] };

/** A node as it is meant to be used; what it makes of each bad form at each port is one clear error, or right. */
export interface Setup {
  name: string;
  with?: Record<string, Json>;
  inputs: () => Record<string, Given>;
  /** Port -> the forms that it can do something right with. Every other one must be refused. */
  fine: Record<string, readonly Form[]>;
}

/** Where the models are that nodes get: whoever uses the table makes them. */
export const models: Record<'images' | 'table' | 'denoiser' | 'onnx', string> = {
  images: '',
  table: '',
  denoiser: '',
  onnx: '',
};
export const fast = { epochs: 1, batch: 16, balanced_steps: 5 };
export const wrapping = { practice: 30, epochs: 1, improves: 'model.data', wraps: ['trial.data'] };
const predictions = csv('id,label', COUNT, (row) => `s${row},${row % 2}`);
const tags = csv('id,anomalous,severity', COUNT, (row) => `s${row},1,1`);
const losses = csv('id,loss', COUNT, (row) => `s${row},${row / 20}`);

const whole = ['images', 'a single class', 'other classes'] as const;
const ofImages = [...whole, 'one sample', 'five samples', 'constant images'] as const;
const odd = ['other images', 'images of one pixel', 'four dimensions', 'single numbers'] as const;
const sound = ['table', 'constant columns', 'cells of 1e37'] as const;
const ofTables = [...sound, 'a row twice'] as const;
/** Not looked into: who carries data on says what is wrong with it later. */
const carried = [
  ...ofImages,
  ...ofTables,
  ...odd,
  'a NaN',
  'an infinity',
  'images of 1e30',
  'an empty cell',
  'an infinite cell',
  'text for numbers',
] as const;
/** Nothing to do is no problem. */
const none = ['no rows', 'a header alone'] as const;
const named = carried.filter((form) => form !== 'single numbers');
/** With fewer samples than others speak of. */
const fewer: readonly Form[] = ['one sample', 'five samples'];
const complete = carried.filter((form) => !fewer.includes(form));
const onceEach = complete.filter((form) => form !== 'a row twice');
/** What can stand beside images of 8x8. */
const alike = [...ofImages, 'a NaN', 'an infinity', 'images of 1e30', 'no rows'] as const;

export const setups: Setup[] = [
  {
    name: 'classifier',
    with: fast,
    inputs: () => ({}),
    fine: {
      data: [...ofImages.filter((form) => form !== 'one sample' && form !== 'a single class'), ...ofTables, ...odd],
    },
  },
  {
    name: 'classifier',
    with: { ...fast, patience: 1 },
    inputs: () => ({ data: images() }),
    fine: { validation: ofImages.filter((form) => form !== 'other classes') },
  },
  {
    name: 'predictor',
    inputs: () => ({ model: { file: models.images } }),
    fine: { data: [...ofImages, 'no rows', 'a header alone'] },
  },
  {
    name: 'predictor',
    inputs: () => ({ model: { file: models.table } }),
    fine: { data: [...ofTables, 'no rows', 'a header alone'] },
  },
  {
    name: 'onnx-predictor',
    inputs: () => ({ model: { file: models.onnx } }),
    // A foreign model may take brightness as large as it likes.
    fine: { data: [...ofImages, 'images of 1e30', 'no rows', 'a header alone'] },
  },
  {
    name: 'evaluator',
    inputs: () => ({ predictions, truth: images() }),
    fine: { truth: complete, predictions: onceEach },
  },
  {
    name: 'fairness',
    with: { group: 'b', positive: '1' },
    inputs: () => ({ predictions, truth: table(), groups: table() }),
    fine: {
      truth: carried,
      predictions: onceEach,
      groups: [
        ...ofTables.filter((form) => form !== 'constant columns'),
        'an empty cell',
        'an infinite cell',
        'text for numbers',
      ],
    },
  },
  {
    name: 'drift-detector',
    with: { epochs: 1, n_critical: 10 },
    inputs: () => ({ train: images(), test: images() }),
    fine: { train: [...whole, 'constant images'], test: ofImages },
  },
  {
    name: 'drift-detector',
    with: { epochs: 1, n_critical: 10 },
    inputs: () => ({ train: table(), test: table() }),
    fine: { train: [...ofTables, 'an empty cell'], test: [...ofTables, 'an empty cell'] },
  },
  {
    name: 'critical-point-selector',
    with: { n_critical: 10, method: 'density' },
    inputs: () => ({ train: losses, test: losses, data: images() }),
    fine: { train: [], test: [], data: named },
  },
  {
    name: 'critical-point-selector',
    with: { n_critical: 10, method: 'medoids' },
    inputs: () => ({}),
    fine: { data: [...ofImages, ...ofTables, ...odd, ...none] },
  },
  {
    name: 'critical-point-selector',
    with: { n_critical: 10, method: 'uncertainty' },
    inputs: () => ({ model: { file: models.images } }),
    fine: { data: [...ofImages, ...none] },
  },
  {
    name: 'critical-point-selector',
    with: { n_critical: 10, method: 'random' },
    inputs: () => ({}),
    fine: { data: [...carried, ...none] },
  },
  {
    name: 'human-labeler',
    with: { classes: ['0', '1'] },
    inputs: () => ({ data: images(), tags }),
    fine: { data: [...carried, ...none], tags: [] },
  },
  {
    name: 'human-finder',
    inputs: () => ({ data: images(), clean: images(), tags }),
    fine: { data: ofImages, clean: ofImages, tags: [] },
  },
  {
    name: 'model-denoiser-wrapper',
    with: wrapping,
    inputs: () => ({ feedback: pairs(), clean: images() }),
    fine: { feedback: [], clean: ofImages.filter((form) => form !== 'one sample') },
  },
  {
    name: 'denoiser',
    inputs: () => ({ denoiser: { file: models.denoiser } }),
    fine: { data: [...ofImages, 'no rows'] },
  },
  {
    name: 'augment',
    inputs: () => ({}),
    fine: { data: [...ofImages, 'other images', 'images of one pixel', 'no rows'] },
  },
  { name: 'corrupt', with: { kind: 'stripe' }, inputs: () => ({}), fine: { data: [...ofImages, 'no rows'] } },
  {
    name: 'dataset',
    inputs: () => ({}),
    fine: { data: carried },
  },
  {
    name: 'encoder',
    inputs: () => ({ fit: table(), data: table() }),
    fine: { fit: [...ofTables, 'an empty cell'], data: [...ofTables, 'a header alone', 'an empty cell'] },
  },
  {
    name: 'rules',
    with: { rules: [{ name: 'possible', column: 'a', minimum: -3, maximum: 3 }] },
    inputs: () => ({}),
    fine: { data: [...ofTables, 'a header alone', 'an empty cell', 'an infinite cell', 'text for numbers'] },
  },
  {
    name: 'schema-checker',
    with: { edge: 'extract.rows -> model.data' },
    inputs: () => ({ data: table(), reference: table() }),
    fine: { data: carried, reference: carried },
  },
  {
    name: 'weak-labeler',
    with: {
      functions: [
        { name: 'up', label: '1', when: 'a > 0' },
        { name: 'down', label: '0', when: 'a < 0' },
      ],
    },
    inputs: () => ({}),
    fine: { data: ['table', 'cells of 1e37', 'a row twice', 'an empty cell', 'an infinite cell'] },
  },
  {
    name: 'model-trainer',
    with: { improves: 'model.data' },
    inputs: () => ({}),
    fine: { feedback: [...carried, ...none] },
  },
  { name: 'split', inputs: () => ({}), fine: { feedback: [...carried, ...none] } },
  { name: 'split-many', inputs: () => ({}), fine: { feedback: [...carried, ...none] } },
  {
    name: 'merge',
    inputs: () => ({ base: images(), feedback: images({ count: 5 }) }),
    fine: { base: alike, feedback: alike },
  },
  {
    name: 'collect',
    with: { kind: 'label' },
    inputs: () => ({ data: { many: [images()] }, answers: '{"s0":"1","s1":null}' }),
    fine: { data: named.filter((form) => form !== 'one sample'), answers: [] },
  },
  { name: 'best', with: { metric: 'a' }, inputs: () => ({ candidates: { many: ['m'] } }), fine: { reports: [] } },
];
