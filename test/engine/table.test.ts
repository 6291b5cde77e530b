import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createRandom } from '../../learning';
import { decisionOf } from './words';
import { states, workspace } from './workspace';

/** The workflow that the page of the encoder shows. */
const [, example] = /```yaml\n(scanflow: 1\n[\s\S]*?)```/.exec(readFileSync('docs/nodes/encoder.md', 'utf8'))!;

/** The same without the columns of text. */
const bare = {
  nodes: `
  plain: { uses: scanflow/encoder, with: { drop: [contract, payment, city] } }
  plain_unseen: { uses: scanflow/encoder, with: { drop: [contract, payment, city] } }
  plain_model: { uses: scanflow/classifier, with: { epochs: 20 } }
  plain_trial: { uses: scanflow/predictor }
  plain_score: { uses: scanflow/evaluator }
`,
  edges: `
  - sources.clean -> plain.fit [training]
  - sources.clean -> plain.data [training]
  - sources.clean -> plain_unseen.fit [training]
  - sources.test -> plain_unseen.data [training]
  - plain.data -> plain_model.data [training]
  - plain_model.model -> plain_trial.model [training]
  - plain_unseen.data -> plain_trial.data [training]
  - plain_trial.y -> plain_score.predictions [training]
  - sources.test -> plain_score.truth [training]
  - sources.answers -> labeler.answers [inference]
`,
};

const graph = example!
  .replace('incoming: incoming.csv', 'incoming: incoming.csv, answers: { path: answers.csv, type: labels }')
  .replace('guard: 0.05 }', 'guard: 0.05 }\n    approval: auto')
  .replace('\nedges:\n', `${bare.nodes.trimEnd()}\nedges:\n`)
  .concat(bare.edges.slice(1));

/** Customers, of whom the contract and the way to pay say who leaves; all do with a contract that nobody had before, `flex`. */
function customers(count: number, seed: string, flex: number): { id: string; cells: string[]; y: string }[] {
  const random = createRandom(`customers/${seed}`);
  const of = (values: string[]) => values[random.integer(values.length)]!;
  const maybe = (cell: string) => (random.uniform() < 0.05 ? '' : cell);
  return Array.from({ length: count }, (_, row) => {
    const contract = random.uniform() < flex ? 'flex' : of(['monthly', 'yearly', 'two years']);
    const payment = of(['card', 'invoice', 'cheque']);
    const city = of(['Aachen', 'Bonn', 'Celle', 'Dachau']);
    const leaves = contract === 'flex' || (contract === 'monthly' && payment !== 'card');
    const chance = random.uniform() < 0.05;
    const signup = new Date(Date.UTC(2020, 0, 1 + random.integer(1200))).toISOString().slice(0, 10);
    const bill = `"${(20 + 90 * random.uniform()).toFixed(2).replace('.', ',')}"`;
    const numbers = [maybe(String(random.integer(72))), maybe(bill)];
    const id = `${seed}-${row}`;
    return {
      id,
      cells: [id, `Customer ${seed} ${row}`, ...numbers, contract, maybe(payment), city, signup],
      y: leaves !== chance ? 'yes' : 'no',
    };
  });
}

const head = 'id,name,tenure,bill,contract,payment,city,signup';
const csv = (rows: string[][], names: string) => `${names}\n${rows.map((row) => row.join(',')).join('\n')}\n`;

it('learns from a table of text, dates and gaps, and from the labels of its rows as they came', {
  timeout: 400_000,
}, async () => {
  const labelled = (count: number, seed: string) =>
    csv(
      customers(count, seed, 0).map(({ cells, y }) => [...cells, y]),
      `${head},y`,
    );
  const incoming = customers(300, 'new', 0.7);
  const place = workspace({
    'churn.scanflow': graph,
    'train.csv': labelled(900, 'train'),
    'test.csv': labelled(300, 'test'),
    'incoming.csv': csv(
      incoming.map(({ cells }) => cells),
      head,
    ),
    'answers.csv': csv(
      incoming.map(({ id, y }) => [id, y]),
      'id,label',
    ),
  });
  const run = await place.run({ file: 'churn.scanflow' });
  expect(run.fault).toBeNull();
  expect(run.state).toBe('succeeded');
  const accuracy = (node: string) => run.metrics[node]!.accuracy!;
  // Without the text it can do no better than to say that all stay: three of four.
  expect(accuracy('plain_score')).toBeLessThan(0.8);
  expect(accuracy('score')).toBeGreaterThan(0.88);
  expect(accuracy('linear_score')).toBeGreaterThan(accuracy('plain_score'));
  expect(run.metrics.known).toMatchObject({ columns_in: 7, columns_left_out: 1, unknown_share: 0 });
  expect(run.metrics.now!.unknown_share).toBeGreaterThan(0.6);
  expect(run.metrics.model!.columns_left_out).toBe(0);
  expect(run.metrics.drift!.drifted).toBe(1);
  const decision = decisionOf(run)!;
  expect(decision.state).toBe('promoted');
  expect(decision.heldBack!.candidate).toBeGreaterThan(decision.heldBack!.champion + 0.2);

  // The rows were labelled as they came, and the model that learned from them is the champion.
  const engine = await place.engine();
  const [model] = await engine.models({});
  expect([model!.name, model!.versions.map(({ alias }) => alias)]).toEqual(['churn/model.model', [null, 'champion']]);
  const [feedback] = await engine.outputs({ run: run.run, node: 'labeler@inference' });
  expect(readFileSync(path.join(place.root, feedback!.path), 'utf8').split('\n')[0]).toBe(`${head},y`);
  const next = await place.run({ file: 'churn.scanflow', phase: 'inference' });
  expect(states(next)['live@inference']).toBe('succeeded');
});
