import { expect, test } from 'vitest';
import { parseWorkflow } from '../../graph';
import { applyRevisions } from '../plan';
import { readRevision } from './read-revision';

const { workflow, problems } = parseWorkflow(`scanflow: 1
name: w
labels: { edges: [training] }
sources: { clean: { path: clean.csv, type: dataset } }
executors:
  train: { command: [train], inputs: { data: dataset }, outputs: { model: model } }
  propose: { command: [propose], outputs: { revision: { type: file, path: revision.json } } }
nodes:
  model: { executor: train }
  trial: { uses: scanflow/predictor }
  better: { executor: propose, kind: improver, improves: model, wraps: [trial.data], metric: { name: model.loss } }
edges:
  - sources.clean -> model.data [training]
  - sources.clean -> trial.data [training]
  - model.model -> trial.model [training]
  - model -> better [training]
`);
const { effective } = applyRevisions(workflow, []);
const read = (...changes: object[]) =>
  readRevision(JSON.stringify({ changes }), workflow.nodes.get('better')!, effective, new Map(), 'feedback');

const merge = { op: 'merge', into: 'model.data' };
const insert = { op: 'insert', name: 'mend', input: 'data', output: 'data', before: ['trial.data'] };
const set = { op: 'set', node: 'model' };

test('what it reads is right to begin with', () => {
  expect(problems).toEqual([]);
});

test.each([
  [[merge, { ...insert, uses: 'scanflow/augment' }, { ...insert, name: 'again', executor: 'train' }]],
  [
    [
      { ...set, uses: 'scanflow/classifier' },
      { ...set, executor: 'train' },
      { ...set, image: 'python:3.12' },
    ],
  ],
])('%j fits', (changes) => {
  expect(read(...changes)).toHaveLength(changes.length);
});

test.each([
  [[{ ...set, node: 'better' }], 'SF6002', 'touches better'],
  [[{ ...set, executor: 'nobody' }], 'SF6003', 'names executor nobody'],
  [[{ ...set, uses: 'scanflow/nobody' }], 'SF6003', 'names the built-in node scanflow/nobody'],
  [[{ ...insert, executor: 'nobody' }], 'SF6003', 'names executor nobody'],
  [
    [
      { ...set, uses: 'scanflow/classifier' },
      { ...set, image: 'python:3.12' },
    ],
    'SF6003',
    'names an image for model',
  ],
  [[{ ...merge, into: 'model.nothing' }], 'SF6003', 'names port model.nothing'],
])('%j is refused', (changes, code, message) => {
  expect(() => read(...changes)).toThrow(
    expect.objectContaining({ fault: expect.objectContaining({ code, message: expect.stringContaining(message) }) }),
  );
});
