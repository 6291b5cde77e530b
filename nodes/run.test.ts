import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ENV } from '../engine/protocol';
import { npz, training } from './bars.fixture';
import { openContract } from './contract';
import { readNpz } from './data/npz';
import { attempt } from './run.fixture';

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

  test.each([
    ['', 'the column without a name'],
    ['Unnamed: 0', 'column Unnamed: 0'],
  ])('tables, but for the index of a DataFrame, which pandas calls "%s"', async (name, said) => {
    const data = `${name},t,y\n${Array.from({ length: 40 }, (_, i) => `${i},${i % 2 ? 5 : -5},${i % 2 ? 'hot' : 'cold'}\n`).join('')}`;
    const model = await attempt('classifier', { ...training, epochs: 1 }, { data });
    expect(model.log[0]).toMatch(`left out of input data: ${said}, which is the index of a DataFrame`);
    expect(JSON.parse(readFileSync(`${model.output('model')}/classes.json`, 'utf8')).features).toEqual(['t']);
    const { errors } = await attempt(
      'predictor',
      { labelled: false },
      { model: { file: model.output('model') }, data: 't\n3\n' },
    );
    expect(errors).toEqual([]);
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
    const more = data.replaceAll(/,(hot|cold)\n/g, ',roof,$1\n').replace('t,noise,', 't,noise,place,');
    const told = await attempt('classifier', { ...training, epochs: 1 }, { data: more });
    expect(told.log).toContain(
      'features of input data: t, noise; left out, without numbers: place (scanflow/encoder makes numbers of them)',
    );
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
    ['no labels', ['classifier', training, { data: npz(10, 1, 'bare') }], /^SF7115 .*in `label` of scanflow\/dataset/],
    [
      'one class',
      ['classifier', training, { data: 'a,y\n1,b\n2,b\n' }],
      /^SF7013 .*at least 2 classes, not 1\. Give samples of two/,
    ],
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

test('the files of a node lie at its ports, in folders and behind links, and a link to where one is leads nowhere', () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'scanflow-files-'));
  const at = (...names: string[]) => path.join(home, ...names);
  for (const each of ['real/deep', 'many']) mkdirSync(at(each), { recursive: true });
  writeFileSync(at('real/deep/a'), '');
  const links = [
    ['real', 'real/deep/loop'],
    ['real', 'many/0'],
    ['gone', 'many/1'],
    ['real/deep/a', 'many/2'],
  ] as const;
  for (const [to, link] of links) symlinkSync(at(to), at(link));
  writeFileSync(at('params.json'), JSON.stringify({ inputs: { data: at('many'), none: at('gone') } }));
  const env = { [ENV.params]: at('params.json'), [ENV.cache]: home, [ENV.task]: at('task') };
  const node = openContract(env, () => {});
  expect(node.files()).toEqual([
    { file: at('many', '0', 'deep', 'a'), where: '0/deep/a of Input data' },
    { file: at('many', '2'), where: '2 of Input data' },
  ]);
  rmSync(home, { recursive: true });
});

test('an input that cannot be read, however deep, is said to be one', async () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'scanflow-unreadable-'));
  mkdirSync(path.join(home, 'deep'));
  // Nobody can follow a link to itself; a file without the right to read it would stop all but root.
  symlinkSync('loop', path.join(home, 'deep', 'loop'));
  const { code, errors } = await attempt('classifier', training, { data: { file: home } });
  expect([code, errors]).toEqual([1, [expect.stringMatching(/^SF7105 An input cannot be read: ELOOP/)]]);
  rmSync(home, { recursive: true });
});
