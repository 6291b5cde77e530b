import { expect, test } from 'vitest';
import type { RevisionRow } from '../../engine/protocol';
import { insertOf } from '../../engine/protocol/examples';
import { parseWorkflow } from '../../graph';
import { effectiveOutline } from './inserted';
import { outlineOf } from './outline';
import { planScene } from './scene';

const { workflow, problems } = parseWorkflow(`scanflow: 1
name: digits
labels: { nodes: [step], edges: [training, inference] }
sources: { clean: clean.npz, incoming: incoming.npz }
nodes:
  model: { uses: scanflow/classifier }
  trial: { uses: scanflow/predictor }
  live: { uses: scanflow/predictor }
workflows:
  offline: { nodes: [model, trial] }
edges:
  - sources.clean -> model.data [training]
  - model.model -> trial.model [training]
  - sources.clean -> trial.data [training]
  - sources.incoming -> trial.data [inference]
  - model.model -> live.model [inference]
  - sources.incoming -> live.data [inference]
`);
const revision = (decision: string, rest: Partial<RevisionRow> = {}): RevisionRow => ({
  decision,
  improver: 'denoiser',
  workflow: 'digits',
  file: 'digits.scanflow',
  needs: { ports: ['trial.data'], nodes: [], executors: [] },
  inserts: [insertOf('trial.data')],
  ...rest,
});
const written = outlineOf(workflow);
const ends = ({ edges }: typeof written) =>
  edges.map(({ from, fromPort, to, toPort, label }) => `${from}.${fromPort ?? ''} > ${to}.${toPort ?? ''} ${label}`);

test('without revisions it is what the text says', () => {
  expect(problems).toEqual([]);
  expect(effectiveOutline(workflow, [])).toEqual(written);
});

test('a node before a port: edges of the text lead to it, and it feeds the port in each of their phases', () => {
  const outline = effectiveOutline(workflow, [revision('one')]);
  const { node } = insertOf('trial.data');
  const mark = { decision: 'one', improver: 'denoiser', before: 'trial.data' };
  expect(outline.nodes.find(({ id }) => id === node)).toMatchObject({
    name: 'denoiser',
    nature: 'learning',
    inserted: mark,
  });
  expect(outline.edges.filter(({ from }) => from === node).map(({ label, inserted }) => [label, inserted])).toEqual([
    ['training', mark],
    ['inference', mark],
  ]);
  expect(ends(outline)).toContain(`sources.clean. > ${node}.data training`);
  expect(ends(outline)).not.toContain('sources.clean. > trial.data training');
  // Edges of the text keep their names, so that what one does to them is done to the text.
  expect(outline.edges.slice(0, 6).map(({ id }) => id)).toEqual(written.edges.map(({ id }) => id));
  expect(written.edges.some(({ inserted }) => inserted)).toBe(false);
});

test('one compound with the node behind it, within the sub-workflow of that node', () => {
  const outline = effectiveOutline(workflow, [revision('one')]);
  const { groups } = planScene(outline, new Set());
  expect(groups.map(({ name, parent, compound, members }) => [name, parent, compound, members])).toEqual([
    ['offline', null, undefined, ['model', 'trial', insertOf('trial.data').node]],
    ['compound trial', 'offline', 'trial', ['trial', insertOf('trial.data').node]],
  ]);
});

test('a second one stands between the first and the port', () => {
  const second = { ...insertOf('trial.data'), node: 'denoiser/denoiser(trial.data)#ffffff' };
  const outline = effectiveOutline(workflow, [revision('one'), revision('two', { inserts: [second] })]);
  expect(ends(outline)).toContain(`${insertOf('trial.data').node}.data > ${second.node}.data training`);
  expect(ends(outline)).toContain(`${second.node}.data > trial.data training`);
  expect(outline.groups.filter(({ compound }) => compound !== undefined)).toHaveLength(1);
  expect(new Set(outline.edges.map(({ id }) => id)).size).toBe(outline.edges.length);
});

test.each([
  ['a port', { ports: ['trial.data', 'gone.data'], nodes: [], executors: [] }],
  ['a node', { ports: ['trial.data'], nodes: ['gone'], executors: [] }],
  ['an executor', { ports: ['trial.data'], nodes: [], executors: ['gone'] }],
])('a revision is suspended as a whole where %s is gone from the text', (_what, needs) => {
  expect(effectiveOutline(workflow, [revision('one', { needs })])).toEqual(written);
});
