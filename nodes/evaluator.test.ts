import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pair, score } from './evaluator';

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
  expect(score([['ghost', 'a']]).classes).toEqual([{ class: 'a', accuracy: 0, count: 1 }]);
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
