import { expect, test } from 'vitest';
import { parseWorkflow } from '../../graph';
import { applyRevisions } from './effective';
import { type PlanRequest, plan } from './plan';

/** Step -> what it waits for without being given anything. */
function waits(text: string, request: Partial<PlanRequest> = {}): Record<string, string[]> {
  const { workflow, problems } = parseWorkflow(`scanflow: 1
name: w
labels: { edges: [training, inference] }
sources: { s: s }
executors: { one: { command: [one], inputs: { x: file }, outputs: { y: file } } }
${text}`);
  expect(problems).toEqual([]);
  const { effective } = applyRevisions(workflow, []);
  const { steps } = plan({ effective, parameters: new Map(), phases: [], to: [], only: [], ...request });
  return Object.fromEntries(steps.filter(({ after }) => after.length > 0).map(({ name, after }) => [name, after]));
}

const nodes = (names: string, more = '') =>
  `nodes: { ${[...names].map((name) => `${name}: { executor: one }`).join(', ')} }\n${more}`;
const fed = (edges: Record<string, string>) =>
  `edges:\n${Object.entries(edges)
    .map(([name, label]) => `  - sources.s -> ${name}.x [${label}]\n`)
    .join('')}`;
const sequential = (names: string) => `workflows: { all: { order: sequential, nodes: [${names}] } }\n`;

test.each<[string, string, Partial<PlanRequest>, Record<string, string[]>]>([
  [
    'over a member that does not run in the phase',
    nodes('abc', sequential('a, b, c')) + fed({ a: 'inference', b: 'training', c: 'inference' }),
    { phases: ['inference'] },
    { 'c@inference': ['a@inference'] },
  ],
  [
    'from one phase to the next, and not back',
    nodes('abc', sequential('a, b, c')) + fed({ a: 'training', b: 'inference', c: 'training' }),
    {},
    { 'c@training': ['a@training'], 'b@inference': ['a@training'] },
  ],
  [
    'over workflows that run in part',
    `${nodes('abcd')}workflows:
  first: { nodes: [a, b] }
  between: { nodes: [c], after: [first] }
  last: { nodes: [d], after: [between] }
${fed({ a: 'training', b: 'inference', c: 'inference', d: 'training' })}`,
    { phases: ['training'] },
    { 'd@training': ['a@training'] },
  ],
  [
    'over an edge of order to a node that was not asked for',
    `${nodes('abc')}${fed({ a: 'any', b: 'any', c: 'any' })}  - a -> b\n  - b -> c\n`,
    { phases: ['training'], only: ['a', 'c'] },
    { 'c@training': ['a@training'] },
  ],
  [
    'from what a condition reads, in all its versions and in earlier phases',
    `nodes:
  a: { executor: one, matrix: { lr: [1, 2] } }
  b: { executor: one }
  c: { executor: one, when: metrics.a.x < metrics.b.x }
${fed({ a: 'any', b: 'training', c: 'inference' })}`,
    { to: ['c'] },
    { 'c@inference': ['a[lr=1]@training', 'a[lr=2]@training', 'b@training', 'a[lr=1]@inference', 'a[lr=2]@inference'] },
  ],
  [
    'not from what is before a condition that runs in another phase',
    `${nodes('bc').trimEnd().replace('{ b', '{ a: { executor: one, when: metrics.c.x > 1 }, b')}
${sequential('b, c')}edges:
  - sources.s -> a.x [inference]
  - a.y -> b.x [inference]
  - sources.s -> c.x [training]
`,
    { phases: ['inference'] },
    {},
  ],
  [
    'not from what a condition reads of a later phase',
    `nodes: { a: { executor: one }, c: { executor: one, when: metrics.a.x > 1 } }
edges: ["sources.s -> a.x [inference]", "sources.s -> c.x [training]", "c -> a [inference]"]
`,
    {},
    { 'a@inference': ['c@training'] },
  ],
])('order holds %s', (_what, text, request, expected) => {
  expect(waits(text, request)).toEqual(expected);
});

test('those which wait for the same share one list: of thousands, each would be as long as all of them', () => {
  const all = waits(`${nodes('abcd')}workflows:
  first: { nodes: [a, b] }
  second: { nodes: [c, d], after: [first] }
${fed({ a: 'training', b: 'training', c: 'training', d: 'training' })}`);
  expect(all['c@training']).toEqual(['a@training', 'b@training']);
  expect(all['d@training']).toBe(all['c@training']);
});

test.each([
  [{ to: ['scroe'] }, 'Did you mean "score"?'],
  [{ only: ['elsewhere'] }, 'Name a node of the file.'],
  [{ phases: ['trainig'] }, 'Did you mean "training"?'],
])('a name that the file does not have is told with the one that was meant: %j', (request, remedy) => {
  const text = 'nodes: { score: { executor: one } }\nedges:\n  - sources.s -> score.x [training]\n';
  expect(() => waits(text, request)).toThrow(expect.objectContaining({ fault: expect.objectContaining({ remedy }) }));
});
