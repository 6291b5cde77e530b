import { expect, test } from 'vitest';
import { parseWorkflow } from '../../graph';
import { thresholdsEdit } from './apply-thresholds';

const file = (node: string) => `scanflow: 1
name: d
sources: { a: a.csv, b: b.csv }
nodes:
${node}
edges:
  - sources.a -> drift.train
  - sources.b -> drift.test
`;

function applied(node: string): string {
  const text = file(node);
  const edit = thresholdsEdit(text, 'drift', 1 / 3, 20)!;
  return text.slice(0, edit.start) + edit.text + text.slice(edit.end);
}

test.each([
  ['a flow map without parameters', '  drift: { uses: scanflow/drift-detector }'],
  ['a flow map with parameters', '  drift: { uses: scanflow/drift-detector, with: { n_critical: 5 } }'],
  ['thresholds that are there', '  drift: { uses: scanflow/drift-detector, with: { thresholds: [1, 2], seed: 3 } }'],
  ['empty parameters', '  drift: { uses: scanflow/drift-detector, with: {} }'],
  ['parameters without any', '  drift:\n    with:\n    uses: scanflow/drift-detector\n'],
  ['parameters without any, and why', '  drift:\n    uses: scanflow/drift-detector\n    with: # why\n'],
  ['parameters without any in a flow map', '  drift: { "with":, uses: scanflow/drift-detector }'],
  ['a block', '  drift:\n    uses: scanflow/drift-detector # why\n'],
  [
    'a block with parameters',
    '  drift:\n    uses: scanflow/drift-detector\n    with:\n      seed: 3\n      n_critical: 5   # few\n',
  ],
  [
    'a block with thresholds',
    '  drift:\n    uses: scanflow/drift-detector\n    with:\n      thresholds:\n        - 1\n        - 2\n      seed: 3',
  ],
])('writes them into %s, and the file stays good', (_name, node) => {
  const text = applied(node);
  const { workflow, problems } = parseWorkflow(text);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(workflow.nodes.get('drift')?.with.get('thresholds')).toEqual([0.333333, 20]);
  for (const comment of ['# why', '# few']) if (node.includes(comment)) expect(text).toContain(comment);
});

test.each([
  ['another node', '  other: { uses: scanflow/drift-detector }'],
  ['parameters that are no map', '  drift: { uses: scanflow/drift-detector, with: 3 }'],
  ['a broken text', '  drift: {'],
])('does nothing to %s', (_name, node) => {
  expect(thresholdsEdit(file(node), 'drift', 0, 1)).toBeNull();
});
