import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FromGraph, fromGraph, received, toGraph } from './messages';
import { fromCompare, toCompare } from './messages/compare';
import { fromDrift, toDrift } from './messages/drift';
import { changesOf, fromLabeling, toLabeling } from './messages/labeling';
import { fromReview, toReview } from './messages/review';

const DIRECTIONS = {
  fromGraph,
  toGraph,
  fromLabeling,
  toLabeling,
  fromDrift,
  toDrift,
  fromCompare,
  toCompare,
  fromReview,
  toReview,
};

test.each(Object.entries(DIRECTIONS))('%s: nothing that is no message passes, and nothing throws', (_name, shapes) => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true }), (value) => {
      const message = received(shapes as never, value);
      if (message !== null) expect(Object.keys(shapes)).toContain((message as { type: string }).type);
    }),
    { numRuns: 2_000 },
  );
});

test.each(Object.entries(DIRECTIONS))('%s: a message with a field of another kind is dropped', (_name, shapes) => {
  for (const [type, fields] of Object.entries(shapes as Record<string, Record<string, string>>)) {
    const good = { type, ...Object.fromEntries(Object.entries(fields).map(([name, kind]) => [name, SAMPLES[kind]])) };
    expect(received(shapes as never, good), type).toEqual(good);
    for (const [name, kind] of Object.entries(fields)) {
      const { [name]: _, ...missing } = good as Record<string, unknown>;
      expect(received(shapes as never, missing), `${type} without ${name}`).toBeNull();
      expect(received(shapes as never, { ...good, [name]: WRONG[kind] }), `${type} with another ${name}`).toBeNull();
    }
  }
});

const SAMPLES: Record<string, unknown> = {
  text: 'a',
  'text?': null,
  number: 1,
  'number?': null,
  flag: true,
  list: [1],
  texts: ['a'],
  object: {},
  'object?': null,
  'bytes?': new Uint8Array([1]),
};
const WRONG: Record<string, unknown> = {
  text: 1,
  'text?': 1,
  number: Number.NaN,
  'number?': 'a',
  flag: 'true',
  list: 'a',
  texts: [1],
  object: null,
  'object?': 'a',
  'bytes?': { 0: 1 },
};

test('a message has the fields of its kind and no others', () => {
  expect(received<FromGraph>(fromGraph, { type: 'reveal', id: 'model', go: true, also: 'more' })).toEqual({
    type: 'reveal',
    id: 'model',
    go: true,
  });
  expect(received<FromGraph>(fromGraph, { type: '__proto__' })).toBeNull();
  expect(received<FromGraph>(fromGraph, { type: 'constructor' })).toBeNull();
});

test('changes of an answer are read, or all of them refused', () => {
  const good = [
    { id: 'a', given: null },
    { id: 'b', given: { answer: '1', reason: null } },
  ];
  expect(changesOf(good)).toEqual(good);
  for (const odd of [
    null,
    1,
    {},
    { id: 1, given: null },
    { id: 'a' },
    { id: 'a', given: { answer: 1, reason: null } },
  ]) {
    expect(changesOf([...good, odd])).toBeNull();
  }
});
