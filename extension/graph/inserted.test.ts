import { expect, test } from 'vitest';
import type { RevisionRow } from '../../engine/protocol';
import { insertOf, mergeOf } from '../../engine/protocol/examples';
import { parseWorkflow } from '../../graph';
import { dotOf, mermaidOf } from './export';
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
  sets: [],
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
  const mark = { decision: 'one', improver: 'denoiser', op: 'insert', before: 'trial.data', count: 1 };
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

const needs = { ports: ['model.data'], nodes: [], executors: [] };
const joins = (decision: string, improver = 'trainer') =>
  revision(decision, { improver, needs, inserts: [mergeOf('model.data', decision)] });

test('feedback that accumulates over cycles is one node, the newest; another improver’s, or one behind an insert, is its own', () => {
  const drawn = (...revisions: RevisionRow[]) =>
    effectiveOutline(workflow, revisions).nodes.flatMap(({ id, inserted }) => (inserted ? [[id, inserted.count]] : []));
  expect(drawn(joins('one'), joins('two'), joins('three'))).toEqual([['trainer/merge(model.data)#three', 3]]);
  expect(drawn(joins('one'), joins('two', 'other'))).toEqual([
    ['trainer/merge(model.data)#one', 1],
    ['trainer/merge(model.data)#two', 1],
  ]);
  const between = revision('between', { needs, inserts: [insertOf('model.data')] });
  expect(drawn(joins('one'), between, joins('two')).map(([, count]) => count)).toEqual([1, 1, 1]);
  const outline = effectiveOutline(workflow, [joins('one'), joins('two')]);
  expect(ends(outline)).toContain('sources.clean. > trainer/merge(model.data)#two.base training');
  expect(ends(outline)).toContain('trainer/merge(model.data)#two.data > model.data training');
});

test('what a revision says of a node is drawn, with the newest that did', () => {
  const says = (decision: string, change: object) =>
    revision(decision, {
      improver: 'tuner',
      needs: { ports: [], nodes: ['live'], executors: [] },
      inserts: [],
      sets: [{ op: 'set', node: 'live', ...change }],
    });
  const live = (...revisions: RevisionRow[]) =>
    effectiveOutline(workflow, revisions).nodes.find(({ id }) => id === 'live')!;
  const swapped = says('one', { uses: 'scanflow/onnx-predictor' });
  expect(live(swapped)).toMatchObject({
    program: 'scanflow/onnx-predictor',
    revised: { decision: 'one', improver: 'tuner', says: 'live: scanflow/onnx-predictor' },
  });
  expect(live(swapped, says('two', { with: { batch: 8 } }))).toMatchObject({
    program: 'scanflow/onnx-predictor',
    revised: { decision: 'two', says: 'live: batch = 8' },
  });
  expect(written.nodes.find(({ id }) => id === 'live')).toMatchObject({ program: 'scanflow/predictor' });
});

test('exports have compounds, and say of each node whose revision it is from', () => {
  const outline = effectiveOutline(workflow, [joins('one'), joins('two'), revision('three')]);
  const mermaid = mermaidOf(outline);
  expect(mermaid).toMatch(
    /subgraph g0\["offline"\]\n(?: {4}.*\n)* {4}subgraph g\d\["model as it runs"\]\n.*model.*\n.*feedback of trainer × 2.*\n {4}end/,
  );
  expect(mermaid).toContain('denoiser (inserted by denoiser)');
  expect(mermaid.match(/subgraph/g)).toHaveLength(mermaid.match(/^ *end$/gm)!.length);
  const dot = dotOf(outline);
  expect(dot).toMatch(/subgraph cluster_\d+ \{ label="trial as it runs";/);
  expect(dot.match(/\{/g)).toHaveLength(dot.match(/\}/g)!.length);
  for (const { id } of outline.nodes) expect(dot).toContain(`"${id}" [`);
  // Groups that hold each other, as while one writes: their nodes are not lost.
  const groups = outline.groups.map((group) => ({ ...group, parent: 'offline' }));
  for (const { id } of outline.nodes) expect(dotOf({ ...outline, groups })).toContain(`"${id}" [`);
});
