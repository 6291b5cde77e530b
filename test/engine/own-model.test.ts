import { createHash } from 'node:crypto';
import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMnist } from '../../learning/mnist.fixture';
import { corruptImages } from '../../nodes/corrupt';
import type { NdArray } from '../../nodes/data/npy';
import { type Table, tableOfArrays, withoutColumns } from '../../nodes/data/table';
import { writeTable } from '../../nodes/data/write';
import { keepEnvironments } from '../environment/kept-environments';
import { runtimes } from './runtimes';
import { states, workspace } from './workspace';

/** PyTorch is gigabytes of wheels, as in examples/figure-3. */
const unwanted = process.env.SCANFLOW_FRAMEWORKS === '1' ? null : 'needs SCANFLOW_FRAMEWORKS=1';
const frameworks = [
  // Its port heeds weights, the other's does not.
  { framework: 'scikit-learn', script: 'digits_sklearn.py', packages: 'sklearn', heeds: true, skipped: null },
  { framework: 'PyTorch', script: 'digits_torch.py', packages: 'pytorch', heeds: false, skipped: unwanted },
];

const improvers = [
  {
    improver: 'model-trainer',
    weight: 30,
    asks: 'asked: { uses: scanflow/human-labeler, with: { classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] } }',
    inserts: false,
    keys: '',
    answers: 'truth.csv',
    edges: '',
  },
  {
    improver: 'model-denoiser-wrapper',
    weight: 10,
    asks: 'asked: { uses: scanflow/human-finder }',
    inserts: true,
    keys: 'wraps: [trial.data, live.data]',
    answers: 'twins.csv',
    edges: `
  - sources.clean -> asked.clean [inference]
  - sources.clean -> improver.clean [inference]`,
  },
];

const graph = (
  { script, packages, heeds }: (typeof frameworks)[number],
  { improver, asks, keys, answers, edges }: (typeof improvers)[number],
) => `
scanflow: 1
name: own
labels: { nodes: [], edges: [training, inference] }
sources: { clean: clean.npz, test: test.npz, incoming: incoming.npz, answers: ${answers}, truth: truth.csv }
executors:
  train:
    requirements: requirements-${packages}.txt
    files: [${script}]
    command: [python, ${script}, train, --data, $(inputs.data), --out, $(outputs.model)]
    inputs: { data: { type: dataset, weights: ${heeds} } }
    outputs: { model: model }
  predict:
    requirements: requirements-${packages}.txt
    files: [${script}]
    command: [python, ${script}, predict, --model, $(inputs.model), --data, $(inputs.data), --out, $(outputs.y)]
    inputs: { model: model, data: dataset }
    outputs: { y: predictions }
nodes:
  model: { executor: train }
  trial: { executor: predict }
  live: { executor: predict }
  score: { uses: scanflow/evaluator }
  served: { uses: scanflow/evaluator }
  ${asks}
  improver:
    uses: scanflow/${improver}
    improves: model.data
    metric: { name: score.accuracy, on: sources.test, threshold: 0.05, holdout: 0.4, guard: 0.05 }
    approval: auto
    ${keys}
edges:
  - sources.clean -> model.data [training]
  - model.model -> trial.model [training]
  - sources.test -> trial.data [training]
  - sources.test -> score.truth [training]
  - trial.y -> score.predictions [training]
  - model.model -> live.model [inference]
  - sources.incoming -> live.data [inference]
  - live.y -> served.predictions [inference]
  - sources.truth -> served.truth [inference]
  - sources.incoming -> asked.data [inference]
  - sources.answers -> asked.answers [inference]
  - asked.feedback -> improver.feedback [inference]${edges}
`;

const [KNOWN, INCOMING] = [600, 120];

/** Real digits with ids `<prefix>-<row>`. */
function digits(part: 'train' | 't10k', prefix: string, count: number): Table {
  const { data, labels } = readMnist(part, count);
  const arrays: [string, NdArray][] = [
    ['x', { type: 'uint8', shape: [count, 28, 28], values: data.x as Uint8Array }],
    ['y', { type: 'int64', shape: [count], values: BigInt64Array.from(labels, BigInt) }],
    ['id', { type: 'text', shape: [count], values: Array.from(labels, (_, row) => `${prefix}-${row}`) }],
  ];
  return tableOfArrays(new Map(arrays), prefix);
}

function place(framework: (typeof frameworks)[number], improver: (typeof improvers)[number]) {
  // What comes in are known digits behind a stripe: everybody can say which digit it is, and which of the clean ones.
  const drifted = corruptImages(digits('train', 'drifted', INCOMING), ['stripe'], 0, 1);
  const answers = (answer: (row: number) => unknown) =>
    `id,label\n${Array.from({ length: INCOMING }, (_, row) => `drifted-${row},${answer(row)}`).join('\n')}\n`;
  const truth = drifted.columns.get('y')!.values;
  const made = workspace({
    'own.scanflow': graph(framework, improver),
    'truth.csv': answers((row) => truth[row]),
    'twins.csv': answers((row) => `clean-${row}`),
  });
  keepEnvironments(made.root);
  const write = (name: string, table: Table) => writeTable(path.join(made.root, name), table);
  write('clean.npz', digits('train', 'clean', KNOWN));
  write('test.npz', digits('t10k', 'test', 200));
  write(
    'incoming.npz',
    withoutColumns(drifted, (name) => name === 'y'),
  );
  cpSync(path.join('test/engine', framework.script), path.join(made.root, framework.script));
  const requirements = `requirements-${framework.packages}.txt`;
  cpSync(path.join('examples/figure-3', requirements), path.join(made.root, requirements));
  return made;
}

const hash = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** R78: it takes labelled data and a change of the graph for a program to be improved, and no change of the program. */
describe.each(runtimes)("a user's own model in $name", { timeout: 1_800_000 }, ({ name, ready }) => {
  const cases = frameworks.flatMap((framework) =>
    improvers.map((improver) => ({
      ...{ framework, improver, of: framework.framework, by: improver.improver },
      unless: framework.skipped === null ? '' : ` (skipped: ${framework.skipped})`,
    })),
  );
  it.for(cases)('of $of is improved by $by, its script untouched$unless', async (each, { skip }) => {
    const { framework, improver } = each;
    const reason = framework.skipped ?? (await ready());
    if (reason) return skip(reason);
    const where = place(framework, improver);
    const script = path.join(where.root, framework.script);
    const before = hash(script);
    const run = await where.run({ file: 'own.scanflow', runtime: name });
    expect(run.fault).toBeNull();
    expect(run).toMatchObject({ state: 'succeeded', runtime: name });

    // The program was given the labels to learn from, none of those that the gate judges by, and no other program.
    const engine = await where.engine();
    const said = async (node: string) => (await engine.logs({ run: run.run, node })).map(({ text }) => text).join('');
    const { train, held } = run.metrics['improver/split'] as { train: number; held: number };
    expect([train > 0, held > 0, train + held]).toEqual([true, true, INCOMING]);
    expect(await said('model@training')).toContain(`trained on ${KNOWN} images, weights up to 1\n`);
    expect(await said('improver/candidate/model@training')).toContain(
      `trained on ${KNOWN + train} images, weights up to ${framework.heeds ? improver.weight : 1}\n`,
    );
    const given = await engine.parameters({ run: run.run });
    const trained = given.filter(({ node }) => node === 'model');
    expect(trained.map(({ branch }) => branch)).toContain('improver/candidate');
    expect(new Set(trained.map(({ program }) => program))).toEqual(new Set(['train']));

    // The gate compared what both said of the labels held back.
    const scored = (branch: string) => run.metrics[`improver/${branch}/held-back/score`]!.accuracy!;
    const champion = run.models.find(({ alias }) => alias === 'champion')!;
    expect(champion).toMatchObject({
      name: 'own/model.model',
      decision: {
        ...{ state: 'promoted', by: 'gate', improver: 'improver' },
        heldBack: { champion: scored('champion'), candidate: scored('candidate') },
        bare: improver.inserts ? run.metrics['improver/bare/test/score']!.accuracy : null,
      },
    });

    // What comes in next is answered by the new model; a denoiser that was promoted with it stands before it.
    const next = await where.run({ file: 'own.scanflow', runtime: name, phase: 'inference' });
    expect(states(next)['live@inference']).toBe('succeeded');
    expect(next.metrics.served!.accuracy! - run.metrics.served!.accuracy!).toBeGreaterThan(0.3);
    const denoisers = next.nodes.filter((step) => step.name.startsWith('improver/denoiser(live.data)'));
    expect(denoisers.map(({ state }) => state)).toEqual(improver.inserts ? ['succeeded'] : []);
    for (const step of denoisers)
      expect(next.metrics[step.name.replace(/@inference$/, '')]!.denoised).toBeGreaterThan(INCOMING / 2);
    expect(hash(script)).toBe(before);
  });
});
