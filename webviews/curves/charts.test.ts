import { expect, test } from 'vitest';
import type { Curve } from '../../extension/messages/curves';
import { chartsOf, nearestStep, pointAt } from './charts';

const curve = (node: string, metric: string, phase = 'training', steps = [1, 2]): Curve => ({
  ...{ node, phase, metric },
  points: steps.map((step) => ({ step, value: step / 2, at: 0 })),
});
const shown = (curves: Curve[]) =>
  chartsOf(curves).map(({ node, metric, lines }) => [`${node}.${metric}`, ...lines.map(({ name }) => name)]);

test.each<[string, Curve[], string[][]]>([
  ['one by itself', [curve('m', 'training_loss')], [['m.training_loss', 'training_loss']]],
  [
    'what was learned from beside what was not, and that first',
    [curve('m', 'validation_loss'), curve('m', 'training_loss'), curve('m', 'lr')],
    [
      ['m.loss', 'training_loss', 'validation_loss'],
      ['m.lr', 'lr'],
    ],
  ],
  [
    'as Keras and Lightning write it',
    [curve('m', 'loss'), curve('m', 'val_loss'), curve('m', 'train/acc'), curve('m', 'val/acc')],
    [
      ['m.loss', 'loss', 'val_loss'],
      ['m.acc', 'train/acc', 'val/acc'],
    ],
  ],
  [
    'versions of a matrix',
    [curve('m[lr=0.1]', 'loss'), curve('m[lr=0.01]', 'loss'), curve('m[lr=0.1]', 'val_loss')],
    [['m.loss', 'lr=0.1 loss', 'lr=0.01 loss', 'lr=0.1 val_loss']],
  ],
  ['phases', [curve('m', 'loss'), curve('m', 'loss', 'later')], [['m.loss', 'training', 'later']]],
  [
    "a candidate's apart from its champion's",
    [curve('m', 'loss'), curve('i/candidate/m', 'loss')],
    [
      ['m.loss', 'loss'],
      ['i/candidate/m.loss', 'loss'],
    ],
  ],
  [
    'words that only begin alike',
    [curve('m', 'value'), curve('m', 'trained')],
    [
      ['m.value', 'value'],
      ['m.trained', 'trained'],
    ],
  ],
])('%s', (_what, curves, charts) => {
  expect(shown(curves)).toEqual(charts);
});

test('where somebody points, the nearest step counts, and of a line that has none there the last before', () => {
  const [chart] = chartsOf([curve('m', 'loss', 'p', [1, 5, 9]), curve('m', 'val_loss', 'p', [2, 6])]);
  const { lines } = chart!;
  expect([-3, 3, 3.6, 100].map((step) => nearestStep(lines, step))).toEqual([1, 2, 5, 9]);
  expect(nearestStep([], 1)).toBeUndefined();
  expect(lines.map(({ points }) => pointAt(points, 5)?.step)).toEqual([5, 2]);
  expect(lines.map(({ points }) => pointAt(points, 1)?.step)).toEqual([1, undefined]);
});
