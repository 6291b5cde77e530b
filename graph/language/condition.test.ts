import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Condition, evaluateCondition, parseCondition } from './condition';

const values = new Map([
  ['drift p_value', 0.01],
  ['score accuracy', 0.9],
  ['my-node loss/val', 2],
]);
const metric = (node: string, name: string) => values.get(`${node} ${name}`);

function read(text: string): Condition {
  const condition = parseCondition(text);
  if ('problem' in condition) throw new Error(condition.problem);
  return condition;
}

test.each([
  ['metrics.drift.p_value < 0.05', true],
  ['metrics.drift.p_value >= 0.05', false],
  ['metrics.drift.p_value < 0.05 and metrics.score.accuracy > 0.95', false],
  ['metrics.drift.p_value < 0.05 or metrics.score.accuracy > 0.95', true],
  ['not (metrics.score.accuracy > 0.95)', true],
  ['not metrics.score.accuracy > 0.95 and metrics.drift.p_value < 0.05', true],
  ['not metrics.score.accuracy in (0.9, 1) or not not metrics.drift.p_value > 1', false],
  ["'metrics.my-node.loss/val' == 2", true],
  ['abs(metrics.score.accuracy - 1) < 0.2', true],
  ['if metrics.score.accuracy > 0.5 then metrics.drift.p_value < 1 else metrics.drift.p_value > 1', true],
])('%s is %s', (text, expected) => {
  expect(evaluateCondition(read(text), metric)).toBe(expected);
});

test('without a value that it reads, a condition does not hold, whatever it says', () => {
  for (const text of [
    'not (metrics.new.x > 1)',
    'metrics.new.x != 1',
    'metrics.drift.p_value < 1 or metrics.new.x > 1',
  ]) {
    expect(evaluateCondition(read(text), metric)).toBe(false);
  }
});

test('its metrics are known without running it', () => {
  const { metrics } = read("metrics.a.x < 1 and ('metrics.b-c.y.z' > 2 or metrics.a.x > 3)");
  expect(metrics).toEqual([
    { node: 'a', name: 'x', start: 0, end: 11 },
    { node: 'b-c', name: 'y.z', start: 21, end: 38 },
  ]);
});

test.each([
  ['', 'empty'],
  ['metrics.a.x', 'neither true nor false'],
  ['1 + 1', 'neither true nor false'],
  ['metrics.a.x = 1', '"="'],
  ['metrics.a.x <', "can't be read"],
  ['metrics.a.x ~= "(a+)+$"', '"~"'],
  ['metrics.a.x < 1 ? 1 : 2', '"?"'],
  ['metrics.a.x && 1', '"&"'],
  ['constructor.constructor("return process")()', 'no function'],
  ['constructor', 'not a metric'],
  ['__proto__ == 1', 'not a metric'],
  ['x of metrics.a.y', 'not a metric'],
  ["'metrics.a.x' of 'metrics.a.y'", '"of"'],
  ['exists(metrics.a.x)', 'no function exists'],
  ['metrics.my-node.x < 1', '"metrics.my" is not a metric'],
  ['metrics..x < 1', 'not a metric'],
  ['x'.repeat(1001), 'longer than'],
  ['('.repeat(500), "can't be read"],
])('%s is refused', (text, says) => {
  const condition = parseCondition(text);
  expect(condition).toMatchObject({ problem: expect.stringContaining(says), remedy: expect.stringMatching(/\S/) });
});

test('no text makes it throw, and evaluating gives true or false', () => {
  const word = fc.constantFrom(
    ...[
      'metrics.a.x',
      "'metrics.b-c.y'",
      '1',
      '0.5',
      '"s"',
      '<',
      '==',
      'and',
      'or',
      'not',
      'in',
      '(',
      ')',
      ',',
      'if',
      'then',
      'else',
      'max(',
      'constructor',
      '__proto__',
      'of',
      '~=',
      '\\',
      "'",
      '"',
    ],
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const condition = parseCondition(words.join(' '));
      if ('problem' in condition) return;
      expect(typeof evaluateCondition(condition, () => 1)).toBe('boolean');
    }),
    { numRuns: 1000 },
  );
});
