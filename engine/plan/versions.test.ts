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
