import { describe, expect, test } from 'vitest';
import { createRandom } from '../learning';
import { attempt } from './run.fixture';

const options = { group: 'region', positive: 'yes', limit: 0.1, false_alarms: 0.05 };

/** 400 people of two regions; the model errs on this share of each. */
function people(errors: { north: number; south: number }, seed = 1) {
  const random = createRandom(`people/${seed}`);
  const rows = Array.from({ length: 400 }, (_, i) => {
    const region = i % 2 ? 'north' : 'south';
    const truth = random.uniform() < 0.5 ? 'yes' : 'no';
    const wrong = random.uniform() < errors[region];
    return { id: `p${i}`, region, truth, label: wrong ? (truth === 'yes' ? 'no' : 'yes') : truth };
  });
  return {
    predictions: `id,label\n${rows
      .map(({ id, label }) => `${id},${label}`)
      .reverse()
      .join('\n')}\n`,
    groups: `id,region\n${rows.map(({ id, region }) => `${id},${region}`).join('\n')}\n`,
    truth: `id,y\n${rows.map(({ id, truth }) => `${id},${truth}`).join('\n')}\n`,
  };
}

describe('fairness', () => {
  test('finds the group that a model treats otherwise', async () => {
    const made = await attempt('fairness', options, people({ north: 0.02, south: 0.4 }));
    expect(made.errors).toEqual([]);
    const report = JSON.parse(made.read('report'));
    expect(report.gaps.accuracy).toBeGreaterThan(0.25);
    expect(report.findings.map(({ of }: { of: string }) => of)).toContain('accuracy');
    expect(report.findings.map(({ of }: { of: string }) => of)).not.toContain('selected');
  });

  test('calls a fair model unfair at most as often as was stated', async () => {
    let alarms = 0;
    for (let seed = 0; seed < 30; seed++) {
      const made = await attempt('fairness', { ...options, limit: 0 }, people({ north: 0.1, south: 0.1 }, seed));
      alarms += JSON.parse(made.read('report')).findings.length > 0 ? 1 : 0;
    }
    // 30 at a rate of 0.05: more than 6 has a chance below 0.001.
    expect(alarms).toBeLessThanOrEqual(6);
  });

  test('a class that is true of samples and never predicted is compared', async () => {
    const { predictions, ...rest } = people({ north: 0, south: 0 });
    const made = await attempt('fairness', options, { predictions: predictions.replaceAll(',yes', ',no'), ...rest });
    expect([made.code, made.errors]).toEqual([0, []]);
  });

  test('a group is measured against all others, not against a handful of samples that lies far off', async () => {
    // A is right in 900 of 1000, B in 915 of 1000, twenty times each; the one sample of C is wrong.
    const rows = Array.from({ length: 40_001 }, (_, row) => {
      const [group, right] = row < 20_000 ? ['A', row % 1000 < 900] : ['B', row % 1000 < 915];
      const label = row % 2 ? 'yes' : 'no';
      const last = row === 40_000;
      return { row, group: last ? 'C' : group, label, truth: right && !last ? label : 'neither' };
    });
    const csv = (name: string, cell: (row: (typeof rows)[number]) => string) =>
      `id,${name}\n${rows.map((each) => `r${each.row},${cell(each)}`).join('\n')}\n`;
    const inputs = {
      predictions: csv('label', ({ label }) => label),
      groups: csv('region', ({ group }) => group),
      truth: csv('y', ({ truth }) => truth),
    };
    const findings = async (limit: number) => {
      const made = await attempt('fairness', { ...options, positive: '', limit }, inputs);
      expect(made.errors).toEqual([]);
      return JSON.parse(made.read('report')).findings;
    };
    expect(await findings(0.1)).toEqual([]);
    // Small enough a limit, and it is told what was compared: A with B and C together.
    expect(await findings(0.001)).toContainEqual(
      expect.objectContaining({ of: 'accuracy', group: 'A', value: 0.9, others: 18_300 / 20_001 }),
    );
  });

  test('compares shares alone where the truth is not known', async () => {
    const { predictions, groups } = people({ north: 0, south: 0 });
    const made = await attempt('fairness', options, { predictions, groups });
    expect(JSON.parse(made.read('report')).gaps).toEqual({ selected: expect.any(Number) });
  });

  test.each<[string, object, Record<string, string>, RegExp]>([
    [
      'one group only',
      {},
      { predictions: 'id,label\na,yes\n', groups: 'id,region\na,x\n', truth: 'id,y\na,yes\n' },
      /^SF7117 All samples are of the group x/,
    ],
    [
      'a column that is not there',
      { group: 'sex' },
      people({ north: 0, south: 0 }),
      /^SF7113 Input groups has no column "sex"/,
    ],
    [
      'a sample without a group',
      {},
      { ...people({ north: 0, south: 0 }), groups: 'id,region\na,x\n' },
      /^SF7130 Sample p\d+ was predicted, but has no group/,
    ],
    [
      'a class that there is not',
      { positive: 'Yes' },
      people({ north: 0, south: 0 }),
      /^SF7103 .*"Yes".* neither in predictions nor in truth; there are no, yes\./,
    ],
    [
      'a class that there is not, without truth',
      { positive: '1' },
      { predictions: 'id,label\na,2.0\nb,3\n', groups: 'id,region\na,x\nb,y\n' },
      /^SF7103 .*"1".* not in predictions; there are 2, 3\./,
    ],
    [
      'nothing to compare',
      { positive: '' },
      { predictions: 'label\nyes\n', groups: 'region\nx\n' },
      /^SF7104 Without input truth/,
    ],
  ])('%s: a clear error', async (_, parameters, inputs, message) => {
    const made = await attempt('fairness', { ...options, ...parameters }, inputs);
    expect([made.code, made.errors[0]]).toEqual([1, expect.stringMatching(message)]);
  });
});

test('a batch that has only the other class is one that has none of the rare one', async () => {
  const inputs = { predictions: 'id,label\na,no\nb,no\n', groups: 'id,region\na,x\nb,y\n' };
  const made = await attempt('fairness', { ...options, positive: 'yes' }, inputs);
  expect([made.errors, made.log]).toEqual([[], ['2 groups are treated alike']]);
});

describe('equal rows without ids', () => {
  const rows = Array.from({ length: 60 }, (_, i) => ({
    region: i % 2 ? 'north' : 'south',
    age: i < 4 ? 1 : i,
    label: i >= 4 && i % 3 === 0 ? 'yes' : 'no',
  }));
  const csv = (header: string, cells: (row: (typeof rows)[number], i: number) => string) =>
    `${header}\n${rows.map(cells).join('\n')}\n`;
  const groups = csv('region,age', ({ region, age }) => `${region},${age}`);
  const predictions = csv('label', ({ label }) => label);
  const ids = async () => {
    const limits = { rules: [{ column: 'age', minimum: 0 }], veto_label: '' };
    const lines = (await attempt('rules', limits, { data: groups })).read('tags').trim().split('\n').slice(1);
    return lines.map((line) => line.split(',')[0]!);
  };

  test('do not shift the rows behind them', async () => {
    const known = await ids();
    expect(new Set(known).size).toBe(58);
    const truth = csv('id,y', ({ label }, i) => `${known[i]},${label}`);
    for (const given of [truth, truth.split('\n').toSpliced(1, 1).join('\n')]) {
      const made = await attempt('fairness', options, { predictions, truth: given, groups });
      expect(made.errors).toEqual([]);
      const report = JSON.parse(made.read('report'));
      expect(report.groups.map(({ accuracy }: { accuracy: number }) => accuracy)).toEqual([1, 1]);
      const tagged = made.read('tags').trim().split('\n').slice(1);
      expect(tagged.map((line) => line.split(',')[0])).toEqual(known);
    }
    const parameters = { names: [], group: 'region', positive: '' };
    const scored = await attempt('evaluator', parameters, { predictions, truth, groups });
    const { groups: told } = JSON.parse(scored.read('report'));
    expect(told.map(({ accuracy }: { accuracy: number }) => accuracy)).toEqual([1, 1]);
  });

  test('may have different labels where all is in one order', async () => {
    const known = await ids();
    // Rows 0 and 2 are one to the last bit, and labelled differently.
    const labels = rows.map(({ label }, i) => (i === 2 ? 'yes' : label));
    const told = csv('label', (_, i) => labels[i]!);
    const named = csv('id,y', (_, i) => `${known[i]},${labels[i]}`);
    for (const [given, truth] of [
      [told, named],
      [named, csv('y', (_, i) => labels[i]!)],
    ] as const) {
      const made = await attempt('fairness', options, { predictions: given, truth, groups });
      expect(made.errors).toEqual([]);
      expect(JSON.parse(made.read('report')).groups).toMatchObject([{ accuracy: 1 }, { accuracy: 1 }]);
    }
  });

  test('are refused where an id alone does not tell which is meant', async () => {
    const torn = 'id,y\na,yes\na,no\nb,no\n';
    const people = 'id,region\nb,x\na,z\n';
    const truth = await attempt('fairness', options, {
      predictions: 'id,label\na,yes\nb,no\n',
      truth: torn,
      groups: people,
    });
    expect(truth.errors[0]).toMatch(/^SF7130 Sample a has two labels in input truth/);
    const group = await attempt('fairness', options, {
      predictions: 'id,label\na,yes\nb,no\n',
      groups: `${people}a,x\n`,
    });
    expect(group.errors[0]).toMatch(/^SF7130 Sample a has two groups in input groups/);
  });
});

test('the evaluator refuses a class that there is not', async () => {
  const parameters = { names: [], group: 'region', positive: 'maybe' };
  const made = await attempt('evaluator', parameters, people({ north: 0, south: 0 }));
  expect(made.errors[0]).toMatch(/^SF7103 .*"maybe".*there are no, yes\./);
});

test('the evaluator tells clean, drifted, the mean of both, each corruption and each group', async () => {
  const { predictions, truth, groups } = people({ north: 0, south: 0.5 });
  const wrong = predictions.replaceAll(',yes', ',x').replaceAll(',no', ',x');
  const made = await attempt(
    'evaluator',
    { names: ['fog', 'stripe'], group: 'region', positive: '' },
    { predictions, truth, groups, drifted: { many: [wrong, predictions] } },
  );
  expect(made.errors).toEqual([]);
  const report = JSON.parse(made.read('report'));
  const { accuracy } = report;
  expect(report.drifted).toEqual([
    { name: 'fog', accuracy: 0, count: 400 },
    { name: 'stripe', accuracy, count: 400 },
  ]);
  expect(report.accuracy_drifted).toBeCloseTo(accuracy / 2, 12);
  expect(report.accuracy_mean).toBeCloseTo((accuracy + accuracy / 2) / 2, 12);
  expect(report.groups.map(({ group }: { group: string }) => group)).toEqual(['north', 'south']);
  expect(report.groups[0].accuracy).toBe(1);
  const named = await attempt(
    'evaluator',
    { names: ['fog'], group: '', positive: '' },
    { predictions, truth, drifted: { many: [wrong, wrong] } },
  );
  expect(named.errors[0]).toMatch(/^SF7103 There are 1 names for 2 drifted predictions/);
});
