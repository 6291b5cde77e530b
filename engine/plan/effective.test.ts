import { expect, test } from 'vitest';
import { parseWorkflow } from '../../graph';
import { applyRevisions } from './effective';

/** A user's own trainer, which says or does not say that it heeds weights, and the built-in one. */
function merged(program: string, port: string): unknown {
  const { workflow, problems } = parseWorkflow(`scanflow: 1
name: w
labels: { nodes: [task], edges: [training] }
sources: { clean: { path: clean.csv, type: dataset } }
executors:
  own:
    image: python:3.12-slim
    command: [python, train.py]
    inputs: { data: ${port} }
    outputs: { model: model }
nodes:
  model: { ${program}, label: task }
edges:
  - sources.clean -> model.data [training]
`);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const changes = [{ op: 'merge' as const, into: 'model.data', weight: 30, feedback: 'digest' }];
  const { effective } = applyRevisions(workflow, [{ id: '0123456789', improver: 'trainer', changes }]);
  return effective.workflow.nodes.get('trainer/merge(model.data)#012345')?.with.get('weight');
}

test.each([
  ['an executor that does not say so', 'executor: own', 'dataset', 1],
  ['an executor that says so', 'executor: own', '{ type: dataset, weights: true }', 30],
  ['the built-in classifier', 'uses: scanflow/classifier', 'dataset', 30],
])('labels count for many only where weights are heeded: %s', (_what, program, port, weight) => {
  expect(merged(program, port)).toBe(weight);
});
