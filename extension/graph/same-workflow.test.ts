import { expect, test } from 'vitest';
import { parseWorkflow } from '../../graph';
import { sameWorkflow } from './same-workflow';

const TEXT = `scanflow: 1
name: digits
labels: { nodes: [step], edges: [training] }
parameters: { range: { type: integer, default: 3 } }
sources: { clean: clean.npz }
nodes:
  model: { uses: scanflow/classifier, with: { epochs: 2, more: { range: 1, index: 2 } } }
edges:
  - sources.clean -> model.data [training]
`;
const read = (text: string) => parseWorkflow(text).workflow;

test.each([
  ['a comment', '# first\n', ''],
  ['a description', 'description: What it does.\n', ''],
])('%s is no difference', (_what, before, after) => {
  const [first, ...rest] = TEXT.split('\n');
  expect(sameWorkflow(read(TEXT), read([`${before}${first}`, ...rest, after].join('\n')))).toBe(true);
});

test('the order of parameters is no difference', () => {
  const turned = TEXT.replace(
    '{ epochs: 2, more: { range: 1, index: 2 } }',
    '{ more: { range: 1, index: 2 }, epochs: 2 }',
  );
  expect(turned).not.toBe(TEXT);
  expect(sameWorkflow(read(TEXT), read(turned))).toBe(true);
});

test.each([
  ['a parameter of a node', 'epochs: 2', 'epochs: 3'],
  ['a value of a parameter, whatever its keys are called', 'index: 2', 'index: 3'],
  ['a default, whatever it is called', 'default: 3', 'default: 4'],
  ['a source', 'clean.npz', 'other.npz'],
  ['a phase', 'model.data [training]', 'model.data'],
  ['a node', 'edges:\n', '  more: { uses: scanflow/evaluator }\nedges:\n'],
])('%s is one', (_what, from, to) => {
  expect(TEXT).toContain(from);
  expect(sameWorkflow(read(TEXT), read(TEXT.replace(from, to)))).toBe(false);
});
