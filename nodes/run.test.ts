import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../learning';
import type { NdArray } from './data/npy';
import { readNpz, writeNpz } from './data/npz';
import { attempt } from './run.fixture';

/** Bright bars: class 0 stands, class 1 lies. As small as images can be that both networks take. */
function bars(count: number, seed: number, noise = 20): { images: Uint8Array; labels: Uint8Array } {
  const random = createRandom(`bars/${seed}`);
  const images = new Uint8Array(count * 64);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
  for (let i = 0; i < count; i++) {
    const at = 1 + random.integer(6);
    for (let place = 0; place < 64; place++) {
      const on = labels[i] ? Math.floor(place / 8) === at : place % 8 === at;
      images[i * 64 + place] = Math.min(255, (on ? 200 : 0) + random.integer(noise));
    }
  }
  return { images, labels };
}

function npz(count: number, seed: number, what: 'labelled' | 'bare' = 'labelled', noise = 20): Uint8Array {
  const { images, labels } = bars(count, seed, noise);
  const arrays = new Map<string, NdArray>([['x', { type: 'uint8', shape: [count, 8, 8], values: images }]]);
  const ids = Array.from({ length: count }, (_, i) => `s${seed}-${i}`);
  arrays.set('id', { type: 'text', shape: [count], values: ids });
  if (what === 'labelled')
    arrays.set('y', { type: 'int64', shape: [count], values: BigInt64Array.from(labels, BigInt) });
  return writeNpz(arrays);
}

/** Images that show nothing. */
const plainImages = (count: number, side: number): Uint8Array =>
  writeNpz(
    new Map([['x', { type: 'uint8', shape: [count, side, side], values: new Uint8Array(count * side * side) }]]),
  );

const training = {
  architecture: 'auto',
  epochs: 3,
  batch: 16,
  learning_rate: 0.01,
  seed: 1,
  max_samples: 0,
  augment: true,
  // Models that were learned before are kept: this one is to be made each time.
  balanced_steps: 0,
  balanced_share: 0.5,
};
const detecting = {
  thresholds: [],
  n_critical: 10,
  epochs: 1,
  batch: 16,
  learning_rate: 0.002,
  seed: 1,
  bandwidth: 'scott',
  score: 'band',
  false_alarms: 0.05,
  max_train_samples: 100,
};

describe('train, predict, evaluate', () => {
  test('images', async () => {
    const model = await attempt('classifier', training, { data: npz(200, 1) });
    expect(model.errors).toEqual([]);
    expect(model.progress.at(-1)).toEqual({ done: 1 });
    expect(model.progress.some(({ message }) => message?.startsWith('training: epoch 1/3'))).toBe(true);
    const test = npz(50, 2);
    const predictions = await attempt(
      'predictor',
      { labelled: false },
      { model: { file: model.output('model') }, data: test },
    );
    expect(predictions.read('y')).toMatch(/^id,label,confidence\ns2-0,0,\d\.\d{6}\ns2-1,1,/);
    const report = await attempt(
      'evaluator',
      { names: [], group: '', positive: '' },
      { predictions: { file: predictions.output('y') }, truth: test },
    );
    expect(JSON.parse(report.read('report'))).toMatchObject({
      count: 50,
      unmatched: 0,
      classes: [{ class: '0' }, { class: '1' }],
    });
    expect(JSON.parse(report.read('report')).accuracy).toBeGreaterThan(0.9);
  });

  test('the same data, parameters and seed give the same model', async () => {
    const weights = async () => {
      const { output } = await attempt('classifier', { ...training, epochs: 1 }, { data: npz(60, 1) });
      return readFileSync(`${output('model')}/weights.bin`);
    };
    expect((await weights()).equals(await weights())).toBe(true);
  });

  test('tables, by the names of their columns, in any order', async () => {
    const rows = Array.from({ length: 80 }, (_, i) => [i % 2 ? 5 : -5, (i * 7) % 10, i % 2 ? 'hot' : 'cold'] as const);
    const data = `t,noise,y\n${rows.map((row) => row.join(',')).join('\n')}\n`;
    const model = await attempt('classifier', { ...training, epochs: 10 }, { data });
    const other = await attempt(
      'predictor',
      {},
      { model: { file: model.output('model') }, data: 'noise,t\n3,-5\n4,5\n' },
    );
    expect(
      other
        .read('y')
        .split('\n')
        .map((line) => line.split(',')[1]),
    ).toEqual(['label', 'cold', 'hot', undefined]);
    const lacking = await attempt(
      'predictor',
      { labelled: false },
      { model: { file: model.output('model') }, data: 'noise\n3\n' },
    );
    expect([lacking.code, lacking.errors[0]]).toEqual([
      1,
      expect.stringMatching(/^SF7121 Input data has no column "t"/),
    ]);
  });
});

describe('augmenting', () => {
  test('adds changed copies with their labels, in the same format; the improver proposes it', async () => {
    const done = await attempt('augment', { copies: 2, seed: 1, weight: 0.5 }, { data: npz(10, 1) });
    expect(done.errors).toEqual([]);
    const arrays = readNpz(readFileSync(done.output('data')), 'augmented');
    expect(arrays.get('x')).toMatchObject({ type: 'uint8', shape: [30, 8, 8] });
    expect((arrays.get('id')!.values as string[]).slice(9, 11)).toEqual(['s1-9', 's1-0/augmented-1']);
    const labels = Array.from(arrays.get('y')!.values as BigInt64Array);
    expect(labels.slice(10, 20)).toEqual(labels.slice(0, 10));
    expect(Array.from(arrays.get('weight')!.values as Float32Array)).toEqual(
      Array.from({ length: 30 }, (_, row) => (row < 10 ? 1 : 0.5)),
    );
    const pixels = arrays.get('x')!.values as Uint8Array;
    expect(pixels.slice(640, 1280)).not.toEqual(pixels.slice(0, 640));
    const proposed = await attempt('augmenter', { wraps: ['model.data'], copies: 2, seed: 1, weight: 0.5 }, {});
    expect(JSON.parse(proposed.read('revision')).changes).toMatchObject([
      { op: 'insert', uses: 'scanflow/augment', with: { copies: 2, seed: 1, weight: 0.5 }, before: ['model.data'] },
    ]);
    const nothing = await attempt('augmenter', { wraps: [], copies: 2, seed: 1, weight: 1 }, {});
    expect(nothing.errors[0]).toMatch(/^SF7103 .*wraps/);
    const table = await attempt('augment', { copies: 1, seed: 1, weight: 1 }, { data: 'a,y\n1,2\n' });
    expect(table.errors[0]).toMatch(/^SF7117/);
  });
});

describe('the drift detector', () => {
  test('gives critical samples without their labels, tags of all, and keeps its autoencoder', async () => {
    const inputs = { train: npz(200, 1), test: npz(60, 3, 'labelled', 250) };
    const first = await attempt('drift-detector', detecting, inputs);
    expect(first.errors).toEqual([]);
    const critical = readNpz(readFileSync(first.output('critical')), 'critical');
    expect([...critical.keys()].sort()).toEqual(['id', 'x']);
    expect(critical.get('x')!.shape).toEqual([10, 8, 8]);
    const ids = critical.get('id')!.values as string[];
    expect(ids.every((id) => /^s3-\d+$/.test(id))).toBe(true);
    expect(first.read('tags').trim().split('\n')).toHaveLength(61);
    expect(JSON.parse(first.read('report'))).toMatchObject({
      count: 60,
      critical: 10,
      tried: [{ high: 0.8, low: 0.2 }],
    });
    const seen = readNpz(readFileSync(first.output('inspection')), 'inspection');
    const shown = seen.get('id')!.values as string[];
    expect(shown.slice(0, 10).toSorted()).toEqual(ids.toSorted());
    expect(seen.get('x')!.shape).toEqual([shown.length, 8, 8, 1]);
    expect(seen.get('reconstruction')).toMatchObject({ type: 'uint8', shape: [shown.length, 8, 8, 1] });
    expect(Array.from(seen.get('critical')!.values as Uint8Array).filter(Boolean)).toHaveLength(10);
    expect(seen.get('loss_test')!.shape).toEqual([60]);
    const again = await attempt('drift-detector', detecting, inputs);
    expect(again.log[0]).toMatch(/autoencoder of these data is kept/);
    expect(again.read('tags')).toBe(first.read('tags'));
    expect(readFileSync(again.output('critical')).equals(readFileSync(first.output('critical')))).toBe(true);
  });

  test('takes thresholds as a person gave them, and refuses what are none', async () => {
    const inputs = { train: npz(200, 1), test: npz(60, 3, 'labelled', 250) };
    const { read } = await attempt('drift-detector', { ...detecting, thresholds: [0, 1e9] }, inputs);
    expect(JSON.parse(read('report'))).toMatchObject({
      anomalous: 0,
      threshold_low: 0,
      threshold_high: 1e9,
      trials: 1,
    });
    for (const thresholds of [[1], [2, 1], ['a', 'b'], [0, 1, 2]]) {
      const { code, errors } = await attempt('drift-detector', { ...detecting, thresholds }, inputs);
      expect([code, errors]).toEqual([
        1,
        [expect.stringMatching(/^SF7103 Parameter thresholds is .*not \[low, high\]/)],
      ]);
    }
  });

  test.each(['bce', 'latent', 'statistics', 'energy', 'combined'])('by %s finds what is noisy', async (score) => {
    const train = npz(200, 1);
    const model = await attempt('classifier', { ...training, epochs: 1 }, { data: train });
    const inputs = { train, test: npz(60, 3, 'labelled', 250), model: { file: model.output('model') } };
    const made = await attempt('drift-detector', { ...detecting, score }, inputs);
    expect(made.errors).toEqual([]);
    const report = JSON.parse(made.read('report'));
    expect(report).toMatchObject({ score, drifted: 1, reference: 20, false_alarms: 0.05 });
    if (score !== 'energy') expect(report.anomalous).toBeGreaterThan(50);
    const tags = made
      .read('tags')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    for (const [, anomalous, severity] of tags) expect(Number(severity) > 1).toBe(anomalous === '1');
  });

  test('names the column of a table that drifted', async () => {
    const random = createRandom('columns');
    const rows = (shift: number) =>
      Array.from({ length: 150 }, () => `${20 + random.normal()},${random.normal() + shift},5`).join('\n');
    const made = await attempt('drift-detector', detecting, {
      train: `t,p,c\n${rows(0)}\n`,
      test: `t,p,c\n${rows(2)}\n`,
    });
    expect(made.errors).toEqual([]);
    const { tests, drifted } = JSON.parse(made.read('report'));
    expect(drifted).toBe(1);
    const columns = tests.filter(({ of }: { of: string }) => of.startsWith('column '));
    expect(columns.map(({ of }: { of: string }) => of)).toEqual(['column t', 'column p', 'column c']);
    expect(columns[1].p_value).toBeLessThan(1e-6);
    expect(columns[2].p_value).toBe(1);
    expect(made.log.at(-1)).toMatch(/^the batch has drifted: p /);
  });

  test.each<[string, Parameters<typeof attempt>[1], Parameters<typeof attempt>[2], RegExp]>([
    [
      'energy without a model',
      { score: 'energy' },
      { train: npz(20, 1), test: npz(5, 2) },
      /^SF7104 The score `energy` asks/,
    ],
    ['too little to learn from', {}, { train: npz(9, 1), test: npz(5, 2) }, /^SF7117 Input train has 9 samples/],
    ['another size of image', {}, { train: npz(20, 1), test: plainImages(5, 9) }, /^SF7015 .*\[9, 9, 1\].*\[8, 8, 1\]/],
    ['a NaN', {}, { train: 'a\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n', test: 'a\n\n1\nnan\n' }, /^SF7011 .* NaN/],
    ['nothing', {}, { train: npz(20, 1), test: npz(0, 2) }, /^SF7116 Input test holds no sample/],
    ['an absurd rate', { false_alarms: 1 }, { train: npz(20, 1), test: npz(5, 2) }, /^SF7103 Parameter false_alarms/],
  ])('%s: a clear error', async (_, parameters, inputs, message) => {
    const made = await attempt('drift-detector', { ...detecting, ...parameters }, inputs);
    expect([made.code, made.errors[0]]).toEqual([1, expect.stringMatching(message)]);
  });

  test('tells a drifted batch from one that has not drifted', async () => {
    const p = async (noise: number) => {
      const { read } = await attempt('drift-detector', detecting, {
        train: npz(200, 1),
        test: npz(100, 4, 'bare', noise),
      });
      return JSON.parse(read('report')).p_value as number;
    };
    expect(await p(250)).toBeLessThan(1e-6);
    expect(await p(20)).toBeGreaterThan(0.001);
  });
});

test('the critical point selector takes losses in any order, by id', async () => {
  const train = `loss\n${Array.from({ length: 100 }, (_, i) => i).join('\n')}\n`;
  const test = `id,loss\n${Array.from({ length: 20 }, (_, i) => `r${19 - i},${i < 5 ? 500 : 50}`).join('\n')}\n`;
  const data = `id,v,y\n${Array.from({ length: 20 }, (_, i) => `r${i},${i},z`).join('\n')}\n`;
  const done = await attempt(
    'critical-point-selector',
    { method: 'density', n_critical: 3, seed: 1, bandwidth: '2', thresholds: [] },
    { train, test, data },
  );
  expect(done.errors).toEqual([]);
  const rows = done.read('critical').trim().split('\n');
  expect(rows[0]).toBe('id,v');
  expect(rows.slice(1).every((row) => ['r15', 'r16', 'r17', 'r18', 'r19'].includes(row.split(',')[0]!))).toBe(true);
  expect(rows).toHaveLength(4);
  const none = await attempt(
    'critical-point-selector',
    { method: 'density', n_critical: 3, seed: 1, bandwidth: 'scott', thresholds: [] },
    { train, test: test.replaceAll('500', '50'), data },
  );
  expect([none.code, none.wrote('critical'), none.wrote('tags')]).toEqual([0, false, true]);
});

describe('asking a person', () => {
  const tags = 'id,anomalous,severity\ns1-1,1,0.5\ns1-0,1,2.25\n';

  test('the labeler leaves a task, the worst sample first', async () => {
    const { task, wrote } = await attempt('human-labeler', { classes: ['0', '1'] }, { data: npz(3, 1, 'bare'), tags });
    expect(task).toEqual({
      kind: 'label',
      title: 'Label 3 samples',
      classes: ['0', '1'],
      items: [{ id: 's1-0', severity: 2.25 }, { id: 's1-1', severity: 0.5 }, { id: 's1-2' }],
      output: 'feedback',
      data: 'data',
    });
    expect(wrote('feedback')).toBe(false);
  });

  test('an oracle is named where it is bound', async () => {
    const { task } = await attempt(
      'human-labeler',
      { classes: [] },
      { data: npz(1, 1, 'bare'), answers: 'id,label\n' },
    );
    expect(task).toMatchObject({ answers: 'answers' });
  });

  const answers = (given: object) => JSON.stringify(given);
  const many = (...tables: string[]) => ({ many: tables });

  test('answers become feedback: skipped samples are left out, each sample is there once', async () => {
    const data = many('id,t\na,1\nb,2\n', 'id,t\nb,2\nc,3\n');
    const done = await attempt(
      'collect',
      { kind: 'label' },
      { data, answers: answers({ a: 'hot', b: 'cold', c: null }) },
    );
    expect(done.read('feedback')).toBe('id,t,y\na,1,hot\nb,2,cold\n');
  });

  test('whole numbers become numbers in arrays', async () => {
    const done = await attempt(
      'collect',
      { kind: 'label' },
      { data: { many: [Buffer.from(npz(2, 1, 'bare')) as never] }, answers: answers({ 's1-1': '7', 's1-0': '10' }) },
    );
    const y = readNpz(readFileSync(done.output('feedback')), 'feedback').get('y')!;
    expect([y.type, [...y.values]]).toEqual(['int64', [10n, 7n]]);
  });

  test('pairs carry the clean sample and its label', async () => {
    const done = await attempt(
      'collect',
      { kind: 'find' },
      { data: many('id,t\na,1\nb,2\n'), clean: 'id,t,y\nk,9,hot\nl,8,cold\n', answers: answers({ a: 'l', b: null }) },
    );
    expect(done.read('feedback')).toBe('id,t,clean_id,clean_t,y\na,1,l,8,cold\n');
  });

  test.each([
    ['an answer about nobody', { z: 'hot' }, /^SF7141 1 answers are about samples/],
    ['an answer that is no text', { a: 3 }, /^SF7113 .*3 for a/],
  ])('%s', async (_, given, message) => {
    const done = await attempt('collect', { kind: 'label' }, { data: many('id,t\na,1\n'), answers: answers(given) });
    expect([done.code, done.errors]).toEqual([1, [expect.stringMatching(message)]]);
  });
});

describe('the model trainer', () => {
  const feedback = 'id,t,y\na,1,hot\nb,2,cold\n';

  test.each([
    ['balanced', 30],
    ['faithful', 1],
  ])('proposes to join the feedback: %s', async (strategy, weight) => {
    const done = await attempt('model-trainer', { strategy, weight: 30, improves: 'model.data' }, { feedback });
    expect(JSON.parse(done.read('revision'))).toEqual({ changes: [{ op: 'merge', into: 'model.data', weight }] });
  });

  test('needs a port', async () => {
    const done = await attempt('model-trainer', { strategy: 'faithful', weight: 1, improves: 'model' }, { feedback });
    expect(done.errors[0]).toMatch(/^SF7103 .*improves: model.data/);
  });
});

test('feedback is parted without loss', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `r${i},${i},a`);
  const done = await attempt('split', { holdout: 0.5 }, { feedback: `id,t,y\n${rows.join('\n')}\n` });
  const sides = ['train', 'held'].map((side) => done.read(side).trim().split('\n').slice(1));
  expect(sides.flat().sort()).toEqual(rows.toSorted());
  expect(Math.min(...sides.map((side) => side.length))).toBeGreaterThan(5);
});

test('no feedback, or none held back, goes all the way: the gate is to say so', async () => {
  const empty = await attempt('split', { holdout: 0 }, { feedback: npz(20, 5) });
  const held = { file: empty.output('held') };
  const proposal = await attempt(
    'model-trainer',
    { strategy: 'balanced', weight: 5, improves: 'model.data' },
    { feedback: held },
  );
  expect(JSON.parse(proposal.read('revision')).changes).toHaveLength(1);
  const merged = await attempt('merge', { weight: 5 }, { base: npz(20, 1), feedback: held });
  const model = await attempt('classifier', { ...training, epochs: 1 }, { data: { file: merged.output('data') } });
  const predictions = await attempt(
    'predictor',
    { labelled: false },
    { model: { file: model.output('model') }, data: held },
  );
  expect(predictions.read('y')).toBe('id,label,confidence\n');
  const report = await attempt(
    'evaluator',
    { names: [], group: '', positive: '' },
    { predictions: { file: predictions.output('y') }, truth: held },
  );
  expect(report.errors).toEqual([]);
  expect(JSON.parse(report.read('report'))).toMatchObject({ accuracy: null, count: 0 });
});

test('feedback of no sample leaves empty sides, not none', async () => {
  const done = await attempt('split', { holdout: 0.5 }, { feedback: 'id,t,y\n' });
  expect([done.read('train'), done.read('held')]).toEqual(['id,t,y\n', 'id,t,y\n']);
});

describe('the best of many', () => {
  const inputs = {
    candidates: { many: ['one', 'two', 'three'] },
    reports: { many: ['{"a":1}', '{"a":3}', '{"a":3}'] },
  };

  test.each([
    ['maximize', 'two'],
    ['minimize', 'one'],
  ])('%s', async (goal, chosen) => {
    const done = await attempt('best', { metric: 'a', goal }, inputs);
    expect(done.read('best')).toBe(chosen);
  });

  test('a report without the metric is named', async () => {
    const done = await attempt('best', { metric: 'b', goal: 'maximize' }, inputs);
    expect(done.errors[0]).toMatch(/^SF7160 Report 0 has no number "b"/);
  });
});

test('readings that cannot be true', async () => {
  const rules = [{ name: 'possible', column: 't', minimum: -273, maximum: 1000 }];
  const done = await attempt('rules', { rules, veto_label: '' }, { data: 'id,t\na,1001\nb,1000\nc,-273\nd,-274\n' });
  expect(done.read('tags')).toMatch(/^id,anomalous,severity\na,1,0\.\d+\nb,0,0\nc,0,0\nd,1,0\.\d+\n$/);
  expect(done.read('clean')).toBe('id,t\nb,1000\nc,-273\n');
  expect(JSON.parse(done.read('report')).rules).toEqual([
    expect.objectContaining({ name: 'possible', broken: ['a', 'd'] }),
  ]);
});

describe('every failure is one line with a code, and exit code 1', () => {
  test.each<[string, Parameters<typeof attempt>, RegExp]>([
    ['an unknown node', ['no-such-node', {}, {}], /^SF7101 /],
    [
      'an input that is not bound',
      ['evaluator', { names: [], group: '', positive: '' }, { truth: 'id,y\n' }],
      /^SF7104 Input predictions is not bound/,
    ],
    [
      'a parameter of the wrong type',
      ['split', { holdout: 'half' }, { feedback: 'id,y\na,b\n' }],
      /^SF7103 Parameter holdout is "half"/,
    ],
    [
      'a kind that is not there',
      ['corrupt', { family: 'mnist-c', kind: 'rain', kinds: [], severity: 0, seed: 1 }, { data: npz(1, 1) }],
      /^SF7103 .*"rain"/,
    ],
    [
      'a severity that is not there',
      ['corrupt', { family: 'mnist-c', kind: 'stripe', kinds: [], severity: 3, seed: 1 }, { data: npz(1, 1) }],
      /^SF7103 stripe has no severity 3/,
    ],
    [
      'data of another kind',
      ['corrupt', { family: 'mnist-c', kind: 'fog', kinds: [], severity: 0, seed: 1 }, { data: 'a,b\n1,2\n' }],
      /^SF7117 .*no images/,
    ],
    ['no samples', ['classifier', training, { data: 'a,y\n' }], /^SF7116 /],
    ['no labels', ['classifier', training, { data: npz(10, 1, 'bare') }], /^SF7115 /],
    ['one class', ['classifier', training, { data: 'a,y\n1,b\n2,b\n' }], /^SF7013 .*at least 2 classes/],
    ['a model of somebody else', ['predictor', {}, { model: 'pickle', data: npz(1, 1) }], /^SF7120 /],
    [
      'a truth of other samples',
      ['evaluator', { names: [], group: '', positive: '' }, { predictions: 'id,label\na,1\n', truth: npz(2, 1) }],
      /^SF7130 Sample a was predicted/,
    ],
    [
      'losses that are not numbers',
      [
        'critical-point-selector',
        { method: 'density', n_critical: 1, seed: 1, bandwidth: 'scott', thresholds: [] },
        { train: 'loss\n1\n', test: 'loss\nx\n', data: 'v\n1\n' },
      ],
      /^SF7011 /,
    ],
  ])('%s', async (_, args, message) => {
    const { code, errors } = await attempt(...args);
    expect([code, errors]).toEqual([1, [expect.stringMatching(message)]]);
    expect(errors[0]).not.toContain('\n');
  });
});
