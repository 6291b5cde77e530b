import { describe, expect, test } from 'vitest';
import type { RunRow, RunSummary } from '../../engine/protocol';
import type { Mirror } from '../runs/mirror';
import { attemptItems, fitsFilter, type StepItem, stepItems } from './run-items';

const mirror = {} as Mirror;
const summary = {
  run: 'r',
  nodes: [
    'model@training',
    'trainer/candidate/test/score@training',
    'trainer@inference',
    'trainer/candidate/test/model@training',
  ].map((name) => ({ name, attempt: 1 })),
  metrics: { model: { loss: 1 }, 'trainer/candidate/test/score': { accuracy: 0.9 } },
} as unknown as RunSummary;

describe('the steps of a run', () => {
  test('those of a branch are together; each has what it measured', () => {
    const items = stepItems(mirror, summary);
    expect(
      items.map((item) => (item.type === 'step' ? item.step.name : item.type === 'branch' ? item.name : '')),
    ).toEqual(['model@training', 'trainer@inference', 'trainer/candidate/test']);
    expect((items[0] as StepItem).metrics).toEqual({ loss: 1 });
    const branch = items[2]!;
    expect(
      branch.type === 'branch' && branch.steps.map(({ step, metrics }) => [step.name.split('/').at(-1), metrics]),
    ).toEqual([
      ['score@training', { accuracy: 0.9 }],
      ['model@training', {}],
    ]);
  });

  test.each([
    [0, []],
    [1, [[1, 'running']]],
    [
      3,
      [
        [1, null],
        [2, null],
        [3, 'running'],
      ],
    ],
  ])('attempt %i', (attempt, shown) => {
    const step = {
      type: 'step',
      mirror,
      run: 'r',
      step: { name: 'a', attempt, state: 'running' },
      metrics: {},
    } as unknown as StepItem;
    const items = attemptItems(step);
    expect(items.map((item) => item.type === 'attempt' && [item.attempt, item.state])).toEqual(shown);
  });
});

test.each([
  ['', true],
  ['digits', true],
  ['DIGITS failed', true],
  ['failed digits examples', true],
  ['digits running', false],
])('the filter "%s" lets a failed run of digits through: %s', (filter, fits) => {
  const row = {
    workflow: 'digits',
    file: 'examples/digits.scanflow',
    run: '2026-a',
    state: 'failed',
  } as unknown as RunRow;
  expect(fitsFilter(row, row.state, filter)).toBe(fits);
});
