import { describe, expect, it } from 'vitest';
import { decisionOf } from './words';
import { workspace } from './workspace';

/** Rows of customers who leave where they pay much; of what comes in, where they pay little. */
function customers(from: number, count: number, drifted: boolean) {
  return Array.from({ length: count }, (_, i) => {
    const charge = ((i * 5) % 20) + (drifted ? 100 : 0);
    const leaves = charge % 20 >= 10 !== drifted;
    return { id: `C${from + i}`, charge, calls: (i * 3) % 5, left: leaves ? 'yes' : 'no' };
  });
}

type Customer = ReturnType<typeof customers>[number];

const csv = (header: string, rows: Customer[], cells: (row: Customer) => unknown[]) =>
  `${[header, ...rows.map((row) => cells(row).join(','))].join('\n')}\n`;

const incoming = customers(900, 60, true);
const answers = csv('id,label', incoming, ({ id, left }) => [id, left]);

const edges = (model: string) => `
  - sources.answers -> labeler.answers [inference]
  - { from: labeler.feedback, to: trainer.feedback, label: inference, via: tracker }
  - ${model}.model -> trial.model [training]
  - trial.y -> score.predictions [training]
`;

const judged = `
  score: { uses: scanflow/evaluator }
  labeler: { uses: scanflow/human-labeler, with: { classes: ["yes", "no"] } }
  trainer:
    uses: scanflow/model-trainer
    improves: model.data
    metric: { name: score.accuracy, on: sources.test, threshold: 0.1, holdout: 0.4, guard: 0.5 }
    approval: auto`;

const began = `
scanflow: 1
name: churn
labels: { edges: [training, inference] }
sources: { train: train.csv, test: test.csv, incoming: incoming.csv, answers: { path: answers.csv, type: labels } }`;

/** What is read goes through dataset nodes, which are told of other names for labels and ids. */
function renamed() {
  const named = (rows: Customer[]) =>
    csv('customer,charge,calls,churn', rows, ({ id, charge, calls, left }) => [id, charge, calls, left]);
  return {
    'train.csv': named(customers(0, 200, false)),
    'test.csv': named(customers(500, 60, false)),
    'incoming.csv': csv('customer,charge,calls', incoming, ({ id, charge, calls }) => [id, charge, calls]),
    'answers.csv': answers,
    'churn.scanflow': `${began}
parameters: { label: churn }
nodes:
  load: { uses: scanflow/dataset, with: { label: $(label), id: customer } }
  loadtest: { uses: scanflow/dataset, with: { label: $(label), id: customer } }
  loadin: { uses: scanflow/dataset, with: { id: customer } }
  model: { uses: scanflow/classifier, with: { epochs: 10, batch: 16, architecture: mlp, learning_rate: 0.01 } }
  trial: { uses: scanflow/predictor }${judged}
edges:
  - sources.train -> load.data [training]
  - load.data -> model.data [training]
  - sources.test -> loadtest.data [training]
  - loadtest.data -> trial.data [training]
  - loadtest.data -> score.truth [training]
  - sources.incoming -> loadin.data [inference]
  - loadin.data -> labeler.data [inference]${edges('model')}`,
  };
}

describe('held-back labels', () => {
  it('that there are none of fail no program that takes no empty data: the gate says so', async () => {
    const files = renamed();
    const none = files['churn.scanflow'].replace('holdout: 0.4', 'holdout: 0.00001');
    const run = await workspace({ ...files, 'churn.scanflow': none }).run({ file: 'churn.scanflow' });
    expect([run.fault, run.state]).toEqual([null, 'succeeded']);
    const reason = expect.stringContaining('the held-back part of the feedback is empty: label more');
    expect(decisionOf(run)).toMatchObject({ state: 'rejected', heldBack: null, reason });
  });

  it('have the column names that the dataset node of the test data asks for', async () => {
    const place = workspace(renamed());
    const run = await place.run({ file: 'churn.scanflow' });
    expect(run.fault).toBeNull();
    expect(run.state).toBe('succeeded');
    expect(decisionOf(run)).toMatchObject({ heldBack: { candidate: expect.any(Number) } });
  });

  it('have the columns of the test data that a program of your own reads', async () => {
    const named = (rows: Customer[]) =>
      csv('charge,calls,label', rows, ({ charge, calls, left }) => [charge, calls, left]);
    const place = workspace({
      'train.csv': named(customers(0, 200, false)),
      'test.csv': named(customers(500, 60, false)),
      'incoming.csv': csv('id,charge,calls', incoming, ({ id, charge, calls }) => [id, charge, calls]),
      'answers.csv': answers,
      // It knows every charge, and takes no column that it was not trained on.
      'own.mjs': `import { readFileSync, writeFileSync } from 'node:fs';
const [what, data, out, model] = process.argv.slice(2);
const [header, ...rows] = readFileSync(data, 'utf8').trim().split('\\n');
const names = header.split(',').filter((name) => name !== 'label').join();
const read = rows.map((row) => row.split(','));
if (what === 'train') writeFileSync(out, JSON.stringify({ names, known: read.map((row) => [row[0], row[2]]) }));
else {
  const { names: wanted, known } = JSON.parse(readFileSync(model, 'utf8'));
  if (names !== wanted) throw new Error(names + ' are not ' + wanted);
  const said = new Map(known);
  writeFileSync(out, 'label\\n' + read.map((row) => said.get(row[0]) ?? 'unknown').join('\\n') + '\\n');
}
`,
      'churn.scanflow': `${began}
executors:
  train:
    files: [own.mjs]
    command: [node, own.mjs, train, $(inputs.data), $(outputs.model)]
    inputs: { data: dataset }
    outputs: { model: model }
  predict:
    files: [own.mjs]
    command: [node, own.mjs, predict, $(inputs.data), $(outputs.y), $(inputs.model)]
    inputs: { model: model, data: dataset }
    outputs: { y: { type: predictions, path: y.csv } }
nodes:
  model: { executor: train }
  trial: { executor: predict }${judged}
edges:
  - sources.train -> model.data [training]
  - sources.test -> trial.data [training]
  - sources.test -> score.truth [training]
  - sources.incoming -> labeler.data [inference]${edges('model')}`,
    });
    const run = await place.run({ file: 'churn.scanflow' });
    expect(run.fault).toBeNull();
    expect(run.state).toBe('succeeded');
    expect(decisionOf(run)).toMatchObject({ state: 'promoted', heldBack: { champion: 0, candidate: 1 } });
  });
});
