import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pair, score } from './evaluator';
import { attempt } from './run.fixture';

test('accuracy, counts and confusion agree with counting one by one', () => {
  const label = fc.constantFrom('a', 'b', 'c');
  fc.assert(
    fc.property(fc.array(fc.tuple(label, label), { minLength: 1 }), (pairs) => {
      const report = score(pairs);
      expect(report.accuracy).toBeCloseTo(pairs.filter(([one, other]) => one === other).length / pairs.length, 12);
      expect(report.classes.reduce((sum, each) => sum + each.count, 0)).toBe(pairs.length);
      for (const [i, truth] of report.confusion.labels.entries()) {
        for (const [j, predicted] of report.confusion.labels.entries()) {
          const counted = pairs.filter((each) => each[0] === predicted && each[1] === truth).length;
          expect(report.confusion.rows[i]![j]).toBe(counted);
        }
      }
    }),
  );
});

test('a class that is never true has no accuracy', () => {
  const nothing = { accuracy: 0, precision: 0, recall: 0, f1: 0 };
  expect(score([['ghost', 'a']]).classes).toEqual([{ class: 'a', count: 1, ...nothing }]);
});

/** Truth a a a b b c, predicted a a b b d c, by hand; `d` is only predicted, and counts in the mean, as in scikit-learn. */
test('precision, recall and F1 of each class, and their mean', () => {
  const report = score([
    ['a', 'a'],
    ['a', 'a'],
    ['b', 'a'],
    ['b', 'b'],
    ['d', 'b'],
    ['c', 'c'],
  ]);
  expect(report.classes.map(({ precision, recall, f1 }) => [precision, recall, f1])).toEqual([
    [2 / 2, 2 / 3, 4 / 5],
    [1 / 2, 1 / 2, 1 / 2],
    [1, 1, 1],
  ]);
  expect(report.f1).toBeCloseTo((0.8 + 0.5 + 1 + 0) / 4, 12);
  expect(score([]).f1).toBeNaN();
});

const labels = ['1', '2'];

test('rows are matched by id where both sides have them, whatever their order', () => {
  expect(pair({ labels, ids: ['a', 'b'] }, { labels: ['9', '8'], ids: ['b', 'a'], partial: false })).toEqual([
    ['1', '8'],
    ['2', '9'],
  ]);
});

test('labels of some samples judge those; a dataset must have all', () => {
  const truth = { labels: ['1'], ids: ['a'] };
  expect(pair({ labels, ids: ['a', 'b'] }, { ...truth, partial: true })).toEqual([['1', '1']]);
  expect(() => pair({ labels, ids: ['a', 'b'] }, { ...truth, partial: false })).toThrow(/Sample b was predicted/);
  expect(() => pair({ labels, ids: ['c', 'd'] }, { ...truth, partial: true })).toThrow(/No sample that was predicted/);
});

test('without ids on both sides the order counts, and so does the number', () => {
  expect(pair({ labels }, { labels: ['1', '1'], ids: ['x', 'y'], partial: false })).toHaveLength(2);
  expect(() => pair({ labels }, { labels: ['1'], partial: false })).toThrow(/2 predictions and 1 true labels/);
});

const evaluate = (predictions: string, truth: string, more: Record<string, { many: string[] }> = {}) =>
  attempt('evaluator', { names: [], group: '', positive: '' }, { predictions, truth, ...more });

test.each<[string, string, string, RegExp]>([
  ['hard samples left out', 'a,1\n', 'a,1\nb,2\nc,2\n', /^SF7130 2 of 3 samples of input truth are not in .*: b, c\./],
  ['one left out, another unknown', 'x,1\nb,2\n', 'a,1\nb,2\n', /^SF7130 1 of 2 .*: a\./],
  ['a sample twice', 'a,1\nb,2\na,1\n', 'a,1\nb,2\n', /^SF7130 Sample a is in input predictions 2 x/],
  ['a sample of two classes', 'a,1\n', 'a,1\na,2\n', /^SF7130 Sample a has two labels in input truth/],
  ['an empty label', 'a,1\nb, \n', 'a,1\nb,2\n', /^SF7115 Sample b of input predictions has no class/],
])('no accuracy of a part: %s', async (_, predictions, truth, message) => {
  const { code, errors } = await evaluate(`id,label\n${predictions}`, `id,label\n${truth}`);
  expect([code, errors]).toEqual([1, [expect.stringMatching(message)]]);
});

test('a drifted version that leaves samples out is named', async () => {
  const all = 'id,label\na,1\nb,2\n';
  const { errors } = await evaluate(all, all, { drifted: { many: [all, 'id,label\na,1\n'] } });
  expect(errors).toEqual([expect.stringMatching(/^SF7130 1 of 2 samples .* are not in input drifted 1: b\./)]);
});

test('a row twice on both sides, in another order, counts twice', async () => {
  const { read } = await evaluate('id,label\na,1\na,1\nb,1\n', 'id,label\nb,2\na,1\na,1\n');
  expect(JSON.parse(read('report'))).toMatchObject({ count: 3, accuracy: 2 / 3 });
});

test('no class on both sides may be right, and is told', async () => {
  const told = async (predicted: string) => {
    const { log, read } = await evaluate(`label\n${predicted}\n${predicted}\n`, 'y\nstays\nleaves\n');
    expect(JSON.parse(read('report')).notice).toBe(log[1]);
    return log[1];
  };
  expect(await told('0.5')).toBe(
    'no class that was predicted is true of a sample: predicted are "0.5", true "leaves", "stays"',
  );
  expect(await told('stays')).toBeUndefined();
});
