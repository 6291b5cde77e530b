import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isAlias, isMap, isScalar, isSeq, parseDocument, type Scalar } from 'yaml';
import { createComposer } from './compose';

/** What a document says and where: kinds, places, values. */
function outline(node: unknown): unknown {
  if (isMap(node)) return ['map', node.range?.[0], node.items.map(({ key, value }) => [outline(key), outline(value)])];
  if (isSeq(node)) return ['list', node.range?.[0], node.items.map(outline)];
  if (isAlias(node)) return ['alias', node.range?.[0], node.source];
  if (isScalar(node)) return [node.value, node.type, node.range?.[0], node.range?.[1]];
  return node ?? null;
}

/** Where all that is in a document ends. */
function ends(node: unknown): unknown {
  if (isMap(node)) return [node.range?.[1], node.items.map(({ key, value }) => [ends(key), ends(value)])];
  if (isSeq(node)) return [node.range?.[1], node.items.map(ends)];
  return (node as Scalar | null)?.range?.[1];
}

const whole = (text: string) =>
  parseDocument(text, {
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
    logLevel: 'silent',
  });

const name = fc.constantFrom('a', 'b-c', 'd_1', '"q"', "'r s'");
const scalar = fc.constantFrom(
  '1',
  'x y',
  '"q: # z"',
  "'it''s'",
  'a.b -> c.d [t]',
  '[1, 2]',
  '{ a: 1, b: [x] }',
  '',
  'x # c',
  '"a\n      b"',
  '[\n      1,\n    ]',
);
const block = fc.constantFrom('|\n      one\n\n      # two\n', '>-\n      one\n      two\n');
const entry = fc.tuple(name, fc.oneof(scalar, block)).map(([key, value]) => `  ${key}: ${value}\n`);
const item = scalar.map((value) => `  - ${value}\n`);
const nested = fc
  .tuple(name, fc.array(entry, { minLength: 1, maxLength: 3 }))
  .map(([key, inner]) => `  ${key}:\n${inner.map((line) => `  ${line.replace(/\n(?=.)/g, '\n  ')}`).join('')}`);
const trivia = fc.constantFrom('', '\n', '# note\n', '  # note\n', '    \n');
/** Only below these, lines are entries; below any other key they may be a text. */
const title = fc.oneof(name, fc.constantFrom('nodes', 'edges', '"sources"'));
const section = fc
  .tuple(title, fc.oneof(fc.array(fc.oneof(entry, nested)), fc.array(item)), trivia, trivia)
  .map(
    ([key, entries, before, after]) =>
      `${key}: ${before.startsWith('#') ? '# c' : ''}\n${before}${entries.join(after)}`,
  );
const plain = fc.tuple(name, scalar).map(([key, value]) => `${key}: ${value.replace(/\n {4}/g, '\n')}\n`);
const below = fc
  .tuple(name, fc.constantFrom('x y', 'x\n  y z', '"q: # z"', '"a\n   b"', "'it''s'", 'x # c', '1'))
  .map(([key, text]) => `${key}:\n  ${text}\n`);
const file = fc
  .tuple(trivia, fc.array(fc.oneof(section, plain, below), { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([before, parts, crlf]) => (before + parts.join('')).replaceAll('\n', crlf ? '\r\n' : '\n'));

test('says of a text what the parser says of the whole text', () => {
  fc.assert(
    fc.property(file, (text) => {
      const { document, errors } = createComposer()(text);
      const expected = whole(text);
      fc.pre(expected.errors.length === 0);
      expect(errors).toEqual([]);
      expect(outline(document!.contents)).toEqual(outline(expected.contents));
    }),
    { numRuns: 500 },
  );
});

test('says of a changed text what it would say of it at first sight', () => {
  const edit = fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat(6),
    fc.constantFrom('', ' ', '\n', '"', '[', '{', 'a: ', '- ', '#', '\n  x: 1'),
  );
  fc.assert(
    fc.property(file, fc.array(edit, { minLength: 1, maxLength: 8 }), (first, edits) => {
      const compose = createComposer();
      compose(first);
      let text = first;
      for (const [where, removed, inserted] of edits) {
        const at = Math.floor(where * text.length);
        text = text.slice(0, at) + inserted + text.slice(at + removed);
        const { document, errors } = compose(text);
        const fresh = createComposer()(text);
        expect(errors.map(({ code, pos }) => [code, ...pos])).toEqual(
          fresh.errors.map(({ code, pos }) => [code, ...pos]),
        );
        expect(outline(document?.contents)).toEqual(outline(fresh.document?.contents));
        expect(ends(document?.contents)).toEqual(ends(fresh.document?.contents));
      }
    }),
    { numRuns: 200 },
  );
});

test.each(['nodes:\n  a: x\n  b: y # c\n', 'edges:\n  - a\n  - y # c\n', 'nodes:\n  a: x\n  b: { y: 1 }\n  # c\n\n'])(
  '%j ends where it does at first sight after a letter in its last entry',
  (section) => {
    for (const rest of ['', 'name: x\n']) {
      const compose = createComposer();
      compose(section + rest);
      const text = section.replace('y', 'yy') + rest;
      expect(ends(compose(text).document!.contents)).toEqual(ends(createComposer()(text).document!.contents));
    }
  },
);

test.each([
  ['an open bracket', 'nodes:\n  a: { executor: x\n  b: { executor: y }\nedges: []\n'],
  ['an open quote', 'nodes:\n  a: "x\n  b: y\nedges: []\n'],
  ['a word without a colon', 'nodes:\n  a\n  b: y\nedges: []\n'],
])('%s ends with its entry', (_, text) => {
  const { document, errors } = createComposer()(text);
  expect(errors).toHaveLength(1);
  expect(document!.hasIn(['nodes', 'a'])).toBe(true);
  expect(document!.hasIn(['nodes', 'b'])).toBe(true);
  expect(document!.hasIn(['edges'])).toBe(true);
});
