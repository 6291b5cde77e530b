import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseWorkflow } from '../../graph';
import { connectionsBetween } from './connections';
import { dotOf, mermaidOf } from './export';
import { dress, shapeOf } from './layout';
import { type Outline, outlineOf } from './outline';
import { defaultCollapsed, planScene, type Scene } from './scene';

const TEXT = `scanflow: 1
name: rooms
labels: { nodes: [step], edges: [training, inference] }
sources: { new: new.csv }
executors:
  train:
    command: [train]
    secrets: [token]
    inputs: { data: dataset, more: { type: dataset, many: true } }
    outputs: { model: model }
nodes:
  first: { executor: train }
  second: { executor: train }
  third: { uses: scanflow/predictor }
workflows:
  outer: { nodes: [inner, third] }
  inner: { nodes: [first, second] }
edges:
  - sources.new -> first.data [training]
  - first.model -> third.model [training]
  - second.model -> third.model [inference]
  - first -> second
`;

const outline = outlineOf(parseWorkflow(TEXT).workflow);

test('the outline tells programs, ports and secrets', () => {
  expect(outline.programs[0]).toEqual({ name: 'train', builtin: false, description: 'train' });
  expect(outline.programs.some(({ name, builtin }) => builtin && name === 'scanflow/drift-detector')).toBe(true);
  expect(outline.ports['sources.new']?.outputs).toEqual([{ name: '', type: expect.any(String), many: false }]);
  expect(outline.secrets).toEqual(['token']);
});

test('edges that fit: by type, free inputs first, then order alone', () => {
  const found = connectionsBetween(outline, 'first', 'third');
  expect(found.map(({ from, to, taken }) => `${from} ${to}${taken ? ' taken' : ''}`)).toEqual([
    'first.model third.model taken',
    'first third',
  ]);
  expect(connectionsBetween(outline, 'sources.new', 'first').map(({ to, taken }) => [to, taken])).toEqual([
    ['first.more', false],
    ['first.data', true],
  ]);
  expect(connectionsBetween(outline, 'first', 'sources.new')).toEqual([]);
});

test('a closed group takes the edges of what it hides, bundled by phase; a group within it is gone', () => {
  const plan = planScene(outline, new Set(['inner']));
  expect(plan.boxes.map(({ id }) => id)).toEqual(['sources.new', 'third']);
  expect(plan.lines.map(({ from, to, edges }) => [from, to, edges.length])).toEqual([
    ['sources.new', 'group:inner', 1],
    ['group:inner', 'third', 1],
    ['group:inner', 'third', 1],
  ]);
  expect(planScene(outline, new Set(['outer', 'inner'])).groups.map(({ name }) => name)).toEqual(['outer']);
});

describe('of any groups and edges', () => {
  const outlines = fc
    .tuple(
      fc.array(fc.option(fc.nat(4)), { minLength: 1, maxLength: 30 }),
      fc.array(fc.tuple(fc.nat(29), fc.nat(29)), { maxLength: 60 }),
    )
    .map(([homes, ends]): Outline => {
      const nodes = homes.map((home, at) => ({
        ...outline.nodes[1]!,
        id: `n${at}`,
        group: home === null ? null : `g${home}`,
      }));
      return {
        ...outline,
        nodes,
        groups: [0, 1, 2, 3, 4].map((at) => ({
          ...outline.groups[0]!,
          name: `g${at}`,
          parent: at % 2 === 1 ? `g${at - 1}` : null,
        })),
        edges: ends
          .filter(([from, to]) => from < nodes.length && to < nodes.length)
          .map(([from, to], at) => ({ ...outline.edges[0]!, id: `e${at}`, from: `n${from}`, to: `n${to}` })),
      };
    });

  test('every node is seen once or counted in a closed group, and no edge leads nowhere or is lost', () => {
    fc.assert(
      fc.property(outlines, fc.subarray(['g0', 'g1', 'g2', 'g3', 'g4']), (any, closed) => {
        const plan = planScene(any, new Set(closed));
        const ids = new Set([...plan.boxes.map(({ id }) => id), ...plan.groups.map(({ name }) => `group:${name}`)]);
        const hidden = plan.groups.filter(({ collapsed }) => collapsed).flatMap(({ members }) => members);
        expect([...plan.boxes.map(({ id }) => id), ...hidden].sort()).toEqual(any.nodes.map(({ id }) => id).sort());
        for (const { from, to } of plan.lines) expect(ids.has(from) && ids.has(to)).toBe(true);
        const drawn = plan.lines.flatMap(({ edges }) => edges.map(({ id }) => id));
        expect(new Set(drawn).size).toBe(drawn.length);
        if (closed.length === 0) expect(drawn).toHaveLength(any.edges.length);
      }),
    );
  });

  test('another plan of the same shape wears the same places', () => {
    fc.assert(
      fc.property(outlines, (any) => {
        const plan = planScene(any, new Set());
        const scene: Scene = {
          width: 1,
          height: 1,
          boxes: plan.boxes.map((box, at) => ({ ...box, x: at, y: at })),
          groups: plan.groups.map((group, at) => ({ ...group, x: at, y: at, width: 1, height: 1 })),
          lines: plan.lines.map((line) => ({ ...line, points: [{ x: 1, y: 2 }] })),
        };
        const moved = planScene(
          { ...any, nodes: any.nodes.map((node) => ({ ...node, description: 'new' })) },
          new Set(),
        );
        expect(shapeOf(moved)).toBe(shapeOf(plan));
        const worn = dress(scene, moved);
        expect(worn.boxes.map(({ x, description }) => [x, description])).toEqual(
          plan.boxes.map((_, at) => [at, 'new']),
        );
      }),
    );
  });
});

test('only a graph that would not be read starts closed', () => {
  expect(defaultCollapsed(outline)).toEqual([]);
  const many = { ...outline, nodes: Array.from({ length: 151 }, (_, at) => ({ ...outline.nodes[1]!, id: `n${at}` })) };
  expect(defaultCollapsed(many)).toEqual(['outer']);
});

test('exports name every node and edge, and quote what their formats read as signs', () => {
  const odd = { ...outline, nodes: outline.nodes.map((node) => ({ ...node, name: `"${node.name}"` })) };
  const mermaid = mermaidOf(odd);
  expect(mermaid.split('\n')[0]).toBe('flowchart TD');
  expect(mermaid).toContain('#quot;first#quot;');
  expect(mermaid.match(/-->/g)).toHaveLength(4);
  const dot = dotOf(odd);
  expect(dot).toContain('"first" [label="\\"first\\"", shape=box];');
  expect(dot.match(/->/g)).toHaveLength(4);
});
