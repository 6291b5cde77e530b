import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { createRandom } from '../learning';
import type { NdArray } from './data/npy';
import { writeNpz } from './data/npz';
import { attempt } from './run.fixture';
import { stagesOf } from './stages';

const training = {
  architecture: 'auto',
  epochs: 2,
  patience: 0,
  batch: 16,
  learning_rate: 0.01,
  seed: 1,
  local_contrast: false,
  max_samples: 0,
  augment: true,
  balanced_steps: 150,
  balanced_share: 0.5,
};

/** CSV of points left and right of 0; `moved` ones have their sides changed and lie elsewhere. */
function points(count: number, seed: number, moved: boolean, weight?: number): string {
  const random = createRandom(`points/${seed}`);
  return Array.from({ length: count }, (_, row) => {
    const side = (row % 2 ? 1 : -1) * (moved ? -1 : 1);
    const cells = [side + 0.3 * random.normal(), (moved ? 4 : 0) + 0.3 * random.normal(), row % 2 ? 'right' : 'left'];
    return `${[...cells, ...(weight === undefined ? [] : [weight])].join(',')}\n`;
  }).join('');
}

const base = `a,b,y\n${points(300, 1, false)}`;
const withLabels = `a,b,y,weight\n${points(300, 1, false, 1)}${points(10, 2, true, 30)}`;

async function weightsOf(parameters: Record<string, unknown>, data: string | Uint8Array) {
  const done = await attempt('classifier', { ...training, ...parameters } as never, { data });
  expect(done.errors).toEqual([]);
  return { bits: readFileSync(`${done.output('model')}/weights.bin`), log: done.log, model: done.output('model') };
}

test('what was there before is learned first, and not learned again for labels that come later', async () => {
  const before = await weightsOf({ seed: 11 }, base);
  expect(before.log.join()).not.toContain('is kept');
  const after = await weightsOf({ seed: 11 }, withLabels);
  expect(after.log.join()).toContain('is kept from an earlier training');
  expect(after.log.join()).toContain('10 labelled samples');
  expect(after.bits.equals(before.bits)).toBe(false);
  const drifted = await attempt(
    'predictor',
    { labelled: false },
    { model: { file: after.model }, data: `a,b\n${points(40, 3, true).replace(/,[a-z]+$/gm, '')}` },
  );
  const found = drifted.read('y').trim().split('\n').slice(1);
  const right = found.filter((line, row) => line.split(',')[1] === (row % 2 ? 'right' : 'left'));
  expect(right.length).toBeGreaterThan(36);
});

test('what is kept is of data of one shape: the same bytes in another are learned anew', async () => {
  const random = createRandom('shape');
  const x = Float32Array.from({ length: 40 * 64 }, () => random.uniform());
  const values = Array.from({ length: 40 }, (_, row) => String(row % 2));
  const predicted = async (shape: number[]) => {
    const data = writeNpz(
      new Map<string, NdArray>([
        ['x', { type: 'float32', shape: [40, ...shape], values: x }],
        ['y', { type: 'text', shape: [40], values }],
      ]),
    );
    const { model } = await weightsOf({ architecture: 'mlp', epochs: 1, seed: 13 }, data);
    return (await attempt('predictor', { labelled: false }, { model: { file: model }, data })).errors;
  };
  expect(await predicted([8, 8])).toEqual([]);
  expect(await predicted([4, 16])).toEqual([]);
});

test('copies and labels have a stage each; without balanced steps there is one', async () => {
  const all = `a,b,y,weight\n${points(300, 1, false, 1)}${points(100, 2, false, 0.5)}${points(10, 4, true, 30)}`;
  const staged = await weightsOf({ seed: 12 }, all);
  const shown = staged.log.filter((line) => / epoch /.test(line)).map((line) => line.replace(/: epoch.*/, ''));
  expect([...new Set(shown)]).toEqual(['training', 'changed copies', 'labelled samples']);
  const once = await weightsOf({ seed: 12, balanced_steps: 0 }, all);
  expect(once.log.filter((line) => / epoch /.test(line)).every((line) => line.startsWith('training'))).toBe(true);
});

test('what is kept of changed copies is of their weights', async () => {
  const copies = (weight: number) =>
    `a,b,y,weight\n${points(300, 1, false, 1)}${points(50, 2, false, 0.5)}${points(50, 6, true, weight)}`;
  const first = await weightsOf({ seed: 16 }, copies(0.5));
  expect((await weightsOf({ seed: 16 }, copies(0.001))).bits.equals(first.bits)).toBe(false);
  const kept = await weightsOf({ seed: 16 }, copies(0.5));
  expect([kept.bits.equals(first.bits), kept.log.join().includes('changed copies: epoch')]).toEqual([true, false]);
});

test.each([
  ['every sample has a weight of its own', `a,b,y,weight\n${points(60, 5, false, 2)}`, {}],
  ['the closed form heeds weights itself', withLabels, { architecture: 'discriminant' }],
])('one stage where %s', async (_why, data, more) => {
  const { log } = await weightsOf({ seed: 13, ...more }, data);
  expect(log.join()).not.toContain('labelled samples: epoch');
});

test('most samples: the same plain ones whatever is labelled, and all that is labelled', () => {
  const weights = Float32Array.from({ length: 100 }, (_, row) => (row < 80 ? 1 : row < 90 ? 0.5 : 30));
  const some = stagesOf(100, weights, 8, 1);
  expect([some.plain.length, some.copies.length, some.labelled.length]).toEqual([8, 8, 10]);
  expect(some.plain).toEqual(some.plain.toSorted((a, b) => a - b));
  const without = stagesOf(
    100,
    weights.map((weight, row) => (row < 90 ? weight : 20)),
    8,
    1,
  );
  expect(without.plain).toEqual(some.plain);
  expect(stagesOf(80, undefined, 8, 1).plain).toEqual(some.plain);
  expect(stagesOf(5, undefined, 0, 1)).toEqual({ plain: [0, 1, 2, 3, 4], copies: [], labelled: [] });
});

test('a training goes on from another model, and what is kept of it is of that start', async () => {
  const parameters = { ...training, seed: 15, epochs: 1, learning_rate: 1e-7 } as never;
  const first = await weightsOf({ seed: 14, epochs: 5 }, base);
  const bits = async (inputs: Parameters<typeof attempt>[2]) => {
    const done = await attempt('classifier', parameters, { data: base, ...inputs });
    expect(done.errors).toEqual([]);
    return {
      log: done.log.join(),
      weights: new Float32Array(readFileSync(`${done.output('model')}/weights.bin`).buffer),
    };
  };
  const chance = await bits({});
  const next = await bits({ start: { file: first.model } });
  expect(next.log).toContain('goes on from a mlp of 2 classes');
  expect(next.log).not.toContain('is kept');
  const known = new Float32Array(first.bits.buffer);
  const far = (weights: Float32Array) => weights.filter((value, at) => Math.abs(value - known[at]!) > 1e-4).length;
  expect([far(next.weights), far(chance.weights) > 100]).toEqual([0, true]);
  expect((await bits({ start: { file: first.model } })).log).toContain('is kept');
});

test.each([
  ['other columns', { data: base.replace('a,b,y', 'a,c,y') }, /^SF7120 .*other columns/, {}],
  ['other layers', { data: base }, /^SF7016 /, { architecture: 'discriminant' }],
])('refuses to go on from a model with %s', async (_what, { data }, said, more) => {
  const { model } = await weightsOf({ seed: 14, epochs: 5 }, base);
  const { errors } = await attempt('classifier', { ...training, ...more } as never, { data, start: { file: model } });
  expect(errors.join('\n')).toMatch(said);
});

/** A tracker, as nodes are told of it, and the values of a metric that it is sent: `step: value`. */
async function tracker(metric = 'training_loss') {
  const logged: string[] = [];
  const server = createServer(async (request, response) => {
    const { metrics = [] } = JSON.parse(await text(request)) as {
      metrics?: { key: string; value: number; step: number }[];
    };
    for (const { key, value, step } of metrics) if (key === metric) logged.push(`${step}: ${value}`);
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { logged, told: { MLFLOW_TRACKING_URI: uri, MLFLOW_RUN_ID: 'r' } };
}

test('the steps of training_loss go on from stage to stage: the last one is of the model as it is', async () => {
  const { logged, told } = await tracker();
  const parameters = { ...training, seed: 18, balanced_steps: 60 };
  const stepsOf = async (data: string) => {
    logged.length = 0;
    const done = await attempt('classifier', parameters, { data }, told);
    expect(done.errors).toEqual([]);
    return logged.map((line) => Number(line.split(':')[0]));
  };
  const inOrder = (steps: number[]) => steps.map((_, at) => at + 1);
  expect(await stepsOf(base)).toEqual([1, 2]);
  const copies = points(50, 2, false, 0.5);
  const steps = await stepsOf(`a,b,y,weight\n${points(300, 1, false, 1)}${copies}${points(10, 4, true, 30)}`);
  expect(steps.length).toBeGreaterThan(4);
  expect(steps).toEqual(inOrder(steps));
});

test('a model that is kept logs what its training did; a run that computes everything anew uses its own alone', async () => {
  const { logged, told } = await tracker();
  const train = async (env: Record<string, string> = {}) => {
    logged.length = 0;
    const done = await attempt('classifier', { ...training, seed: 17 }, { data: base }, { ...told, ...env });
    expect(done.errors).toEqual([]);
    return { kept: done.log.join().includes('is kept'), logged: [...logged] };
  };
  const first = await train();
  expect(first).toEqual({ kept: false, logged: [expect.stringMatching(/^1: /), expect.stringMatching(/^2: /)] });
  expect(await train()).toEqual({ ...first, kept: true });
  const fresh = { SCANFLOW_FRESH: '1', SCANFLOW_RUN: 'anew' };
  expect(await train(fresh)).toEqual(first);
  // Its own next attempt, and branches of its gate, need not learn the same again.
  expect(await train(fresh)).toEqual({ ...first, kept: true });
  expect(await train({ ...fresh, SCANFLOW_RUN: 'another' })).toEqual(first);
});

/** Half of these labels are wrong: who learns them by heart does worse and worse on others. */
function noisy(count: number, seed: number): string {
  const random = createRandom(`noisy/${seed}`);
  return `a,b,c,d,y\n${Array.from({ length: count }, () => {
    const at = Array.from({ length: 4 }, () => random.normal());
    return `${at.join(',')},${random.uniform() < 0.25 ? random.uniform() < 0.5 : at[0]! > 0}\n`;
  }).join('')}`;
}
const seen = { architecture: 'mlp', epochs: 40, learning_rate: 0.02, seed: 19 };

test('tells after each epoch how the model does on samples for validation; without patience the last epoch stays', async () => {
  const { logged, told } = await tracker('validation_loss');
  const train = (data: string, validation?: string) =>
    attempt('classifier', { ...training, ...seen, epochs: 3 }, { data, ...(validation && { validation }) }, told);
  const plain = await train(noisy(100, 1));
  expect(logged).toEqual([]);
  // Its columns are found by their names.
  const columns = noisy(50, 2).replaceAll(/^([^,]+),([^,]+),/gm, '$2,$1,');
  const told3 = await train(noisy(100, 1), columns);
  expect(told3.errors).toEqual([]);
  expect(logged.map((line) => line.split(':')[0])).toEqual(['1', '2', '3']);
  const bits = ({ output }: typeof plain) => readFileSync(`${output('model')}/weights.bin`);
  expect(bits(told3).equals(bits(plain))).toBe(true);
  expect(told3.log.join('\n')).toMatch(/training: epoch 3\/3, loss \S+, validation loss \S+/);
});

test('ends early with patience, and the last that is told is of the model as it is', async () => {
  const { logged, told } = await tracker('validation_loss');
  const inputs = { data: noisy(100, 1), validation: noisy(50, 2) };
  const ended = await attempt('classifier', { ...training, ...seen, patience: 3 }, inputs, told);
  expect(ended.errors).toEqual([]);
  const losses = logged.map((line) => Number(line.split(' ')[1]));
  const least = Math.min(...losses);
  const best = losses.indexOf(least) + 1;
  expect(losses).toHaveLength(best + 3 + 1);
  expect(losses.at(-1)).toBe(least);
  expect(ended.log.join('\n')).toContain(
    `ended early, after epoch ${best + 3} of 40: the model is that of epoch ${best}, whose validation loss`,
  );
});

test('labels that come later are learned from the model of the best epoch, and tell how they do', async () => {
  const { logged, told } = await tracker('validation_accuracy');
  const train = (data: string) =>
    attempt(
      'classifier',
      { ...training, ...seen, patience: 3, balanced_steps: 20 },
      { data, validation: noisy(50, 2) },
      told,
    );
  await train(noisy(100, 3));
  const before = [...logged];
  logged.length = 0;
  const weighted = noisy(100, 3)
    .replaceAll(/$(?=\n)/gm, ',1')
    .replace(',y,1', ',y,weight');
  const after = await train(`${weighted}1,1,1,1,true,30\n-1,1,1,1,false,30\n`);
  expect(after.errors).toEqual([]);
  expect(after.log.join()).toContain('is kept from an earlier training');
  expect(logged.slice(0, -1)).toEqual(before);
  expect(logged).toHaveLength(before.length + 1);
});

test('the closed form tells once how it does', async () => {
  const { logged, told } = await tracker('validation_accuracy');
  const inputs = { data: noisy(100, 1), validation: noisy(50, 2) };
  const done = await attempt('classifier', { ...training, architecture: 'discriminant' }, inputs, told);
  expect(done.errors).toEqual([]);
  expect(logged).toHaveLength(1);
});

test.each([
  [
    'patience without samples for it',
    { patience: 2 },
    undefined,
    /^SF7103 Parameter patience is 2, and input validation/,
  ],
  ['a class that nobody trains', {}, 'a,b,c,d,y\n1,1,1,1,true\n1,1,1,1,maybe\n', /^SF7117 .*maybe/],
  ['other columns', {}, 'a,b,c,y\n1,1,1,true\n', /^SF7121 Input validation has no column "d"/],
  ['no labels', {}, 'a,b,c,d\n1,1,1,1\n', /^SF7115 Input validation/],
  ['no samples', {}, 'a,b,c,d,y\n', /^SF7116 Input validation/],
  ['missing numbers', {}, 'a,b,c,d,y\n1,,1,1,true\n', /^SF7011 .*input validation/],
])('refuses for validation %s', async (_what, more, validation, said) => {
  const inputs = { data: noisy(100, 1), ...(validation !== undefined && { validation }) };
  const { errors } = await attempt('classifier', { ...training, ...more } as never, inputs);
  expect(errors.join('\n')).toMatch(said);
});
