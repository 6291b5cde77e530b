import { expect, test } from 'vitest';
import { parseWorkflow } from '../../graph';
import { effectiveGraph } from './holdout';
import { plan } from './plan';

/** Port of the improver or of a split -> what it is given. */
function given(inputs: string, edges: string[], metric = '{ name: model.x }'): Record<string, string[]> {
  const { workflow, problems } = parseWorkflow(`scanflow: 1
name: w
sources: { clean: clean, one: one, two: two }
executors:
  train: { command: [t], inputs: { data: dataset, extra: { type: dataset, optional: true } }, outputs: { model: model } }
  propose: { command: [p], inputs: { ${inputs} }, outputs: { revision: file } }
nodes:
  model: { executor: train }
  better: { executor: propose, kind: improver, improves: model.data, metric: ${metric} }
edges:
  - sources.clean -> model.data
${edges.map((edge) => `  - ${edge}\n`).join('')}`);
  expect(problems).toEqual([]);
  const { effective } = effectiveGraph(workflow, [], {});
  const { steps } = plan({ effective, parameters: new Map(), phases: [], to: [], only: [] });
  const all = steps.flatMap(({ node, inputs: bound }) =>
    bound.map(({ port, origin }) => ({
      at: `${node}.${port}`,
      from: 'name' in origin ? origin.name : JSON.stringify(origin),
    })),
  );
  const groups = Map.groupBy(all, ({ at }) => at);
  groups.delete('model.data');
  return Object.fromEntries([...groups].map(([at, list]) => [at, list.map(({ from }) => from)]));
}

const train = (split: string) => [JSON.stringify({ kind: 'step', step: `${split}@any`, port: 'train' })];

test.each([
  [
    'two edges at a port that takes many',
    'feedback: { type: feedback, many: true }',
    ['sources.one -> better.feedback', 'sources.two -> better.feedback'],
    { 'better/split.feedback': ['one', 'two'], 'better.feedback': train('better/split') },
  ],
  [
    'two ports',
    'labels: feedback, pairs: feedback',
    ['sources.one -> better.labels', 'sources.two -> better.pairs'],
    {
      'better/split.feedback': ['one'],
      'better/split(pairs).feedback': ['two'],
      'better.labels': train('better/split'),
      'better.pairs': train('better/split(pairs)'),
    },
  ],
])('all feedback is parted before an improver sees it: %s', (_what, inputs, edges, expected) => {
  expect(given(inputs, edges)).toEqual(expected);
});

test('the split is given the data whose place it takes', () => {
  const edges = ['sources.one -> better.feedback', 'sources.two -> model.extra'];
  const metric = '{ name: model.x, on: sources.two }';
  expect(given('feedback: feedback', edges, metric)).toMatchObject({
    'better/split.feedback': ['one'],
    'better/split.replaced': ['two'],
  });
});

test.each([
  ['with: { label: churn, id: customer }', { label: 'churn', id: 'customer' }],
  ['with: { label: $(end) }', { label: 'left', id: '' }],
  // One of several versions is not the name for all of them.
  ['with: { label: $(axis), id: no }, matrix: { axis: [a, b] }', { label: '', id: 'no' }],
  ['with: { seed: 1 }', { label: '', id: '' }],
])('the split knows what the reader of that data was told: %s', (told, expected) => {
  const { workflow } = parseWorkflow(`scanflow: 1
name: w
parameters: { end: left }
sources: { clean: clean, test: test, one: one }
nodes:
  model: { uses: scanflow/classifier }
  read: { uses: scanflow/dataset, ${told} }
  trial: { uses: scanflow/predictor }
  score: { uses: scanflow/evaluator }
  better: { uses: scanflow/model-trainer, improves: model.data, metric: { name: score.accuracy, on: sources.test } }
edges:
  - sources.clean -> model.data
  - sources.test -> read.data
  - model.model -> trial.model
  - read.data -> trial.data
  - trial.y -> score.predictions
  - read.data -> score.truth
  - sources.one -> better.feedback
`);
  const { effective } = effectiveGraph(workflow, [], {});
  const parameters = new Map([['end', 'left']]);
  const { steps } = plan({ effective, parameters, phases: [], to: [], only: [] });
  expect(steps.find(({ node }) => node === 'better/split')!.parameters).toMatchObject(expected);
});
