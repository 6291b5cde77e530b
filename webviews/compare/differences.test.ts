import { expect, test } from 'vitest';
import { sizeOf } from '../../engine/protocol/size';
import type { Compared } from '../../extension/messages/compare';
import { axesOf, delta, differs, rowsOf } from './differences';

const run = (name: string, accuracy: number, lr: number, state = 'succeeded') =>
  ({
    summary: {
      run: name,
      state,
      runtime: 'process',
      phases: ['training'],
      parameters: { lr, classes: ['0', '1'] },
      metrics: { score: { accuracy, 'system.duration': lr } },
      nodes: [{ name: 'model@training', state }],
      startedAt: '2026-01-02T03:04:05.000Z',
      endedAt: '2026-01-02T03:04:06.500Z',
    },
    steps: [
      { step: 'model@training', branch: null, parameters: { epochs: 10 * lr } },
      { step: 'model@inference', branch: null, parameters: { epochs: 10 * lr } },
      { step: 'trainer/candidate/test/model@training', branch: 'trainer/candidate/test', parameters: { epochs: 99 } },
    ],
    curves: [],
    pictures: [],
  }) as unknown as Compared;

test('joins what each run has, and tells what differs', () => {
  const rows = rowsOf([run('a', 0.9, 0.1), run('b', 0.95, 0.1)]);
  const changed = rows.filter(differs).map(({ name, cells }) => [name, ...cells]);
  expect(changed).toEqual([['score.accuracy', 0.9, 0.95]]);
  expect(rows.find(({ name }) => name === 'seconds')?.cells).toEqual([1.5, 1.5]);
});

test('a metric that is no number is not one that a run has not; two of them are alike', () => {
  const torn = (name: string) => run(name, null as unknown as number, 0.1);
  const row = (...runs: Compared[]) => rowsOf(runs).find(({ name }) => name === 'score.accuracy')!;
  expect(row(run('a', 0.9, 0.1), torn('b')).cells).toEqual([0.9, Number.NaN]);
  expect(differs(row(torn('a'), torn('b')))).toBe(false);
  expect(delta(Number.NaN, 0.9)).toBe('');
});

test('what a run has not is null, and that is a difference', () => {
  const other = run('b', 0.95, 0.1);
  Object.assign(other.summary, { metrics: {} });
  const row = rowsOf([run('a', 0.9, 0.1), other]).find(({ name }) => name === 'score.accuracy')!;
  expect([row.cells, differs(row)]).toEqual([[0.9, null], true]);
});

test('a difference of bytes is a size', () => {
  expect(delta(3 * 1024 ** 2, 1024 ** 2, sizeOf)).toBe('▲ +2.0 MiB');
});

test.each([
  [0.95, 0.9, '▲ +0.05'],
  [0.9, 0.95, '▼ −0.05'],
  [0.9, 0.9, '='],
  [null, 0.9, ''],
  ['x', 0.9, ''],
])('%s against %s is %s', (value, base, text) => expect(delta(value, base)).toBe(text));

test('parameters come first, what is measured of every attempt last', () => {
  const rows = rowsOf([run('a', 0.9, 0.1), run('b', 0.95, 0.2)]);
  expect([...new Set(rows.map(({ group }) => group))]).toEqual(['parameter', 'metric', 'node', 'run', 'system']);
  expect(rows.at(-1)!.name).toBe('score.system.duration');
});

test('no axis for what is the same in all runs that have it', () => {
  const other = run('c', 0.9, 0.3);
  Object.assign(other.summary, { metrics: {} });
  const rows = rowsOf([run('a', 0.9, 0.1), run('b', 0.9, 0.2), other]);
  expect(axesOf(rows).map(({ name }) => name)).toEqual(['lr', 'model.epochs']);
});

test('axes are the numbers that differ, parameters first, none of the system', () => {
  const rows = rowsOf([run('a', 0.9, 0.1), run('b', 0.95, 0.2), run('c', 0.97, 0.3)]);
  expect(axesOf(rows).map(({ name }) => name)).toEqual(['lr', 'score.accuracy', 'model.epochs']);
});

test('parameters of nodes stand once, whatever the phase, and lead to their node; candidates’ are not the workflow’s', () => {
  const rows = rowsOf([run('a', 0.9, 0.1), run('b', 0.9, 0.2)]);
  const led = rows.filter(({ node }) => node !== undefined).map(({ name, node, cells }) => [name, node, ...cells]);
  expect(led).toEqual([
    ['model.epochs', 'model', 1, 2],
    ['model@training', 'model', 'succeeded', 'succeeded'],
  ]);
});
