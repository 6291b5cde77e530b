import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from './catalogue';
import { knownMetrics, LOGGED, logs } from './metrics';
import { parseWorkflow } from './parse';

/** What the page of a built-in node has in backticks below "Metrics", as far as it could be the name of a metric. */
function namesOnPage(builtin: string): Set<string> {
  const page = readFileSync(`docs/nodes/${builtin}.md`, 'utf8');
  const section = /^## Metrics$([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(page)?.[1] ?? '';
  return new Set(Array.from(section.matchAll(/`((?:f1|(?=[a-z<]))[a-z_]*(?:<[a-z]+>)?)`/g), ([, name]) => name!));
}

test.each([...catalogue.values()])('the page of scanflow/$name tells the metrics that are known of it', (signature) => {
  const { name, inputs, parameters } = signature;
  const known = LOGGED.get(name) ?? [];
  const named = namesOnPage(name);
  expect([...named]).toEqual(expect.arrayContaining([...known]));
  // A page may speak of inputs, parameters and their values there, too.
  const others = [...inputs, ...parameters].map((each) => each.name);
  const values = parameters.flatMap((parameter) => parameter.enum ?? []);
  expect([...known, ...others, ...values]).toEqual(expect.arrayContaining([...named]));
});

const { workflow } = parseWorkflow(`scanflow: 1
name: w
parameters: { wanted: accuracy }
executors: { e: { command: [x] } }
nodes:
  score: { uses: scanflow/evaluator }
  cnn: { uses: scanflow/classifier }
  first: { uses: scanflow/best }
  second: { uses: scanflow/best, with: { metric: f1 } }
  third: { uses: scanflow/best, with: { metric: $(wanted) } }
  drift: { uses: scanflow/drift-detector }
  plausible: { uses: scanflow/rules }
  noisy: { uses: scanflow/corrupt }
  own: { executor: e }
`);

test.each([
  ['score', 'accuracy', true],
  ['score', 'accuracy_7', true],
  ['score', 'f1', true],
  ['score', 'recall_7', true],
  ['score', 'drifted_rotate', true],
  ['score', 'group_a', true],
  ['score', 'selected_gap', true],
  ['score', 'beauty', false],
  ['cnn', 'training_loss', true],
  ['cnn', 'accuracy', false],
  ['first', 'accuracy', true],
  ['second', 'f1', true],
  ['second', 'accuracy', false],
  ['third', 'anything', true],
  ['drift', 'drifted', true],
  ['plausible', 'vetoed_limit', true],
  ['noisy', 'accuracy', false],
  ['noisy', 'system.duration', true],
  ['own', 'anything', undefined],
])('does %s log %s? %s', (node, metric, expected) => {
  expect(logs(workflow.nodes.get(node)!, metric)).toBe(expected);
});

test('metrics are offered by their whole names', () => {
  const offered = knownMetrics(workflow);
  expect(offered.get('cnn')).toEqual([
    ...['training_loss', 'validation_loss', 'validation_accuracy', 'best_epoch'],
    ...['samples', 'labelled', 'classes', 'columns_left_out'],
  ]);
  expect(['first', 'second', 'third'].map((node) => offered.get(node))).toEqual([
    ['chosen', 'accuracy'],
    ['chosen', 'f1'],
    ['chosen'],
  ]);
});
