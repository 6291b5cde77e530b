import { describe, expect, test } from 'vitest';
import { createRandom } from '../learning';
import { attempt } from './run.fixture';
import { ABSTAIN, analyse, fitLabelModel } from './weak-supervision';

/** Votes of functions with these accuracies, each abstaining half of the time. */
function simulate(accuracies: number[], classes: number, samples: number, seed: number) {
  const random = createRandom(`votes/${seed}`);
  const truth = Int8Array.from({ length: samples }, () => random.integer(classes));
  const votes = accuracies.map((accuracy) =>
    truth.map((right) => {
      if (random.uniform() < 0.5) return ABSTAIN;
      return random.uniform() < accuracy ? right : (right + 1 + random.integer(classes - 1)) % classes;
    }),
  );
  return { truth, votes };
}

describe('the label model', () => {
  test.each([2, 4])('learns how right functions are without a label, %i classes', (classes) => {
    const accuracies = [0.92, 0.85, 0.75, 0.6, 0.8];
    const { truth, votes } = simulate(accuracies, classes, 4000, classes);
    const { accuracy, probabilities } = fitLabelModel(votes, classes);
    for (const [at, learned] of accuracy.entries()) expect(Math.abs(learned - accuracies[at]!)).toBeLessThan(0.05);
    const best = (row: number) => {
      const mine = probabilities.subarray(row * classes, (row + 1) * classes);
      expect(mine.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
      return mine.indexOf(Math.max(...mine));
    };
    const majority = (row: number) => {
      const counts = Array.from({ length: classes }, (_, i) => votes.filter((each) => each[row] === i).length);
      return counts.indexOf(Math.max(...counts));
    };
    const right = (say: (row: number) => number) =>
      truth.reduce((sum, label, row) => sum + (say(row) === label ? 1 : 0), 0);
    expect(right(best)).toBeGreaterThan(right(majority));
  });

  test('says as much as it knows: of probable labels, that share is right', () => {
    const { truth, votes } = simulate([0.9, 0.8, 0.7, 0.8], 2, 5000, 9);
    const { probabilities } = fitLabelModel(votes, 2);
    const sure = Array.from(truth.keys()).filter(
      (row) => probabilities[2 * row]! > 0.85 && probabilities[2 * row]! < 0.95,
    );
    const share = sure.filter((row) => truth[row] === 0).length / sure.length;
    expect(sure.length).toBeGreaterThan(100);
    expect(Math.abs(share - 0.9)).toBeLessThan(0.06);
  });

  test('functions of one class each, of which one says more than the other, prove nothing of the other', () => {
    // A votes ham on 900 rows, C on 50 of these too; B votes spam on the 100 others, and nobody says otherwise.
    const votes = [
      Int8Array.from({ length: 1000 }, (_, row) => (row < 900 ? 0 : ABSTAIN)),
      Int8Array.from({ length: 1000 }, (_, row) => (row < 900 ? ABSTAIN : 1)),
      Int8Array.from({ length: 1000 }, (_, row) => (row < 50 ? 0 : ABSTAIN)),
    ];
    const { probabilities, balance } = fitLabelModel(votes, 2);
    const spam = Array.from({ length: 1000 }, (_, row) => probabilities[2 * row + 1]!);
    expect(Math.max(...spam.slice(0, 900))).toBeLessThan(0.5);
    expect(Math.min(...spam.slice(900))).toBeGreaterThan(0.5);
    expect(balance[1]).toBeCloseTo(spam.reduce((sum, p) => sum + p, 0) / 1000, 9);
  });

  test('of what nobody voted on it says nothing, of a class nor of how common it is', () => {
    const { probabilities, balance } = fitLabelModel([Int8Array.of(0, 0, ABSTAIN, ABSTAIN, ABSTAIN, ABSTAIN)], 2);
    expect([...probabilities.subarray(4)]).toEqual(new Array(8).fill(0.5));
    expect(balance[0]).toBeCloseTo(probabilities[0]!, 9);
    expect(fitLabelModel([Int8Array.of(ABSTAIN)], 2).balance).toEqual([0.5, 0.5]);
  });

  test('coverage, overlap and conflict, by hand', () => {
    const votes = [Int8Array.of(0, 0, 1, ABSTAIN), Int8Array.of(0, 1, ABSTAIN, ABSTAIN)];
    expect(analyse(votes, [0, 0, undefined, 0])).toEqual({
      coverage: 0.75,
      overlap: 0.5,
      conflict: 0.25,
      functions: [
        { coverage: 0.75, overlap: 0.5, conflict: 0.25, empirical_accuracy: 1 },
        { coverage: 0.5, overlap: 0.5, conflict: 0.25, empirical_accuracy: 0.5 },
      ],
    });
  });
});

const functions = [
  { name: 'cold', label: 'ice', when: 't < 0' },
  { name: 'warm', label: 'water', when: 't > 4' },
  { name: 'hard', label: 'ice', when: 'hard == "yes"' },
];
const data = 'id,t,hard\na,-5,yes\nb,20,no\nc,30,yes\nd,2,no\ne,,no\n';
const options = { functions, classes: [], threshold: 0.7 };

describe('the node', () => {
  test('gives labels with their probability, feedback, and a report of conflict and coverage', async () => {
    const votes = { many: ['id,label\na,ice\nb,water\nd,water\ne,\n'] };
    const made = await attempt('weak-labeler', options, { data, votes, truth: 'id,y\na,ice\nc,water\n' });
    expect(made.errors).toEqual([]);
    const rows = made
      .read('labels')
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    expect(rows[0]).toEqual(['id', 'label', 'probability', 'votes', 'p_ice', 'p_water']);
    expect(rows.map(([id, label, , count]) => `${id} ${label} ${count}`).slice(1)).toEqual([
      'a ice 3',
      'b water 2',
      expect.stringMatching(/^c \w+ 2$/),
      'd water 1',
      'e  0',
    ]);
    const report = JSON.parse(made.read('report'));
    expect(report).toMatchObject({ coverage: 0.8, overlap: 0.6, conflict: 0.2, classes: ['ice', 'water'] });
    expect(report.functions.map(({ name }: { name: string }) => name)).toEqual(['cold', 'warm', 'hard', 'votes 0']);
    expect(report.functions[2]).toMatchObject({ coverage: 0.4, conflict: 0.2, empirical_accuracy: 0.5 });
    const feedback = made.read('feedback').trim().split('\n');
    expect(feedback[0]).toBe('id,t,hard,y');
    expect(feedback).toContain('a,-5,yes,ice');
    expect(feedback.some((row) => row.startsWith('e,'))).toBe(false);
  });

  test('a vote for a sample whose true class nobody votes for is wrong', async () => {
    // The true classes: ice, steam, water, unknown, steam. Of "cold" 1 of 1 is right, of "warm" 1 of 3, of "hard" 1 of 2.
    const truth = 'id,y\na,ice\nb,steam\nc,water\nd,\nf,steam\n';
    const made = await attempt('weak-labeler', options, { data: `${data}f,9,no\n`, truth });
    expect(made.errors).toEqual([]);
    const accuracies = JSON.parse(made.read('report')).functions.map(
      ({ empirical_accuracy }: { empirical_accuracy: number }) => empirical_accuracy,
    );
    expect(accuracies).toEqual([1, 1 / 3, 1 / 2]);
  });

  test('a function knows numbers by their spelling, too', async () => {
    const spelled = [
      { name: 'one', label: 'a', when: 'state == "1"' },
      { name: 'others', label: 'b', when: 'state in ("2", "3")' },
    ];
    const made = await attempt(
      'weak-labeler',
      { ...options, functions: spelled },
      { data: 'id,state\np,1\nq,2\nr,4\n' },
    );
    expect(JSON.parse(made.read('report')).functions).toMatchObject([{ coverage: 1 / 3 }, { coverage: 1 / 3 }]);
  });

  test('a vote that is missing is none, however that is written', async () => {
    const votes = { many: ['id,label\na,ice\nb,nan\nc,NaN\nd,\ne, \n'] };
    const made = await attempt('weak-labeler', options, { data, votes });
    expect(made.errors).toEqual([]);
    const report = JSON.parse(made.read('report'));
    expect(report.classes).toEqual(['ice', 'water']);
    expect(report.functions.at(-1)).toMatchObject({ name: 'votes 0', coverage: 0.2 });
  });

  test.each<[string, object, Parameters<typeof attempt>[2], RegExp]>([
    [
      'votes on other samples',
      {},
      { data, votes: { many: ['id,label\na,ice\n', 'id,label\nx,ice\ny,water\n'] } },
      /^SF7130 Input votes 1 has none of the samples of input data\. .*ids/,
    ],
    ['no function', { functions: [] }, { data }, /^SF7151 There are neither/],
    ['one class only', { functions: [functions[0]] }, { data }, /^SF7151 All votes are for ice/],
    ['a vote for what is no class', { classes: ['ice', 'steam'] }, { data }, /^SF7151 There is a vote for "water"/],
    [
      'a column that is not there',
      { functions: [{ label: 'a', when: 'x > 1' }] },
      { data },
      /^SF7151 Labelling function x > 1: Input data has no column "x"/,
    ],
    [
      'what is no expression',
      { functions: [{ label: 'a', when: 't >' }] },
      { data },
      /^SF7151 Labelling function 1: "t >" cannot be read/,
    ],
    [
      'what mixes numbers and truth',
      { functions: [{ label: 'a', when: 'not t + 1' }] },
      { data },
      /^SF7151 Labelling function not t \+ 1, sample 0: "not t \+ 1" cannot be worked out/,
    ],
    [
      'a function without a label',
      { functions: [{ when: 't > 1' }] },
      { data },
      /^SF7151 Labelling function 1: it names no label/,
    ],
    ['no sample', {}, { data: 'id,t,hard\n' }, /^SF7116 Input data holds no sample/],
  ])('%s: a clear error', async (_, parameters, inputs, message) => {
    const made = await attempt('weak-labeler', { ...options, ...parameters } as never, inputs);
    expect([made.code, made.errors[0]]).toEqual([1, expect.stringMatching(message)]);
  });
});
