import { describe, expect, test } from 'vitest';
import { createRandom } from '../learning';
import { writeNpz } from './data/npz';
import { attempt } from './run.fixture';

const options = { edge: 'extract.rows -> model.data', false_alarms: 0.01, margin: 0.1, fail: false };

/** Celsius, a state, and now and then nothing. */
function readings(
  count: number,
  seed: number,
  change: (row: string[]) => string[] = (row) => row,
  head = 'id,t,state',
): string {
  const random = createRandom(`readings/${seed}`);
  const rows = Array.from({ length: count }, (_, i) => {
    const t = random.uniform() < 0.02 ? '' : (20 + 3 * Math.max(-2, Math.min(2, random.normal()))).toFixed(3);
    return change([`r${seed}-${i}`, t, random.uniform() < 0.5 ? 'on' : 'off']).join(',');
  });
  return `${head}\n${rows.join('\n')}\n`;
}

const check = async (
  data: string | Uint8Array,
  reference: string | Uint8Array = readings(800, 1),
  parameters: object = {},
) => {
  const made = await attempt('schema-checker', { ...options, ...parameters }, { data, reference });
  return made;
};
const kinds = async (...given: Parameters<typeof check>) => {
  const made = await check(...given);
  expect(made.errors).toEqual([]);
  const { findings, edge } = JSON.parse(made.read('report')) as {
    edge: string;
    findings: { kind: string; column: string }[];
  };
  expect(edge).toBe(options.edge);
  return findings.map(({ kind, column }) => `${kind} ${column}`);
};
const cell = (at: number, make: (value: string) => string) => (row: string[]) =>
  row.map((value, i) => (i === at ? make(value) : value));

describe('what has not changed', () => {
  test('raises an alarm at most as often as was stated', async () => {
    let alarms = 0;
    for (let seed = 10; seed < 50; seed++)
      alarms += (await kinds(readings(120, seed), undefined, { false_alarms: 0.05 })).length > 0 ? 1 : 0;
    // 40 at a rate of 0.05: more than 7 has a chance below 0.001.
    expect(alarms).toBeLessThanOrEqual(7);
  });

  test('ids, labels and weights may come and go', async () => {
    expect(await kinds(readings(200, 3, (row) => [...row, '1'], 'id,t,state,y'))).toEqual([]);
  });
});

describe('what changes silently is named, with the edge', () => {
  test.each<[string, string, string[]]>([
    [
      'a unit: Fahrenheit',
      readings(
        200,
        3,
        cell(1, (t) => (t === '' ? t : String(Number(t) * 1.8 + 32))),
      ),
      ['range t', 'distribution t'],
    ],
    [
      'a shift that stays in range',
      readings(
        200,
        3,
        cell(1, (t) => (t === '' ? t : String((Number(t) + 22) / 2))),
      ),
      ['distribution t'],
    ],
    [
      'values that go missing',
      readings(
        200,
        3,
        cell(1, (t) => (Number(t) > 20 ? '' : t)),
      ),
      ['missing t', 'distribution t'],
    ],
    [
      'a category',
      readings(
        200,
        3,
        cell(2, (state) => (state === 'on' ? 'ON' : state)),
      ),
      ['category state'],
    ],
    [
      'a type',
      readings(
        200,
        3,
        cell(1, (t) => `${t}C`),
      ),
      ['type t'],
    ],
    ['a column that is gone', readings(200, 3, (row) => row.slice(0, 2), 'id,t'), ['gone state']],
    ['a column that is new', readings(200, 3, (row) => [...row, '4'], 'id,t,state,p'), ['new p']],
  ])('%s', async (_, data, expected) => {
    expect(await kinds(data)).toEqual(expected);
  });

  test('in the log; tags tell which samples', async () => {
    const made = await check(
      readings(
        50,
        3,
        cell(2, (state) => (state === 'on' ? 'ON' : state)),
      ),
    );
    expect(made.log).toContain('ALARM on extract.rows -> model.data: state has values that it never had: "ON"');
    const rows = made
      .read('tags')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[1]);
    expect(new Set(rows)).toEqual(new Set(['0', '1']));
  });

  test('and fails the node where that is wanted', async () => {
    const made = await check(
      readings(200, 3, (row) => row.slice(0, 2), 'id,t'),
      undefined,
      { fail: true },
    );
    expect([made.code, made.errors[0]]).toEqual([
      1,
      expect.stringMatching(
        /^SF7181 The data on extract.rows -> model.data is not what it was: column state is gone\./,
      ),
    ]);
    expect(made.wrote('report')).toBe(true);
  });

  test('images that were inverted, have another size, or hold what is no number', async () => {
    const random = createRandom('images');
    const images = (side: number, make: (value: number) => number) =>
      writeNpz(
        new Map([
          [
            'x',
            {
              type: 'float32',
              shape: [60, side, side],
              values: Float32Array.from({ length: 60 * side * side }, () => make(random.uniform() ** 3)),
            },
          ],
        ]),
      );
    const usual = images(8, (value) => value);
    expect(
      await kinds(
        images(8, (value) => value),
        usual,
      ),
    ).toEqual([]);
    expect(
      await kinds(
        images(8, (value) => 1 - value),
        usual,
      ),
    ).toContain('distribution mean of x');
    expect(
      await kinds(
        images(9, (value) => value),
        usual,
      ),
    ).toEqual(['shape x']);
    expect(
      await kinds(
        images(8, () => Number.NaN),
        usual,
      ),
    ).toEqual(['missing x']);
  });
});

test('without a reference the first data is kept, and a schema goes from run to run', async () => {
  const data = 'a,b\n1,x\n2,y\n3,x\n';
  const first = await attempt('schema-checker', options, { data });
  expect(first.log[0]).toMatch(/as expected \(compared with itself: it is the first/);
  const second = await attempt('schema-checker', options, { data: 'a\n1\n' });
  expect(JSON.parse(second.read('report'))).toMatchObject({ compared_with: 'the first data', alarm: true });
  const third = await attempt('schema-checker', options, { data, schema: { file: first.output('schema') } });
  expect(JSON.parse(third.read('report'))).toMatchObject({ compared_with: 'the given schema', alarm: false });
});

test.each<[string, object, Record<string, string>, RegExp]>([
  ['no edge', { edge: '' }, { data: 'a\nx\n' }, /^SF7103 Parameter edge is empty/],
  [
    'no data',
    {},
    { data: 'a\n', reference: 'a\nx\n' },
    /^SF7116 The data on extract.rows -> model.data holds no sample/,
  ],
  ['what is no schema', {}, { data: 'a\nx\n', schema: '{"version":1}' }, /^SF7180 /],
])('%s: a clear error', async (_, parameters, inputs, message) => {
  const made = await attempt('schema-checker', { ...options, ...parameters }, inputs);
  expect([made.code, made.errors[0]]).toEqual([1, expect.stringMatching(message)]);
});
