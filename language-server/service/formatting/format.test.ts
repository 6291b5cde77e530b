import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { digits } from '../../testing/digits';
import { applyEdits, marked } from '../../testing/marked';
import { brokenTexts, yamlTexts } from '../../testing/texts';
import { format, formatOnType, formatRange } from './format';

const formatted = (text: string): string => applyEdits(text, format(marked(text).snapshot));

const expectFormatting = (before: string, after: string) => {
  expect(formatted(before)).toBe(after);
  expect(formatted(after)).toBe(after);
};

test.each<[string, string, string]>([
  [
    'indentation',
    'nodes:\n    a:\n          executor: train\n    b:\n      uses: x\n',
    'nodes:\n  a:\n    executor: train\n  b:\n    uses: x\n',
  ],
  ['lists', 'edges:\n- a -> b\n-   c -> d\n', 'edges:\n  - a -> b\n  - c -> d\n'],
  ['lists of maps', 'edges:\n    -   from: a\n        to: b\n', 'edges:\n  - from: a\n    to: b\n'],
  ['blanks after colons', 'name:   x\nnodes: {}\n', 'name: x\nnodes: {}\n'],
  ['blanks that align values', 'sources:\n  a:    x\n  bcd:  y\n', 'sources:\n  a:    x\n  bcd:  y\n'],
  ['brackets', 'labels: {nodes:[a,b] ,  edges: [ c ]}\n', 'labels: { nodes:[a, b], edges: [c] }\n'],
  ['no value in brackets', 'x: { a:   , b: 1, c:  }\n', 'x: { a:, b: 1, c: }\n'],
  ['no key in brackets', 'x: {  : 1,   : 2 }\ny: [a,: 1]\n', 'x: { : 1, : 2 }\ny: [a, : 1]\n'],
  ['empty brackets', 'labels: {  }\nx: [ ]\n', 'labels: {}\nx: []\n'],
  ['brackets over lines', 'x: [\n      a,\n  b\n  ]\n', 'x: [\n  a,\n  b\n]\n'],
  ['quotes', 'x: { a: "b ,  {c" }\n', 'x: { a: "b ,  {c" }\n'],
  [
    'comments',
    'nodes:   # the nodes\n      # first\n      a: { executor: x }\n  # last\nedges: []\n',
    'nodes:   # the nodes\n  # first\n  a: { executor: x }\n  # last\nedges: []\n',
  ],
  [
    'columns of comments',
    'a:  1   # one\nbc: 2   # two\nx:    3  # three\n',
    'a:  1   # one\nbc: 2   # two\nx: 3     # three\n',
  ],
  [
    'text blocks',
    'description: |\n      one\n        two\n\n      three\n',
    'description: |\n  one\n    two\n\n  three\n',
  ],
  ['text blocks with their own indentation', 'description: |4\n      one\n', 'description: |4\n      one\n'],
  ['ends of lines', 'name: x  \nnodes: {}\t\n', 'name: x\nnodes: {}\n'],
  ['empty lines', '\n\nname: x\n\n\n\nnodes: {}\n\n\n', 'name: x\n\nnodes: {}\n'],
  ['the end of the file', 'name: x', 'name: x\n'],
  ['line ends of Windows', 'nodes:\r\n    a: { executor: x }\r\n\r\n\r\n', 'nodes:\r\n  a: { executor: x }\r\n'],
  ['nothing where there is nothing', '', ''],
  ['a text that is right', digits(), digits()],
])('formats %s', (_, before, after) => expectFormatting(before, after));

test.each([
  ['what YAML can not read', 'nodes:\n    a: { b\nx:   1\n'],
  ['lines that only the editor sees', 'description: >-\n    aaa\rbbb ccc\nx:   1\n'],
])('leaves alone %s', (_, text) => {
  expect(format(marked(text).snapshot)).toEqual([]);
});

test('formats a very long text block', () => {
  const text = `description: |\n${'  a\n'.repeat(200_000)}`;
  expect(format(marked(`${text}x:  1\n`).snapshot)).toHaveLength(1);
});

test('formats a range only', () => {
  const { snapshot, ranges, text } = marked('a:    1\n<|x:    2\n|>y:    3\n\nb:    4\n');
  expect(applyEdits(text, formatRange(snapshot, ranges[0]!))).toBe('a:    1\nx:    2\ny:    3\n\nb:    4\n');
  const other = marked('nodes:\n    a: { x: 1}\n<|    b: {x:   2}|>\n');
  expect(applyEdits(other.text, formatRange(other.snapshot, other.ranges[0]!))).toBe(
    'nodes:\n    a: { x: 1}\n    b: { x: 2 }\n',
  );
});

test('formats the line before while one types', () => {
  const { snapshot, positions, text } = marked('nodes:\n  a: {executor:   x}\n<|>');
  expect(applyEdits(text, formatOnType(snapshot, positions[0]!))).toBe('nodes:\n  a: { executor: x }\n');
});

test('is idempotent and changes no meaning', () => {
  fc.assert(
    fc.property(yamlTexts, (text) => {
      const once = formatted(text);
      expect(formatted(once)).toBe(once);
      const before = parseDocument(text, { uniqueKeys: false });
      fc.pre(before.errors.length === 0);
      expect(parseDocument(once, { uniqueKeys: false }).toJS()).toEqual(before.toJS());
    }),
    { numRuns: 300 },
  );
});

test('keeps every comment', () => {
  fc.assert(
    fc.property(yamlTexts, (text) => {
      const notes = (of: string) =>
        of
          .match(/#.*/g)
          ?.map((note) => note.replace(/\s+/g, ' ').trim())
          .toSorted() ?? [];
      expect(notes(formatted(text))).toEqual(notes(text));
    }),
    { numRuns: 200 },
  );
});

test('changes nothing but blanks, and never throws', () => {
  fc.assert(
    fc.property(fc.oneof(yamlTexts, brokenTexts), (text) => {
      expect(formatted(text).replace(/\s+/g, '')).toBe(text.replace(/\s+/g, ''));
    }),
    { numRuns: 200 },
  );
});
