import { expect, test } from 'vitest';
import { parseWorkflow } from '../../graph';
import { applyRevisions } from './effective';
import { plan } from './plan';

/** `cnn` has its own axis first, `trial` that of `prep`. */
const text = `
scanflow: 1
name: versions
labels: { edges: [training, inference] }
executors:
  make: { command: [make], outputs: { train: text, test: text } }
  fit: { command: [fit], inputs: { data: text }, outputs: { model: model } }
  judge: { command: [judge], inputs: { data: text, model: model }, outputs: { report: text } }
  choose: { command: [choose], inputs: { candidates: { type: model, many: true }, reports: { type: text, many: true } }, outputs: { best: model } }
nodes:
  prep: { executor: make, matrix: { size: [8, 16] } }
  cnn: { executor: fit, matrix: { lr: [0.1, 0.01] } }
  trial: { executor: judge }
  best: { executor: choose }
edges:
  - prep.train -> cnn.data [training]
  - prep.test -> trial.data [training]
  - cnn.model -> trial.model [training]
  - cnn.model -> best.candidates [PHASE]
  - trial.report -> best.reports [PHASE]
`;

test.each(['training', 'inference'])('a candidate and its report have the same place, gathered in %s', (phase) => {
  const { workflow, problems } = parseWorkflow(text.replaceAll('PHASE', phase));
  expect(problems).toEqual([]);
  const { effective } = applyRevisions(workflow, []);
  const { steps } = plan({ effective, parameters: new Map(), phases: [], to: [], only: [] });
  const versions = new Map(steps.map(({ name, version }) => [name, version]));
  const gathered = (port: string) =>
    steps
      .find(({ node }) => node === 'best')!
      .inputs.filter((input) => input.port === port)
      .map(({ origin }) => versions.get((origin as { step: string }).step)!);
  expect(gathered('candidates')).toHaveLength(4);
  expect(gathered('reports')).toEqual(gathered('candidates'));
  expect(steps.map(({ name }) => name)).toContain('cnn[lr=0.1,size=8]@training');
  expect(steps.map(({ name }) => name)).toContain('trial[size=8,lr=0.1]@training');
});

const phases = `
scanflow: 1
name: phases
labels: { edges: [training, inference] }
sources: { incoming: incoming.csv }
executors:
  make: { command: [make], outputs: { data: text } }
  fit: { command: [fit], inputs: { data: text }, outputs: { model: model } }
  use: { command: [use, $(size)], inputs: { model: model, data: text }, outputs: { y: text } }
nodes:
  prep: { executor: make, matrix: { size: [8, 16] } }
  model: { executor: fit }
  live: { executor: use }
edges:
  - prep.data -> model.data [training]
  - model.model -> live.model [inference]
  - sources.incoming -> live.data [inference]
`;

test('what one phase makes in versions the next one has in the same, also where it runs alone', () => {
  const { workflow, problems } = parseWorkflow(phases);
  expect(problems).toEqual([]);
  const { effective } = applyRevisions(workflow, []);
  for (const only of [[], ['inference']]) {
    const { steps } = plan({ effective, parameters: new Map(), phases: only, to: [], only: [] });
    const live = steps.filter(({ node }) => node === 'live');
    expect(live.map(({ name, scope, inputs }) => [name, scope.size, inputs.map(({ origin }) => origin)])).toEqual(
      ['8', '16'].map((size) => [
        `live[size=${size}]@inference`,
        size,
        [
          { kind: 'step', step: `model[size=${size}]@inference`, port: 'model' },
          { kind: 'source', name: 'incoming' },
        ],
      ]),
    );
  }
});

/** Versions of `live` have `size` 8 and 16; those of `other` 8 and 9. */
const other = phases.replace('nodes:', 'nodes:\n  other: { executor: make, matrix: { size: [8, 9] } }');

test.each([
  ['given two', `${phases}  - sources.incoming -> live.model [inference]\n`],
  ['given none, because versions do not match', `${other.replace('sources.incoming ->', 'other.data ->')}`],
])('an input that takes one and is %s is refused: nothing runs with either, or without', (_what, text) => {
  const { effective } = applyRevisions(parseWorkflow(text).workflow, []);
  const request = { effective, parameters: new Map(), phases: [], to: [], only: [] };
  expect(() => plan(request)).toThrow(expect.objectContaining({ fault: expect.objectContaining({ code: 'SF3016' }) }));
});
