import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../learning';
import { detecting, npz, plainImages, training } from './bars.fixture';
import { readNpz } from './data/npz';
import { attempt } from './run.fixture';

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
    const seen = readNpz(readFileSync(made.output('inspection')), 'inspection');
    expect(seen.get('features')!.values).toEqual(['t', 'p', 'c']);
  });

  test('the training data itself, or some of it, has not drifted, and is told of', async () => {
    const random = createRandom('known');
    const normal = () => random.normal().toFixed(6);
    const rows = Array.from({ length: 400 }, () => [normal(), normal(), normal(), normal()].join());
    const parameters = { ...detecting, epochs: 3, max_train_samples: 0 };
    const train = `a,b,c,d\n${rows.join('\n')}\n`;
    for (const [test, count] of [
      [train, 400] as const,
      [`a,b,c,d\n${rows.slice(0, 150).join('\n')}\n`, 150] as const,
    ]) {
      const made = await attempt('drift-detector', parameters, { train, test });
      const report = JSON.parse(made.read('report'));
      expect(report.drifted).toBe(0);
      expect(report.notice).toMatch(new RegExp(`^${count} of ${count} samples are in the training data`));
      expect(made.log).toContain(report.notice);
    }
  });

  test('the index of a DataFrame, which goes on from batch to batch, is no drift', async () => {
    const random = createRandom('index');
    const rows = (from: number) =>
      Array.from({ length: 150 }, (_, row) => `${from + row},r${from + row},${random.normal()},${random.normal()}`);
    const csv = (from: number) => `,Unnamed: 0,t,p\n${rows(from).join('\n')}\n`;
    const made = await attempt('drift-detector', detecting, { train: csv(0), test: csv(1000) });
    const { tests, drifted } = JSON.parse(made.read('report'));
    const columns = tests.flatMap(({ of }: { of: string }) => (of.startsWith('column ') ? [of] : []));
    expect([drifted, columns]).toEqual([0, ['column t', 'column p']]);
  });

  /** Customers: a charge and a plan. */
  const customers = (count: number, seed: string, change: (charge: string, plan: string, row: number) => string) => {
    const random = createRandom(seed);
    const rows = Array.from({ length: count }, (_, row) => {
      const plan = ['basic', 'plus', 'pro'][random.integer(3)]!;
      return change((20 + random.normal()).toFixed(2), plan, row);
    });
    return `charge,plan\n${rows.join('\n')}\n`;
  };
  const asTheyWere = (charge: string, plan: string) => `${charge},${plan}`;

  test.each<[string, (charge: string, plan: string, row: number) => string, number, string]>([
    ['as they were', asTheyWere, 0, ''],
    ['all of a plan that is new', (charge) => `${charge},family`, 1, 'column plan unseen'],
    ['most of one plan', (charge, plan, row) => `${charge},${row % 4 ? 'pro' : plan}`, 1, 'column plan chi-squared'],
    ['a number missing here and there', (charge, plan, row) => `${row % 50 ? charge : ''},${plan}`, 0, ''],
    ['many numbers missing', (charge, plan, row) => `${row % 3 ? charge : ''},${plan}`, 1, 'column charge missing'],
    ['all numbers missing', (_, plan) => `,${plan}`, 1, 'column charge missing'],
  ])('customers, %s', async (_, change, expected, by) => {
    const made = await attempt(
      'drift-detector',
      { ...detecting, max_train_samples: 0 },
      {
        train: customers(400, 'known', (charge, plan, row) => `${row % 40 ? charge : ''},${plan}`),
        test: customers(150, 'new', change),
      },
    );
    expect(made.errors).toEqual([]);
    const { drifted, tests } = JSON.parse(made.read('report'));
    expect(drifted).toBe(expected);
    const found = tests.filter((each: { p_value: number }) => each.p_value * tests.length < 0.05);
    const names = found.map(({ of, test }: { of: string; test: string }) => `${of} ${test}`);
    expect(names).toEqual(by ? expect.arrayContaining([by]) : []);
  });

  test('the day of a batch, which is new in each, is no drift', async () => {
    const dated = (text: string, day: (row: number) => string) =>
      text.replace(/^.*$/gm, (line, at) => (line === '' ? '' : at === 0 ? `day,${line}` : `${day(at)},${line}`));
    const made = await attempt(
      'drift-detector',
      { ...detecting, max_train_samples: 0 },
      {
        train: dated(customers(400, 'known', asTheyWere), (at) => `2026-01-${String(1 + (at % 28)).padStart(2, '0')}`),
        test: dated(customers(150, 'new', asTheyWere), () => '2026-02-01'),
      },
    );
    expect(made.errors).toEqual([]);
    expect(JSON.parse(made.read('report')).drifted).toBe(0);
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
    [
      'an infinity',
      {},
      { train: 'a,b\n1,1\n2,1\n3,1\n4,1\n5,1\n6,1\n7,1\n8,1\n9,1\n10,1\n', test: 'a,b\n1,1\n1,Infinity\n' },
      /^SF7011 Sample 1 \(line 3\) of the samples of input test holds Infinity in column "b"/,
    ],
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
