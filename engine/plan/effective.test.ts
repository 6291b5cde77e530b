import { expect, test } from 'vitest';
import { parseWorkflow } from '../../graph';
import { type AppliedChange, type AppliedRevision, applyRevisions, insertedNodes, needsOf, setsOf } from './effective';

/** A user's own trainer, which says or does not say that it heeds weights, and the built-in one. */
function revised(program: string, port: string, change: AppliedChange, made: string): unknown {
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
  const { effective } = applyRevisions(workflow, [{ id: '0123456789', improver: 'improver', changes: [change] }]);
  return effective.workflow.nodes.get(`improver/${made}(model.data)#012345`)?.with.get('weight');
}

const merge: AppliedChange = { op: 'merge', into: 'model.data', weight: 30, feedback: 'digest' };
const augment: AppliedChange = {
  ...{ op: 'insert', name: 'augment', uses: 'scanflow/augment', input: 'data', output: 'data', artifacts: {} },
  ...{ before: ['model.data'], with: { copies: 1, seed: 1, weight: 0.5 } },
};

test.each([
  ['an executor that does not say so', 'executor: own', 'dataset', 1, 1],
  ['an executor that says so', 'executor: own', '{ type: dataset, weights: true }', 30, 0.5],
  ['the built-in classifier', 'uses: scanflow/classifier', 'dataset', 30, 0.5],
])(
  'labels count for many, and copies for less, only where weights are heeded: %s',
  (_what, program, port, label, copy) => {
    expect(revised(program, port, merge, 'merge')).toBe(label);
    expect(revised(program, port, augment, 'augment')).toBe(copy);
  },
);

test('what is told of a revision is what it does: the nodes that it puts in, and what it needs', () => {
  const read = (edges: string) =>
    parseWorkflow(`scanflow: 1
name: w
labels: { nodes: [task], edges: [training] }
sources: { clean: { path: clean.npz, type: dataset } }
nodes:
  model: { uses: scanflow/classifier, label: task }
edges:
${edges}`).workflow;
  const revision: AppliedRevision = { id: '0123456789', improver: 'improver', changes: [merge, augment] };
  const base = read('  - sources.clean -> model.data [training]\n');
  const { workflow } = applyRevisions(base, [revision]).effective;
  const added = [...workflow.nodes.keys()].filter((name) => !base.nodes.has(name));
  const told = insertedNodes(revision);
  expect(told.map(({ op, node }) => [op, node])).toEqual([
    ['merge', 'improver/merge(model.data)#012345'],
    ['insert', 'improver/augment(model.data)#012345'],
  ]);
  expect(added).toEqual(told.map(({ node }) => node));
  const ends = workflow.edges.map(({ from, to }) => `${from.node}.${from.port ?? ''} > ${to.node}.${to.port ?? ''}`);
  const [joined, copies] = told;
  expect(ends).toContain(`clean. > ${joined!.node}.${joined!.input}`);
  expect(ends).toContain(`${joined!.node}.${joined!.output} > ${copies!.node}.${copies!.input}`);
  expect(ends).toContain(`${copies!.node}.${copies!.output} > model.data`);
  const set = { op: 'set' as const, node: 'model', with: { epochs: 5 } };
  expect(setsOf({ ...revision, changes: [merge, set] })).toEqual([set]);
  expect(needsOf(revision)).toEqual({ ports: ['model.data'], nodes: [], executors: [] });
  expect(applyRevisions(read(''), [revision]).suspended).toEqual([{ id: revision.id, missing: 'model.data' }]);
});

test('a revision of a port that several edges reach by now is suspended: it would drop all but one', () => {
  const { workflow } = parseWorkflow(`scanflow: 1
name: w
sources: { clean: clean.csv, more: more.csv }
executors: { own: { command: [x], inputs: { data: { type: dataset, many: true } }, outputs: { model: model } } }
nodes: { model: { executor: own } }
edges: [sources.clean -> model.data, sources.more -> model.data]
`);
  const revision: AppliedRevision = { id: '0123456789', improver: 'improver', changes: [merge] };
  const { effective, suspended } = applyRevisions(workflow, [revision]);
  expect(suspended).toEqual([{ id: revision.id, missing: 'model.data' }]);
  expect(effective.workflow.edges).toEqual(workflow.edges);
});
