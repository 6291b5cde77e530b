import { expect, test } from 'vitest';
import type { RunSummary, StepState } from '../../engine/protocol';
import { parseWorkflow } from '../../graph';
import { outlineOf } from '../graph/outline';
import { nodeOf } from '../runs/node-of';
import { duration } from '../trees/duration';
import { problemsOf, statusOf } from './graph-marks';

const outline = outlineOf(
  parseWorkflow(`scanflow: 1
name: marks
executors: { run: { command: [run] } }
nodes:
  a: { executor: run }
  b:
    executor: run
    label: b
edges:
  - a -> b
`).workflow,
);
const mark = (line: number, severity: number, message: string) => ({
  range: { start: { line, character: 4 }, end: { line, character: 6 } },
  severity,
  message,
});

test('a node and an edge show the worst of their problems, and hints nowhere', () => {
  const marks = [
    mark(6, 1, 'a warning\nand more'),
    mark(6, 0, 'an error\nand more'),
    mark(4, 2, 'a hint'),
    mark(9, 1, 'of the edge'),
    mark(0, 0, 'of the file'),
  ];
  expect(problemsOf(outline, marks)).toEqual([
    { node: 'b', severity: 'error', message: 'an error' },
    { node: 'edge:0', severity: 'warning', message: 'of the edge' },
  ]);
});

const summary = (states: Record<string, StepState>) =>
  ({
    nodes: Object.entries(states).map(([name, state]) => ({
      name,
      state,
      startedAt: '2026-01-01T00:00:00.000Z',
      endedAt: state === 'running' ? null : '2026-01-01T00:00:02.500Z',
      progress: state === 'running' ? { done: 0.4 } : null,
    })),
  }) as unknown as RunSummary;

test.each([
  [{ 'a@training': 'succeeded', 'a@inference': 'supplied' }, [['a', 'succeeded', '2.5 s']]],
  [{ 'a[lr=0.1]@training': 'succeeded', 'a[lr=0.2]@training': 'failed' }, [['a', 'failed', '2.5 s']]],
  [{ 'a[lr=0.1]@training': 'cached', 'a[lr=0.2]@training': 'running' }, [['a', 'running', '40 %']]],
  [{ 'a@training': 'succeeded', 'i/candidate/test/a@training': 'failed' }, [['a', 'succeeded', '2.5 s']]],
  [{}, []],
] as [Record<string, StepState>, string[][]][])('%o', (states, shown) => {
  expect(statusOf(summary(states)).map(({ node, state, detail }) => [node, state, detail])).toEqual(shown);
});

test.each([
  ['model@training', 'model'],
  ['model[lr=0.1]@training', 'model'],
  ['model[mail=a@b]@training', 'model'],
  ['trainer/candidate/test/score@training', 'score'],
  ['trainer[seed=1]@inference/candidate/test/score[seed=1]@training', 'score'],
  ['model', 'model'],
])('%s is a step of %s', (step, node) => {
  expect(nodeOf(step)).toBe(node);
});

test.each([
  [0.04, '0.0 s'],
  [59.94, '59.9 s'],
  [59.97, '1 min 0 s'],
  [200, '3 min 20 s'],
  [3_660, '1 h 1 min'],
])('%d seconds are %s', (seconds, said) => {
  expect(duration(new Date(0).toISOString(), new Date(1_000 * seconds).toISOString())).toBe(said);
});
