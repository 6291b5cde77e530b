import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answer, choiceOfKey, goTo, keyOf, progressOf, redo, type Session, undo, wanted } from './session';

const classes = ['cat', 'dog', 'owl'];

function session(count: number): Session {
  const items = Array.from({ length: count }, (_, at) => ({
    id: `s${at}`,
    severity: null,
    candidates: [],
    answer: null,
    skipped: false,
    flagged: false,
  }));
  return {
    task: 't',
    kind: 'label',
    title: '',
    workflow: '',
    classes,
    items,
    at: 0,
    autoAdvance: true,
    blind: true,
    marks: new Map(),
    done: [],
    undone: [],
    times: [],
  };
}

const labels = fc.array(fc.constantFrom(...classes, null), { minLength: 1, maxLength: 30 });

test('one answer a sample labels them all, in order', () => {
  fc.assert(
    fc.property(labels, (given) => {
      let now = session(given.length);
      const sent: (string | null)[] = [];
      for (const label of given) {
        const change = answer(now, label, 0);
        sent.push(change.send!.answer);
        now = change.session;
      }
      expect(now.items.map((item) => item.answer)).toEqual(given);
      expect(now.items.map(({ skipped }) => skipped)).toEqual(given.map((label) => label === null));
      expect(sent).toEqual(given);
    }),
  );
});

test('undoing everything leads back to the start, and redoing to the end', () => {
  fc.assert(
    fc.property(labels, (given) => {
      const start = session(given.length);
      const end = given.reduce((now, label) => answer(now, label, 0).session, start);
      let back = end;
      for (const _ of given) back = undo(back).session;
      expect(back.items).toEqual(start.items);
      expect(back.at).toBe(0);
      let again = back;
      for (const _ of given) again = redo(again).session;
      expect(again.items).toEqual(end.items);
    }),
  );
});

test('undo leads to the sample, and what stood there before is sent again', () => {
  let now = answer(session(3), 'cat', 0).session;
  now = answer(goTo(now, 0), 'dog', 0).session;
  const back = undo(now);
  expect(back.session.at).toBe(0);
  expect(back.send).toEqual({ id: 's0', answer: 'cat' });
  expect(undo(back.session).send).toBeUndefined();
});

test('after the last sample, those that were passed over come up', () => {
  const now = answer(goTo(session(3), 1), 'cat', 0).session;
  expect(now.at).toBe(2);
  expect(answer(now, 'dog', 0).session.at).toBe(0);
});

test('counts a class, skips and pace', () => {
  const given = ['cat', 'cat', null, 'owl'];
  const end = given.reduce((now, label, at) => answer(now, label, at * 2000).session, session(5));
  expect(progressOf(end)).toEqual({ answered: 3, skipped: 1, total: 5, counts: [2, 0, 1], pace: 2 });
});

test('wants the sample at hand first, then those ahead, then the one behind', () => {
  expect(wanted(goTo(session(10), 4), 3)).toEqual(['s4', 's5', 's6', 's7', 's3']);
  expect(wanted(session(1), 3)).toEqual(['s0']);
});

test('keys count from 1; classes that are digits have their own', () => {
  const plain = session(1);
  expect([0, 2, 3].map((index) => choiceOfKey(plain, index))).toEqual(['cat', 'owl', undefined]);
  expect(keyOf(plain, 0)).toBe('1');
  const digits = { ...plain, classes: ['0', '1', '7'] };
  expect([0, 6, 9, 1].map((index) => choiceOfKey(digits, index))).toEqual(['1', '7', '0', undefined]);
  expect([0, 1, 2].map((index) => keyOf(digits, index))).toEqual(['0', '1', '7']);
  const many = { ...plain, classes: Array.from({ length: 25 }, (_, at) => `class ${at}`) };
  expect([9, 10, 19, 20].map((index) => keyOf(many, index))).toEqual(['0', '⇧1', '⇧0', '']);
  expect(choiceOfKey(many, 19)).toBe('class 19');
});
