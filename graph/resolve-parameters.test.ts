import { expect, test } from 'vitest';
import { parseWorkflow } from './parse';
import { resolveParameters } from './resolve-parameters';

const { workflow, problems } = parseWorkflow(`scanflow: 1
name: w
parameters:
  critical: { type: integer, default: 100, minimum: 1, maximum: 500 }
  rate: 0.1
  classes: ["0", "1"]
  mode: { type: string, default: fast, enum: [fast, slow] }
  deep: true
  options: { type: map, default: { a: 1 } }
  token: { type: string }
  whole: 1.0
  power: { default: 1e3, description: Written with an exponent. }
  count: 1
`);

test('the file is right', () => expect(problems).toEqual([]));

const resolved = (given: Record<string, unknown>) => {
  const { values, problems: found } = resolveParameters(workflow, { token: 't', ...given });
  expect(found).toEqual([]);
  return Object.fromEntries(values);
};

test('what is not given has its default', () => {
  expect(resolved({})).toEqual({
    critical: 100,
    rate: 0.1,
    classes: ['0', '1'],
    mode: 'fast',
    deep: true,
    options: { a: 1 },
    token: 't',
    whole: 1,
    power: 1000,
    count: 1,
  });
});

test.each([
  ['critical', '50', 50],
  ['critical', 50, 50],
  ['rate', '1e-3', 0.001],
  ['rate', 1, 1],
  ['whole', '0.5', 0.5],
  ['power', '0.5', 0.5],
  ['classes', '[a, "1", 2]', ['a', '1', 2]],
  ['classes', ['a'], ['a']],
  ['mode', 'slow', 'slow'],
  ['deep', 'false', false],
  ['options', '{"b": [1]}', { b: [1] }],
  ['token', '123', '123'],
])('%s given as %j is %j', (name, given, expected) => {
  expect(resolved({ [name]: given })[name]).toEqual(expected);
});

test.each([
  ['critical', '0', '1 or more'],
  ['critical', '501', '500 or less'],
  ['critical', '1.5', 'whole number'],
  ['count', '1.5', 'whole number'],
  ['critical', 'many', 'whole number'],
  ['critical', '', 'whole number'],
  ['critical', Number.NaN, 'not a value of JSON'],
  ['classes', 'a,b', 'a list'],
  ['classes', '[a', 'a list'],
  ['classes', '[&a x, *a]', 'a list'],
  ['mode', 'slwo', 'one of "fast", "slow"'],
  ['deep', 'yes', 'true or false'],
  ['options', '[1]', 'a map'],
  ['crtical', '5', 'Did you mean "critical"?'],
  ['token', undefined, 'not a value of JSON'],
])('%s given as %j is refused', (name, given, says) => {
  const { problems: found } = resolveParameters(workflow, { token: 't', [name]: given });
  expect(found).toEqual([expect.stringContaining(says)]);
});

test('what has no default must be given', () => {
  expect(resolveParameters(workflow, {}).problems).toEqual(['Parameter "token" needs a value: it has no default.']);
});
