import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exampleSample } from '../../engine/protocol/examples';
import { arranged, wanted } from './arrange';
import { changed, opened, saved } from './heard';
import { progressOf } from './progress';
import { hasRefused, NONE_REFUSED, refuse, refusedOnes } from './refused';
import { extendTo, lassoed, selectAll, toggle } from './select';
import {
  answer as answerWith,
  choiceOfKey,
  flag,
  goTo,
  keyOf,
  mark,
  move,
  redo,
  type Session,
  shortOf,
  suggestedOf,
  twinsOf,
  undo,
} from './session';

const answer = (now: Session, label: string | null, at: number, reason: string | null = null) =>
  answerWith(now, { answer: label, reason }, at);

const classes = ['cat', 'dog', 'owl'];

function session(count: number): Session {
  const items = Array.from({ length: count }, (_, at) => exampleSample(`s${at}`));
  return {
    task: 't',
    kind: 'label',
    title: '',
    workflow: '',
    classes,
    items,
    at: 0,
    shown: items.map((_, at) => at),
    selected: new Set(),
    revealed: null,
    seen: new Set(),
    askAgain: 0,
    again: null,
    since: 0,
    views: ['data'],
    view: 'data',
    gains: [],
    joined: 0,
    twins: new Map(),
    sameClass: false,
    autoAdvance: true,
    blind: true,
    marks: new Map(),
    refused: NONE_REFUSED,
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
        sent.push(change.send!.changes[0]!.given!.answer);
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
      // How it was come to is told of the answer alone.
      expect(again.items).toEqual(end.items.map((item) => ({ ...item, look: null })));
    }),
  );
});

test('undo leads to the sample; what stood there before is sent again, with what the person saw', () => {
  let now = answer(session(3), 'cat', 0).session;
  now = answer(goTo(now, 0), 'dog', 0).session;
  const back = undo(now);
  expect(back.session.at).toBe(0);
  const [cat, dog] = ['cat', 'dog'].map((label) => ({ answer: label, reason: null }));
  expect(back.send).toEqual({ changes: [{ id: 's0', given: cat, expected: dog }], step: 'undo' });
  expect(redo(back.session).send).toEqual({ changes: [{ id: 's0', given: dog, expected: cat }], step: 'redo' });
  const start = undo(back.session);
  expect(start.send).toEqual({ changes: [{ id: 's0', given: null, expected: cat }], step: 'undo' });
  expect(undo(start.session).send).toBeUndefined();
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

test('an answer that has no room is shown as its key, which is not taken for an answer of that name', () => {
  const now = { ...session(3), classes: ['none', '1', '2', 'unknown'] };
  const short = (answer: string) => shortOf(now, answer);
  expect([short('none'), short('1')]).toEqual([
    { text: '1', isKey: true },
    { text: '1', isKey: false },
  ]);
  expect(short('of no class')).toEqual({ text: 'of ', isKey: false });
});

test('one answer for all that are selected is one step, there and back', () => {
  const chosen = toggle(toggle(session(6), 1), 4);
  const { session: now, send } = answer(chosen, 'owl', 0);
  expect(send!.changes.map(({ id }) => id)).toEqual(['s1', 's4']);
  expect(now.items.map((item) => item.answer)).toEqual([null, 'owl', null, null, 'owl', null]);
  expect(now.selected.size).toBe(0);
  expect(undo(now).session.items).toEqual(session(6).items);
});

test('skips with a reason carry it, and lose it with the skip', () => {
  const skipped = answer(session(2), null, 0, 'unreadable').session;
  expect(skipped.items[0]).toMatchObject({ skipped: true, reason: 'unreadable' });
  const said = answer(goTo(skipped, 0), 'cat', 0).session;
  expect(said.items[0]).toMatchObject({ answer: 'cat', skipped: false, reason: null });
  expect(undo(said).send!.changes[0]!.given).toEqual({ answer: null, reason: 'unreadable' });
});

test('flags mark all that are selected, and only take the mark away where all have it', () => {
  const one = flag(session(3)).session;
  const both = flag(selectAll(one));
  expect([both.on, both.ids.length]).toEqual([true, 3]);
  expect(flag(both.session).on).toBe(false);
});

test('shift selects from here to there, in the order that is shown', () => {
  const turned = { ...session(6), shown: [5, 4, 3, 2, 1, 0], at: 4 };
  expect([...extendTo(turned, 3).selected].sort()).toEqual(['s2', 's3', 's4']);
});

test('a lasso takes the tiles that it touches, and no others', () => {
  const tile = { width: 10, height: 10, columns: 4 };
  const ids = ({ selected }: Session) => [...selected];
  expect(ids(lassoed(session(10), { left: 12, top: 5, right: 29, bottom: 11 }, tile))).toEqual([
    's1',
    's2',
    's5',
    's6',
  ]);
  expect(ids(lassoed(session(10), { left: 35, top: 15, right: 900, bottom: 900 }, tile))).toEqual(['s7']);
});

test('arrows walk in the order that is shown; the next open one comes from it, too', () => {
  const items = session(4).items.map((item, at) => ({ ...item, severity: at === 2 ? 9 : at }));
  const shown = arranged({ items }, { sort: 'severity', filter: 'all', similar: [] });
  expect(shown).toEqual([2, 3, 1, 0]);
  const now = { ...session(4), items, shown, at: 2 };
  expect(move(now, 1).at).toBe(3);
  expect(answer(now, 'cat', 0).session.at).toBe(3);
});

test.each([
  ['open', [2, 3]],
  ['answered', [0]],
  ['skipped', [1]],
  ['flagged', [3]],
] as const)('shows those that are %s', (filter, expected) => {
  const items = session(4).items.map((item, at) => ({
    ...item,
    answer: at === 0 ? 'cat' : null,
    skipped: at === 1,
    flagged: at === 3,
  }));
  expect(arranged({ items }, { sort: 'task', filter, similar: [] })).toEqual(expected);
});

test('the most similar come first, what nobody compared comes last', () => {
  const { items } = session(4);
  expect(arranged({ items }, { sort: 'similar', filter: 'all', similar: ['s2', 's0'] })).toEqual([2, 0, 1, 3]);
});

test('twins of one class: that of the best', () => {
  const twins = ['7', '1', '7'].map((label, at) => ({ id: `c${at}`, label, distance: at }));
  const now: Session = { ...session(1), kind: 'find', twins: new Map([['s0', twins]]) };
  expect(twinsOf({ ...now, sameClass: true }).map(({ id }) => id)).toEqual(['c0', 'c2']);
  expect(choiceOfKey({ ...now, sameClass: true }, 1)).toBe('c2');
});

test('what a machine suggests is hidden until it is asked for; Enter then accepts it', () => {
  const now = session(2);
  now.items[0]!.suggestion = { label: 'owl', probability: 0.9 };
  expect(suggestedOf(now)).toBeUndefined();
  const seen = { ...now, revealed: 's0' };
  expect(suggestedOf(seen)).toBe('owl');
  expect(suggestedOf({ ...now, blind: false })).toBe('owl');
  expect(suggestedOf(answer(seen, 'owl', 0).session)).toBeUndefined();
});

test('each answer says how long it took, and whether it was blind', () => {
  const looks = (now: Session) => answer(now, 'cat', 2500).send!.changes.map(({ look }) => look);
  expect(looks({ ...session(3), since: 1000 })).toEqual([{ seconds: 1.5, blind: true }]);
  expect(looks({ ...session(3), since: 1000, revealed: 's0' })).toEqual([{ seconds: 1.5, blind: false }]);
  // Those of a selection share the time.
  expect(looks(selectAll({ ...session(3), since: 1000, blind: false }))).toEqual(
    Array.from({ length: 3 }, () => ({ seconds: 0.5, blind: false })),
  );
});

test('one of twenty labels is asked a second time, blind, and its answer stays', () => {
  let now = { ...session(45), askAgain: 0.05 };
  const again: string[] = [];
  let keys = 0;
  while (now.items.some((item) => item.answer === null)) {
    const asked = now.again;
    const outcome = answer(now, asked === null ? 'cat' : 'dog', keys++);
    if (asked !== null) {
      expect(outcome.send).toBeUndefined();
      expect(outcome.again).toEqual({ id: asked, answer: 'dog' });
      again.push(asked);
    }
    now = { ...outcome.session, askAgain: 0.05 };
  }
  expect(again).toHaveLength(2);
  expect(new Set(again).size).toBe(2);
  expect(keys).toBe(47);
  expect(now.items.every((item) => item.answer === 'cat')).toBe(true);
  expect(
    now.items
      .filter((item) => item.again === 'dog')
      .map(({ id }) => id)
      .sort(),
  ).toEqual(again.sort());
});

test('who goes elsewhere instead of answering again is not asked', () => {
  let now = { ...session(30), askAgain: 0.1 };
  while (now.again === null) now = { ...answer(now, 'cat', 0).session, askAgain: 0.1 };
  expect(goTo(now, 20).again).toBeNull();
  expect(undo(now).session.again).toBeNull();
  expect(answer(now, null, 0).again).toBeUndefined();
});

test('an answer is blind only where nothing that a machine says of the sample was ever shown', () => {
  const blind = ({ send }: { send?: { changes: { id: string; look?: { blind: boolean } }[] } }) =>
    send!.changes.map(({ id, look }) => [id, look?.blind]);
  const answered = answer(session(3), 'cat', 0);
  expect(blind(answered)).toEqual([['s0', true]]);
  // An answered sample shows its suggestion, and so does one that was revealed before.
  const back = goTo(answered.session, 0);
  expect(blind(answer(back, 'dog', 0))).toEqual([['s0', false]]);
  expect(blind(answer(undo(back).session, 'dog', 0))).toEqual([['s0', false]]);
  const revealed = goTo(goTo({ ...session(3), revealed: 's0' }, 1), 0);
  expect(blind(answer(revealed, 'dog', 0))).toEqual([['s0', false]]);
  // Undone before it was looked at again.
  expect(blind(answer(undo(answered.session).session, 'dog', 0))).toEqual([['s0', true]]);
});

test('only an answer that adds a label asks again: no skip, no correction; a selection may pass the number', () => {
  let now: Session = { ...session(60), askAgain: 0.05 };
  const say = (label: string | null) => {
    const before = now;
    now = answer(now, label, 0).session;
    if (before.again === null && now.again !== null) now = answer(now, null, 0).session;
    else return 0;
    return 1;
  };
  let asked = 0;
  for (let at = 0; at < 20; at++) asked += say('cat');
  expect(asked).toBe(1);
  for (let at = 0; at < 6; at++) asked += say(null);
  now = goTo(now, 3);
  asked += say('dog');
  expect(asked).toBe(1);
  now = { ...now, selected: new Set(Array.from({ length: 25 }, (_, at) => `s${at + 30}`)) };
  expect(say('owl')).toBe(1);
});

test('what the engine refused is said once more as what it was: answers with how they came, flags, second answers', () => {
  let now = answer(session(4), 'cat', 1500).session;
  now = refuse(mark(now, ['s0'], 'saving'), { of: 'answer', ids: ['s0'] });
  now = refuse(flag(now).session, { of: 'flag', ids: ['s1'] });
  now = {
    ...now,
    items: now.items.map((item) => (item.id === 's2' ? { ...item, answer: 'owl', again: 'dog' } : item)),
  };
  now = refuse(now, { of: 'again', ids: ['s2'] });
  const said = refusedOnes(now);
  expect(said.send).toEqual({
    changes: [{ id: 's0', given: { answer: 'cat', reason: null }, look: { seconds: 1.5, blind: true } }],
    step: '',
  });
  expect(said.flags).toEqual([{ ids: ['s1'], on: true }]);
  expect(said.again).toEqual([{ id: 's2', answer: 'dog' }]);
  expect(hasRefused(said.session)).toBe(true);
  expect(hasRefused(mark(said.session, ['s0'], 'saved'))).toBe(false);
});

const arrangement = { sort: 'task', filter: 'all', similar: [] } as const;

test('what others say comes in; what is on its way to the engine stays, and its steps with it', () => {
  let now = mark(answer(session(4), 'cat', 0).session, ['s0'], 'saved');
  now = mark(answer(now, 'dog', 0).session, ['s1'], 'holding');
  const items = session(6).items.map((item, at) => ({ ...item, answer: ['cat', null, 'owl'][at] ?? null }));
  const steps = [now.done[0]!, { changes: [{ id: 's2', before: null, after: { answer: 'owl', reason: null } }] }];
  const heard = changed({ ...now, shown: [3, 2, 1, 0] }, { items, done: steps, undone: [] }, arrangement);
  expect(heard.items.map((item) => item.answer)).toEqual(['cat', 'dog', 'owl', null, null, null]);
  expect(heard.done.map(({ changes }) => changes[0]!.id)).toEqual(['s0', 's2', 's1']);
  // Those that joined come after the ones that are on the screen.
  expect(heard.shown).toEqual([3, 2, 1, 0, 4, 5]);
  expect(heard.at).toBe(now.at);
});

test.each(['saving', 'holding'] as const)(
  'what is said anew of a sample, %s, is not taken back by what the engine has of it',
  (kind) => {
    const said = mark(answer(session(4), 'cat', 0).session, ['s0'], kind);
    const items = session(4).items.map((item) => (item.id === 's0' ? { ...item, answer: 'dog' } : item));
    const has = (now: Session, label: string) => saved(now, [{ id: 's0', given: { answer: label, reason: null } }]);
    // What another client answered, or what the person said of it just before.
    const heard = changed(has(said, 'dog'), { items, done: [], undone: [] }, arrangement);
    expect([heard.items[0]!.answer, heard.marks.get('s0')]).toEqual(['cat', kind]);
    expect(has(heard, 'cat').marks.get('s0')).toBe('saved');
  },
);

test('what was refused and then answered by another client is that answer', () => {
  const said = refuse(answer(session(4), 'cat', 0).session, { of: 'answer', ids: ['s0'] });
  const items = session(4).items.map((item) => (item.id === 's0' ? { ...item, answer: 'dog' } : item));
  const heard = saved(said, [{ id: 's0', given: { answer: 'dog', reason: null } }]);
  expect(hasRefused(heard)).toBe(false);
  expect(changed(heard, { items, done: [], undone: [] }, arrangement).items[0]!.answer).toBe('dog');
});

test('a task that is shown anew keeps what was refused', () => {
  const now = refuse(answer(session(3), 'cat', 0).session, { of: 'answer', ids: ['s0'] });
  const message = { ...session(3), type: 'task' as const, grid: false, done: [], undone: [] };
  expect(opened(message, now, arrangement).items[0]!.answer).toBe('cat');
  expect(opened(message, null, arrangement).items[0]!.answer).toBeNull();
});

test.each([
  [['data', 'error'], 'error'],
  [['data'], 'data'],
] as const)(
  'a task that another run asks, with %j to be seen, shows the view that was chosen or the data',
  (views, view) => {
    const now = { ...session(3), views: ['data' as const, 'error' as const], view: 'error' as const };
    const message = { ...session(3), type: 'task' as const, grid: false, done: [], undone: [], views: [...views] };
    expect(opened(message, now, arrangement).view).toBe(view);
  },
);
