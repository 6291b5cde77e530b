import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Value } from '../workflow';
import { malformedReference, referencesIn, substitute } from './substitution';

const scope = new Map<string, Value>([
  ['n', 5],
  ['list', ['a', 1]],
  ['text', 'x'],
  ['nothing', null],
  ['tricky', '$(n)'],
  ['inputs.data', '/in/data'],
]);
const fill = (value: Value) => substitute(value, (name) => scope.get(name));

test.each<[Value, Value]>([
  ['$(n)', 5],
  ['$(list)', ['a', 1]],
  ['$(nothing)', null],
  [' $(n)', ' 5'],
  ['$(n)$(n)', '55'],
  ['--n=$(n) $(list)', '--n=5 ["a",1]'],
  ['$$(n)', '$(n)'],
  ['a$$(b', 'a$(b'],
  ['$$$(n)', '$$(n)'],
  ['$(inputs.data)', '/in/data'],
  ['$(tricky)', '$(n)'],
  ['<$(tricky)>', '<$(n)>'],
  ['cost: $5 (or $6)', 'cost: $5 (or $6)'],
  [{ a: ['$(n)', { b: '$(text)!' }] }, { a: [5, { b: 'x!' }] }],
  [7, 7],
  [null, null],
])('%j becomes %j', (written, expected) => {
  expect(fill(written)).toEqual({ value: expected, missing: [] });
});

test('what the scope does not have stays and is named, each once', () => {
  expect(fill(['$(zz)', 'a $(zz) $(yy)'])).toEqual({ value: ['$(zz)', 'a $(zz) $(yy)'], missing: ['zz', 'yy'] });
});

test('a key of any name stays an own key', () => {
  const { value } = fill(JSON.parse('{"__proto__": "$(n)", "constructor": "$(text)"}') as Value);
  expect(JSON.stringify(value)).toBe('{"__proto__":5,"constructor":"x"}');
});

test('references are found in order, each once', () => {
  expect(referencesIn({ a: '$(x) $(y)', b: ['$(x)', '$$(z)', '$(inputs.p)'] })).toEqual(['x', 'y', 'inputs.p']);
});

test.each([
  ['$(date +%s)', '$(date +%s)'],
  ['a $(', '$('],
  ['$(a.b.c)', '$(a.b.c)'],
  ['$()', '$()'],
  ['$(1)', '$(1)'],
  ['$$(date)', undefined],
  ['$(n)($(n))', undefined],
])('%s: what is no reference is %s', (text, expected) => {
  expect(malformedReference(text)).toBe(expected);
});

test('a text without "$(" is never changed, and doubling the sign makes any text literal', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      if (!text.includes('$(')) expect(fill(text).value).toBe(text);
      fc.pre(!/\$\$\(/.test(text));
      expect(fill(text.replaceAll('$(', '$$$$(')).value).toBe(text);
    }),
  );
});
