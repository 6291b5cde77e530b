import { describe, expect, it } from 'vitest';
import { createRandom } from '../../learning';
import type { Cell } from './cells';
import { claims } from './claims';
import { labelsNeeded } from './labels-needed';
import { readOptions, type Scenario } from './options';
import { qualityTable, standings } from './quality';
import { reportOf } from './report';
import { estimate, Results, signedRanks } from './statistics';

const options = readOptions(['--labels', '10,100', '--kinds', 'fog,shear']);

/** Cells of both kinds, fog `better` above shear. */
function cells(scenario: Scenario, n: number, seed: number, drifted: number, more: Partial<Cell> = {}): Cell[] {
  return ['fog', 'shear'].map((kind) => ({
    ...{ recipe: 'improved' as const, scenario, seed, kind, n, clean: 99, seconds: 9 },
    drifted: kind === 'fog' ? drifted + 1 : drifted - 1,
    ...more,
  }));
}

const testbed = { machine: 'a', system: 'b', software: 'c', date: 'today', command: 'npm run paper' };

describe('an estimate', () => {
  it('is the mean with half of the 95 % interval of Student', () => {
    // By hand: deviation 1, t = 4.303 with two degrees of freedom, 4.303 / sqrt(3).
    expect(estimate([1, 2, 3])).toEqual({ mean: 2, half: expect.closeTo(2.4843, 3), seeds: 3 });
    expect(estimate([5])).toEqual({ mean: 5, seeds: 1 });
    expect(estimate([])).toBeUndefined();
  });

  it('covers the true mean about as often as it says', () => {
    let covered = 0;
    const runs = 500;
    const random = createRandom('intervals');
    for (let run = 0; run < runs; run++) {
      const { mean, half } = estimate([random.normal(), random.normal(), random.normal()])!;
      if (Math.abs(mean) <= half!) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.9);
    expect(covered / runs).toBeLessThan(0.99);
  });
});

// As scipy.stats.wilcoxon(..., alternative='greater', correction=False, method='approx') has it, which drops what did not change.
it.each([
  ['more and larger gains', [5, 4, 3, 2, -1], 1.75292],
  ['one large loss counts for its rank alone', [0.1, 0.2, 0.3, 0.4, 0.5, -90], 0.943456],
  ['what did not change does not count', [0, 5, 4, 0, 3, 2, -1], 1.75292],
  ['nothing changed', [0, 0], 0],
])('signed ranks: %s', (_, changes, z) => {
  expect(signedRanks(changes)).toBeCloseTo(z, 5);
});

it('a seed that lacks a corruption counts in no mean: over other kinds it is another figure', () => {
  const whole = [...cells('DDC+HLC', 10, 1, 90), ...cells('DDC+HLC', 10, 2, 94)];
  const results = new Results([...whole, cells('DDC+HLC', 10, 3, 50)[0]!], 'improved', options.kinds);
  expect(results.of('DDC+HLC', 10, 'drifted')).toMatchObject({ mean: 92, seeds: 2 });
  expect(results.of('DDC+HLC', 10, 'average')).toMatchObject({ mean: (92 + 99) / 2 });
  expect(results.of('DDC+HLC', 100, 'drifted')).toBeUndefined();
});

describe('the standings', () => {
  const measured = [
    ...cells('Baseline', 0, 1, 88, { recipe: 'faithful', clean: 99.2 }),
    ...cells('Baseline', 0, 1, 93),
    ...cells('DDC+HLC', 100, 1, 96, { clean: 98.8 }),
    ...cells('MDWI+HFC', 100, 1, 97).map((cell) => (cell.kind === 'fog' ? { ...cell, drifted: 96.5 } : cell)),
  ];
  const found = (what: string) => standings(options, measured).find((each) => each.what.startsWith(what))!;

  it.each([
    ['baseline, clean', 99.2],
    ['baseline, corrupted', 88],
    ['no labels', 93],
    ['100 labels', 96],
    ['clean accuracy kept', -0.4],
    ['MDWI+HFC less DDC+HLC', -0.5],
    ['seconds of one adaptation by DDC', 9],
  ])('%s', (what, value) => {
    expect(found(what).found?.mean).toBeCloseTo(value, 9);
  });

  it('take the seconds of the processor, not of the clock, where there are any', () => {
    const busy = cells('DDC+HLC', 100, 3, 96, { seconds: 99, cpu: 7 });
    const price = standings(options, busy).find(({ what }) => what.startsWith('seconds of one adaptation by DDC'));
    expect(price?.found?.mean).toBe(7);
  });

  it('say what was not measured', () => {
    expect(found('10 labels').found).toBeUndefined();
  });

  it('are written with their distances', () => {
    const report = reportOf(options, measured, [testbed]);
    expect(report).toContain('| no labels, corrupted | 92.5 | 95 | 93.00 | +0.50, reached | -2.00 |');
    expect(report).toContain('| 10 labels a corruption | 92.6 | 94.5 | not measured | | |');
    expect(report).toMatch(/clean accuracy kept.*-0\.10, \*\*missed\*\*/);
    expect(report).toContain(
      '| seconds of one adaptation by DDC+HLC, the median | 60 | 10 | 9.00 | +51.00, reached | +1.00 |',
    );
    expect(report).toContain('| improved | DDC+HLC |  | 0 | 0 | 0 | 2 | 0 | 0 |');
    expect(report).toContain('**Not all was measured.**');
    expect(report).toContain('| a; b | c | today | `npm run paper` |');
    expect(report).toContain(
      'Of 6 cells of the improved recipe, 2 lost more than 0.3 points of clean accuracy, 0.40 at most.',
    );
  });
});

describe("a claim of the paper's", () => {
  const faithful = { recipe: 'faithful' as const };
  const claimsOf = (all: Cell[]) => claims(options, new Results(all, 'faithful', options.kinds));
  /** DDC+HLC beats RND+HLC by so much, seed by seed. */
  const leads = (n: number, points: number[]) =>
    points.flatMap((lead, at) => [
      ...cells('DDC+HLC', n, at + 1, 90 + lead, faithful),
      ...cells('RND+HLC', n, at + 1, 90, faithful),
    ]);

  it('holds by the mean where there is one seed, and is not measured without its cells', () => {
    const all = [
      ...cells('Baseline', 0, 1, 88, faithful),
      ...cells('Naive', 0, 1, 88.5, faithful),
      ...cells('DDC+HLC', 100, 1, 92, faithful),
      ...cells('RND+HLC', 100, 1, 90, faithful),
    ];
    const text = claimsOf(all);
    expect(text).toContain('| DDC+HLC beats RND+HLC, n = 100 | +2.00 | yes, by the mean |');
    expect(text).toContain('| RND+HLC gains 2.55 on Baseline, n = 100 (Table 1) | +2.00 | **no**, by the mean |');
    expect(text).toContain('| Naive is worse than Baseline on corrupted data (4.2) | +0.50 | **no**, by the mean |');
    expect(text).toContain('| MDWI+HFC beats DDC+HLC, n = 100 | | not measured |');
  });

  it.each([
    ['yes', [1, 1.1, 1.2]],
    ['yes, by the mean', [1, 0.1, -0.2]],
    ['**no**', [-1, -1.1, -1.2]],
    ['**no**, by the mean', [-1, -0.1, 0.2]],
  ])('is %s by the interval of %j', (verdict, points) => {
    const found = /\| DDC\+HLC beats RND\+HLC, n = 10 \| .* \| (.*) \|/.exec(claimsOf(leads(10, points)));
    expect(found?.[1]).toBe(verdict);
  });

  it.each([
    ['a lead that is gone', 1, 0.2, 'yes, by the mean'],
    ['a lead that turns round', 1, -2, '**no**, by the mean'],
    ['no lead at all, though the distance grows', -0.1, -1, '**no**, by the mean'],
  ])('that scenarios converge is judged of %s', (_, first, last, verdict) => {
    const text = claimsOf([...leads(10, [first]), ...leads(100, [last])]);
    expect(text).toMatch(/DDC\+HLC leads RND\+HLC at n = 10, and they converge to n = 100/);
    expect(text.split('\n').find((line) => line.includes('converge'))).toContain(`| ${verdict} |`);
  });

  it('stands beside each figure of the paper that ours is below', () => {
    const all = [
      ...cells('Baseline', 0, 1, 88, { ...faithful, clean: 99.2 }),
      ...cells('DDC+HLC', 100, 1, 92, { ...faithful, clean: 99.1 }),
    ];
    const report = reportOf(options, all, [testbed]);
    expect(report).toContain('| Baseline, corrupted, n = 100 | 88.00 | 88.78 |');
    expect(report).toContain('| DDC+HLC, original, n = 100 | 99.10 | 99.11 |');
    expect(report).not.toContain('| DDC+HLC, corrupted, n = 100 |');
    expect(report).toContain("| the paper's DDC+HLC (Figure 20) | 99.18 | 99.11 |");
  });
});

it('a figure of fewer seeds than others says so', () => {
  const all = [...cells('Baseline', 0, 1, 93), ...cells('Baseline', 0, 2, 95), ...cells('DDC+HLC', 100, 1, 96)];
  expect(reportOf(options, all, [testbed])).toContain('| DDC+HLC |  | 96.00 (1 of 2 seeds) |');
});

it('on the original data the number of labels counts where a scenario is farthest from what it is compared with', () => {
  const all = [
    ...cells('Baseline', 0, 1, 88, { recipe: 'faithful', clean: 99 }),
    ...cells('DDC+HLC', 10, 1, 90, { recipe: 'faithful', clean: 98.8 }),
    ...cells('DDC+HLC', 100, 1, 92, { recipe: 'faithful', clean: 99.1 }),
    ...cells('MDWI+HFC', 10, 1, 92, { recipe: 'faithful', clean: 98.8 }),
    ...cells('MDWI+HFC', 100, 1, 92, { recipe: 'faithful', clean: 99.1 }),
    ...cells('RND+HLC', 100, 1, 92, { recipe: 'faithful', clean: 99.1 }),
  ];
  const text = claims(options, new Results(all, 'faithful', options.kinds));
  const far = 'of Baseline on the original data, at each of n = 10, 100 (the farthest)';
  expect(text).toContain(`| DDC+HLC stays within 0.1 ${far} | -0.20 | **no**, by the mean |`);
  expect(text).toContain(`| MDWI+HFC stays within 0.1 ${far} | -0.20 | **no**, by the mean |`);
  expect(text).toContain(
    '| RND+HLC stays within 0.1 of Baseline on the original data, at each of n = 100 (the farthest) | +0.10 | yes, by the mean |',
  );
  expect(text).toContain(
    '| MDWI+HFC is DDC+HLC on the original data, at each of n = 10, 100 (the farthest) | +0.00 | yes, by the mean |',
  );
});

it('the drift detector stands beside the models, and is not measured without its benchmark', () => {
  const batches = {
    falseAlarms50: 0.04,
    falseAlarms500: 0.05,
    heldOut50: 0.03,
    heldOut500: 0.09,
    power50: 1,
    tenthOf500: 0.8,
  };
  const drift = { seeds: 2, auroc: { combined: { seeds: [0.9, 0.92] } }, batches };
  const table = qualityTable(options, [], drift);
  expect(table).toContain(
    '| drift detector: false alarms at a stated rate of 5 | 8 | 6 | 9.00 | -1.00, **missed** | -3.00 |',
  );
  expect(table).toContain('a tenth drifted | 70 | 85 | 80.00 | +10.00, reached | -5.00 |');
  expect(table).toContain('`combined` | 85 | 92 | 91.00 +- ');
  expect(qualityTable(options, []).match(/drift detector: .* not measured/g)).toHaveLength(4);
});

describe('the labels to a target', () => {
  it('lie between two measured numbers, where the curve reaches it', () => {
    const all = [
      ...cells('Baseline', 0, 1, 88.5),
      ...cells('DDC+HLC', 10, 1, 90),
      ...cells('DDC+HLC', 100, 1, 92),
      ...cells('RND+HLC', 10, 1, 88.7),
      ...cells('RND+HLC', 100, 1, 90.7),
    ];
    expect(
      labelsNeeded(options, new Results(all, 'improved', options.kinds))
        .split('\n')
        .slice(2),
    ).toEqual([
      '| 89 % | at most 10 | about 14 |',
      '| 90 % | at most 10 | about 45 |',
      // Half of the way from 10 to 100, by the logarithm.
      '| 91 % | about 32 | more than 100 |',
      '| 92 % | about 100 | more than 100 |',
      '',
    ]);
  });

  it('are not told of one measured number', () => {
    const all = [...cells('DDC+HLC', 10, 1, 90), ...cells('RND+HLC', 10, 1, 90)];
    expect(labelsNeeded(options, new Results(all, 'improved', options.kinds))).toBe('');
  });
});

it.each([
  [['--labels', '0'], /0 is no whole number above 0/],
  [['--kinds', 'fog,mist'], /mist is none of/],
  [['--scenarios', 'Naiv'], /Naiv is none of/],
  [['--dataset', 'imagenet'], /imagenet is none of/],
  [['--help'], /Unknown option '--help'[\s\S]*npm run paper -- \[--dataset/],
  [['--labels', '10,6000'], /6000 labels are more than a pool of 5000 has images/],
  [['--start', 'no/such/model'], /--start names no\/such\/model, which does not exist/],
])('options that are not understood are named: %s', (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});

it('numbers and names are taken once each, in their own order', () => {
  const { labels, kinds, recipes } = readOptions([
    '--labels',
    '100,10,100',
    '--kinds',
    'shear,fog',
    '--recipes',
    'improved,faithful',
  ]);
  expect([labels, kinds, recipes]).toEqual([
    [10, 100],
    ['shear', 'fog'],
    ['faithful', 'improved'],
  ]);
});
