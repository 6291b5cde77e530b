import { expect, test } from 'vitest';
import { parseWorkflow, type Value } from '../../graph';
import { planBranches } from './branches';
import type { AppliedRevision } from './effective';
import { effectiveGraph } from './holdout';

/** The branches of a revision of a model that is scored on a data set of its own. */
function branchesOf(
  changes: AppliedRevision['changes'],
  { held = null, on }: { held?: string | null; on?: string } = {},
) {
  const { workflow, problems } = parseWorkflow(`scanflow: 1
name: w
labels: { edges: [training] }
sources: { clean: { path: c.csv, type: dataset }, test: { path: t.csv, type: dataset } }
executors:
  train:
    command: [train]
    inputs: { data: dataset, extra: { type: dataset, optional: true } }
    outputs: { model: model }
  propose: { command: [propose], outputs: { revision: { type: file, path: revision.json } } }
nodes:
  model: { executor: train, trigger: manual }
  trial: { uses: scanflow/predictor, when: metrics.model.loss < 1 }
  score: { uses: scanflow/evaluator }
  better: { executor: propose, kind: improver, improves: model, metric: { name: score.accuracy } }
edges:
  - sources.clean -> model.data [training]
  - model.model -> trial.model [training]
  - sources.test -> trial.data [training]
  - trial.y -> score.predictions [training]
  - sources.test -> score.truth [training]
  - score -> better [training]
`);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return planBranches({
    base: effectiveGraph(workflow, [], {}).effective,
    proposed: { id: '0123456789', improver: 'better', changes },
    by: { version: {}, phase: 'training' },
    metric: { ...workflow.nodes.get('better')!.metric!, on },
    parameters: new Map<string, Value>(),
    held,
  });
}

test('a revision that does not fit has no branches: both would be the champion', () => {
  expect(() => branchesOf([{ op: 'merge', into: 'model.extra', feedback: 'digest' }])).toThrow(
    expect.objectContaining({
      fault: expect.objectContaining({ code: 'SF6003', message: expect.stringContaining('model.extra') }),
    }),
  );
});

test('nothing holds back what has to be measured', () => {
  const branches = branchesOf([{ op: 'set', node: 'model', with: { epochs: 2 } }]);
  const steps = branches.flatMap(({ steps }) => steps).filter(({ branch }) => branch !== null);
  expect(steps.map(({ name, manual, every, when }) => [name, manual, every, when])).toEqual(
    ['model', 'trial', 'score'].map((node) => [`better/candidate/${node}@training`, false, null, null]),
  );
});

test.each([
  [{ held: 'digest', on: 'test' }, ['test', 'held-back']],
  [{ held: 'digest' }, ['test']],
  [{ on: 'test' }, ['test']],
])('%j: held-back feedback judges where it can take the place of something', (gate, sets) => {
  const branches = branchesOf([{ op: 'set', node: 'model', with: { epochs: 2 } }], gate);
  expect(branches.filter(({ side }) => side === 'candidate').map(({ on }) => on)).toEqual(sets);
});
