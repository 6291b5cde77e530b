import { expect, test } from 'vitest';
import { parseWorkflow, type Value } from '../../graph';
import { applyRevisions } from './effective';
import { plan } from './plan';

const detector = (text: string) => `scanflow: 1
name: w
parameters: { limit: 7 }
sources: { s: { path: s, type: dataset }, t: { path: t, type: dataset } }
nodes:
  d: { uses: scanflow/drift-detector, ${text} }
edges:
  - sources.s -> d.train
  - sources.t -> d.test
`;

test.each<[string, string, string, Value[]]>([
  ['an axis of its name', 'matrix: { n_critical: [50, 100] }', 'n_critical', [50, 100]],
  ['an axis that it names', 'matrix: { c: [50, 100] }, with: { n_critical: $(c) }', 'n_critical', [50, 100]],
  ['an axis of texts', 'matrix: { c: [band, latent] }, with: { score: $(c) }', 'score', ['band', 'latent']],
  [
    'an axis of its workflow',
    'label: checker }\nworkflows: { v: { nodes: [d], matrix: { n_critical: [8] } }',
    'n_critical',
    [8],
  ],
  [
    'its own axis, and not that of its workflow',
    'matrix: { n_critical: [5] } }\nworkflows: { v: { nodes: [d], matrix: { n_critical: [8] } }',
    'n_critical',
    [5],
  ],
  ['a value, whatever the axis of its name', 'matrix: { n_critical: [5] }, with: { n_critical: 6 }', 'n_critical', [6]],
  ['a parameter of the workflow', 'with: { n_critical: $(limit) }', 'n_critical', [7]],
])('a parameter of a built-in node takes %s in its own type', (_, text, name, values) => {
  const { workflow, problems } = parseWorkflow(detector(text));
  expect(problems.map(({ message }) => message)).toEqual([]);
  const { effective } = applyRevisions(workflow, []);
  const parameters = new Map<string, Value>([['limit', 7]]);
  const { steps } = plan({ effective, parameters, phases: [], to: [], only: [] });
  expect(steps.map((step) => step.parameters[name])).toEqual(values);
});
