import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ENV, type Json } from '../engine/protocol';
import { writeNpz } from './data/npz';
import { parseExpression, type Row } from './expression';
import { attempt } from './run.fixture';

const data = 'id,age,start,end,state\na,17,1,2,on\nb,30,5,2,off\nc,,1,2,on\nd,40,1,2,off\n';
const predictions = 'id,label\nd,no\nc,approve\nb,approve\na,approve\n';
const minors = { name: 'no loan to minors', expression: 'not (age < 18 and prediction == "approve")', action: 'veto' };
const order = { name: 'order of time', expression: 'start <= end', action: 'override', label: 'no' };

describe('rules that decide', () => {
  test('veto and override by rank, and are named in the predictions, the report and the log', async () => {
    const made = await attempt('rules', { rules: [minors, order], veto_label: 'unknown' }, { data, predictions });
    expect(made.errors).toEqual([]);
    expect(made.read('y').trim().split('\n')).toEqual([
      'id,label,predicted,rule',
      'a,unknown,approve,no loan to minors',
      'b,no,approve,order of time',
      // Whether c is of age is not known: a missing value breaks a rule that does not allow it.
      'c,unknown,approve,no loan to minors',
      'd,no,no,',
    ]);
    expect(JSON.parse(made.read('report')).decisions.map(({ id, rule }: Record<string, string>) => [id, rule])).toEqual(
      [
        ['a', 'no loan to minors'],
        ['b', 'order of time'],
        ['c', 'no loan to minors'],
      ],
    );
    expect(made.log).toContain('no loan to minors: vetoed 2 of 4 predictions');
  });

  test('the tracker gets the name of the rule as a tag of the run', async () => {
    const asked: { tags?: { key: string; value: string }[] }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => {
        body += part;
      });
      request.on('end', () => {
        asked.push(JSON.parse(body));
        response.end('{}');
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const env = { [ENV.trackingUri]: uri, [ENV.runId]: 'r' };
    await attempt('rules', { rules: [order], veto_label: '' }, { data, predictions }, env);
    server.close();
    expect(asked.flatMap(({ tags }) => tags ?? [])).toEqual([
      { key: 'scanflow.rule.order_of_time', value: 'order of time: overridden 1 predictions' },
    ]);
  });

  test('rules without names on one column have a name, a count and a tag each', async () => {
    const rules: Json[] = [
      { column: 'age', minimum: 18, action: 'veto' },
      { column: 'age', maximum: 20, action: 'veto', missing: 'allow' },
      { name: 'age_2', column: 'start', maximum: 1 },
    ];
    const made = await attempt('rules', { rules, veto_label: '' }, { data, predictions });
    expect(made.errors).toEqual([]);
    expect(JSON.parse(made.read('report')).rules.map(({ name }: { name: string }) => name)).toEqual([
      'age',
      'age_3',
      'age_2',
    ]);
    expect(made.log.filter((line) => line.includes('vetoed'))).toEqual([
      'age: vetoed 2 of 4 predictions',
      'age_3: vetoed 2 of 4 predictions',
    ]);
  });

  test.each([
    ['twice the same', 'cold', 'cold'],
    ['two that are one metric', 'too cold', 'too_cold'],
  ])('names of rules are refused: %s', async (_, name, other) => {
    const rules: Json[] = [
      { name, column: 'age', minimum: 18 },
      { name: other, column: 'start', maximum: 1 },
    ];
    const made = await attempt('rules', { rules, veto_label: '' }, { data });
    expect([made.code, made.errors[0]]).toEqual([1, expect.stringMatching(/^SF7150 Rule 2: its name/)]);
  });

  test.each<[string, object, Record<string, string>, RegExp]>([
    ['a veto of nothing', minors, { data }, /^SF7104 A rule that vetoes/],
    [
      'an override without a label',
      { ...order, label: undefined },
      { data, predictions },
      /^SF7150 Rule 1: it overrides/,
    ],
    [
      'a label without an override',
      { ...minors, label: 'x' },
      { data, predictions },
      /^SF7150 Rule 1: it has a `label`/,
    ],
    [
      'an unknown column',
      { name: 'r', expression: 'agee > 3' },
      { data },
      /^SF7150 Rule r: Input data has no column "agee"/,
    ],
    ['what is no expression', { name: 'r', expression: 'age >' }, { data }, /^SF7150 Rule 1: "age >" cannot be read/],
    [
      'an expression that mixes what does not mix',
      { name: 'r', expression: 'not age + 3' },
      { data },
      /^SF7150 Rule r, sample 0: "not age \+ 3" cannot be worked out: Expected a logical value/,
    ],
    [
      'the same in `when`',
      { name: 'r', when: '(age > 3) + 1 > 1', column: 'age', minimum: 0 },
      { data },
      /^SF7150 Rule r, sample 0: .* cannot be worked out/,
    ],
    [
      'a function that there is not',
      { name: 'r', expression: 'sqr(age) > 4' },
      { data },
      /^SF7150 Rule 1: "sqr\(age\) > 4" calls sqr, and there is no function of that name/,
    ],
    [
      'limits of no column',
      { name: 'r', expression: 'age > 3', minimum: 2 },
      { data },
      /^SF7150 Rule 1: it has limits/,
    ],
    ['nothing at all', { name: 'r' }, { data }, /^SF7150 Rule 1: it names no column/],
    ['predictions of others', minors, { data, predictions: 'id,label\nz,no\n' }, /^SF7130 Sample a has no prediction/],
    [
      'too few predictions',
      minors,
      { data, predictions: 'label\nno\n' },
      /^SF7130 There are 1 predictions for 4 samples/,
    ],
  ])('%s: a clear error', async (_, rule, inputs, message) => {
    const made = await attempt('rules', { rules: [JSON.parse(JSON.stringify(rule))], veto_label: '' }, inputs);
    expect([made.code, made.errors[0]]).toEqual([1, expect.stringMatching(message)]);
  });
});

test('a rule applies where its `when` holds', async () => {
  const rule = { name: 'off has no age above 35', when: 'state == "off"', expression: 'age <= 35' };
  const made = await attempt('rules', { rules: [rule], veto_label: '' }, { data });
  expect(JSON.parse(made.read('report')).rules[0].broken).toEqual(['d']);
});

test('predictions that look like numbers are vetoed by the text that they are', async () => {
  const rule = { name: 'no 1 for minors', expression: 'not (age < 18 and prediction == "1")', action: 'veto' };
  const digits = { data: 'id,age\na,17\nb,17\nc,30\n', predictions: 'id,label\na,1\nb,2\nc,1\n' };
  const made = await attempt('rules', { rules: [rule], veto_label: 'unknown' }, digits);
  expect(made.read('y').trim().split('\n').slice(1)).toEqual(['a,unknown,1,no 1 for minors', 'b,2,2,', 'c,1,1,']);
});

test('images are known by their statistics', async () => {
  const values = new Uint8Array(3 * 64);
  values.fill(255, 64, 128);
  const images = writeNpz(new Map([['x', { type: 'uint8', shape: [3, 8, 8], values }]]));
  const made = await attempt(
    'rules',
    { rules: [{ name: 'not white', expression: 'mean < 0.9' }], veto_label: '' },
    { data: images },
  );
  expect(
    made
      .read('tags')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[1]),
  ).toEqual(['0', '1', '0']);
});

describe('expressions', () => {
  const row =
    (values: Record<string, number | string>): Row =>
    (name) =>
      new Map(Object.entries(values)).get(name);
  const holds = (text: string, values: Record<string, number | string>) => {
    const parsed = parseExpression(text);
    if ('problem' in parsed) throw new Error(parsed.problem);
    return parsed.holds(row(values));
  };

  test.each<[string, Record<string, number | string>, boolean | undefined]>([
    ['open and t > 0', { open: '1', t: '5' }, true],
    ['open and t > 0', { open: 1, t: 5 }, true],
    ['open and t > 0', { open: 'TRUE', t: '5' }, true],
    ['t > 0 or (open)', { open: '1', t: '0' }, true],
    ['open and t > 0', { open: 'maybe', t: '5' }, undefined],
    ['open and t > 0', { t: '5' }, undefined],
    ['not open', { open: '0' }, true],
    ['not(open)', { open: '1' }, false],
    ['not a < 18', { a: 20 }, true],
    ['not a < 18 and a > 19', { a: '19' }, false],
    ['not a in ("1", "2")', { a: '2' }, false],
    ['not a == "1" or open', { a: '1', open: '1' }, true],
    ['not a < 18', {}, undefined],
    ['not open and not shut', { open: '0', shut: 'False' }, true],
    ['if open then t > 1 else t > 3', { open: '1', t: '2' }, true],
    ['(open) + t > 1 and open', { open: '1', t: '1' }, true],
    ['t in (open) and open', { open: '1', t: '1' }, true],
    ['max(open) == 3 and t', { open: '3', t: '1' }, true],
    ['open', { open: 'false' }, false],
    ['open', { open: 'False' }, false],
    ['open', { open: 'true' }, true],
    ['open', { open: 'on' }, undefined],
    ['open == true', { open: '1' }, true],
    ['open == true', { open: 'True' }, true],
    ['open != False', { open: 'false' }, false],
    ['open == true', { open: 'on' }, false],
    ['if a > 1 then true else false', { a: '1' }, false],
    ["'true' > 1", { true: '2' }, true],
    ['max(a, 1) > 0', { a: 'text' }, undefined],
    ['log2(a) == 3 and log10(b) == 2', { a: 8, b: 100 }, true],
    ['a < b', { a: 1, b: 2 }, true],
    ['a < b and not (c == "x")', { a: 1, b: 2, c: 'x' }, false],
    ["'a b' in (1, 2)", { 'a b': 2 }, true],
    ['max(a, b) == 3', { a: 1, b: 3 }, true],
    ['a < b', { a: 1 }, undefined],
    ['a < b', { a: Number.NaN, b: 1 }, undefined],
    ['a > 3', { a: 'text' }, undefined],
    ['toString == 1', {}, undefined],
    ['constructor == 1', {}, undefined],
    ['__proto__ == 1', {}, undefined],
    ['a == "1"', { a: '1' }, true],
    ['"1" == a', { a: 1 }, true],
    ['a == "1"', { a: '1.0' }, true],
    ['a == "7"', { a: '007' }, false],
    ['a == "007"', { a: '007' }, true],
    ['a == 7 and a > 6', { a: '007' }, true],
    ['a != "1"', { a: '1' }, false],
    ['a != "1"', { a: '2' }, true],
    ['a == 1', { a: 'on' }, false],
    ['a == b', { a: '1', b: '1.00' }, true],
    ['a == b', { a: '007', b: 'on' }, false],
    ['a in ("1", "2")', { a: '2' }, true],
    ['a in ("1", "2")', { a: 2 }, true],
    ['a in ("1")', { a: '1' }, true],
    ['a in(1, "on")', { a: '1.0' }, true],
    ['a in (1, "on")', { a: 'on' }, true],
    ['a in (b, c)', { a: '1', b: '3', c: '1.0' }, true],
    ['a in ("1", "2")', { a: '3' }, false],
    ['a not in ("1", "2")', { a: '2' }, false],
    ['a not in ("1", "2")', { a: '3' }, true],
    ['a in (" in (", "x")', { a: ' in (' }, true],
    ['a', { a: '0' }, false],
    ['a', { a: '2' }, true],
    ['abs(a) + b == 3 and max(a, b) == 2', { a: '-1', b: '2' }, true],
  ])('%s', (text, values, expected) => {
    expect(holds(text, values)).toBe(expected);
  });

  test.each(['a < ("18")', 'a < "18"', '"18" >= a', '0 < a <= "x"'])('%s orders text, and is refused', (text) => {
    expect(parseExpression(text)).toEqual({ problem: expect.stringContaining('text has no order') });
  });

  test.each(['sqr(a) > 4', 'a > 1 and sum (a, 2) > 4', 'exists(a)', "'max'(a) > 1", 'constructor(a)'])(
    '%s calls a function that there is not, and is refused',
    (text) => {
      expect(parseExpression(text)).toEqual({ problem: expect.stringMatching(/no function.*max, min, round, sqrt/) });
    },
  );

  test.each(['not a + 1', '(a > 1) + 1', 'a + 1 and a', 'abs(a > 1)', '"x" + a', '(a, 2)', '"x"'])(
    '%s mixes numbers, text and truth: that is no missing value',
    (text) => {
      expect(holds(text, { a: 2 })).toEqual({ problem: expect.stringContaining(`"${text}" cannot be worked out`) });
    },
  );

  test.each(['', 'a in "1"', 'a in b', 'a +', 'a = 3', 'alert(', '('.repeat(30), `${'a+'.repeat(1500)}a`])(
    '%s is refused',
    (text) => {
      expect(parseExpression(text)).toHaveProperty('problem');
    },
  );

  test.each(['process.exit()', 'constructor.constructor("return process")()'])('%s reaches nothing', (text) => {
    const parsed = parseExpression(text);
    if ('problem' in parsed) return;
    expect(parsed.holds(row({ a: 1, b: 2 }))).not.toBe(true);
  });

  test('know the columns that they read', () => {
    const parsed = parseExpression(`a < 'b c' and max(d, 2) > 1 and e in ("f", "g") or not h`);
    expect('columns' in parsed && parsed.columns).toEqual(['a', 'b c', 'd', 'e', 'h']);
    const truths = parseExpression(`if a then true else False or 'true'`);
    expect('columns' in truths && truths.columns).toEqual(['a', 'true']);
  });
});
