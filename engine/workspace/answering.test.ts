import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GivenAnswer } from '../protocol';
import { answerOf, giveAnswers, newTask } from './answering';
import type { GivenAnswers, TaskOpened } from './ledger-entries';
import type { TaskState } from './task-state';

const IDS = ['a', 'b', 'c', 'd'];
const opened = { id: 't', request: { items: IDS.map((id) => ({ id })) } } as unknown as TaskOpened;
const stateOf = (task: TaskState) => Object.fromEntries(IDS.map((id) => [id, answerOf(task, id)]));

const given: fc.Arbitrary<GivenAnswers> = fc.record({
  answers: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('0', '1', null), { minKeys: 1 }),
  open: fc.subarray(['c', 'd']),
  reasons: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('blurred', 'two digits')),
});

const give = (task: TaskState, what: GivenAnswers) => giveAnswers(task, { ...what, by: 'ada', at: 'now' });

/** As a client does it: the states that the step tells, sent as answers. */
function step(task: TaskState, kind: 'undo' | 'redo'): void {
  const { changes } = (kind === 'undo' ? task.done : task.undone).at(-1)!;
  const wanted = changes.map(({ id, before, after }) => [id, kind === 'undo' ? before : after] as const);
  const said = wanted.filter((one): one is readonly [string, GivenAnswer] => one[1] !== null);
  give(task, {
    answers: Object.fromEntries(said.map(([id, { answer }]) => [id, answer])),
    reasons: Object.fromEntries(said.flatMap(([id, { reason }]) => (reason === null ? [] : [[id, reason]]))),
    open: wanted.filter(([, one]) => one === null).map(([id]) => id),
    step: kind,
  });
}

test('undo leads back through every state, and redo forth again', () => {
  fc.assert(
    fc.property(fc.array(given, { minLength: 1, maxLength: 8 }), (steps) => {
      const task = newTask(opened);
      const states = [stateOf(task)];
      for (const one of steps) {
        give(task, one);
        states.push(stateOf(task));
      }
      for (const state of states.slice(0, -1).toReversed()) {
        step(task, 'undo');
        expect(stateOf(task)).toEqual(state);
      }
      expect(task.done).toEqual([]);
      for (const state of states.slice(1)) {
        step(task, 'redo');
        expect(stateOf(task)).toEqual(state);
      }
      expect(task.undone).toEqual([]);
    }),
  );
});

test('a new answer after an undo: what was undone is gone', () => {
  const task = newTask(opened);
  give(task, { answers: { a: '1' } });
  step(task, 'undo');
  give(task, { answers: { b: '1' } });
  expect(task.undone).toEqual([]);
  expect(task.done).toHaveLength(1);
});

test('two windows take the last step back at once: the second is a step of its own', () => {
  const task = newTask(opened);
  give(task, { answers: { a: '1' } });
  give(task, { answers: { b: '1' } });
  for (let window = 0; window < 2; window++) give(task, { answers: {}, open: ['b'], step: 'undo' });
  expect(stateOf(task)).toMatchObject({ a: { answer: '1' }, b: null });
  expect(task.done.map(({ changes }) => changes.map(({ id }) => id))).toEqual([['a'], ['b']]);
  expect(task.undone).toEqual([]);
});

test('what an oracle or an earlier task knew is nobody’s step', () => {
  const task = newTask(opened);
  give(task, { answers: { a: '1' }, step: 'known' });
  expect(task.done).toEqual([]);
  expect(answerOf(task, 'a')).toEqual({ answer: '1', reason: null });
});

test('a reason goes when the sample is no longer skipped; a task that moves to a newer run keeps everything', () => {
  const task = newTask(opened);
  give(task, { answers: { a: null }, reasons: { a: 'blurred' } });
  task.flagged.add('b');
  const moved = newTask({ ...opened, run: 'later' }, task);
  expect(answerOf(moved, 'a')).toEqual({ answer: null, reason: 'blurred' });
  expect(moved.flagged).toEqual(new Set(['b']));
  give(moved, { answers: { a: '1' } });
  expect(answerOf(moved, 'a')).toEqual({ answer: '1', reason: null });
});

test('how a person came to an answer, and what was said when it was asked again, are about the answer that stands', () => {
  const task = newTask(opened);
  give(task, { answers: { a: '1', b: '0' }, looks: { a: { seconds: 1.5, blind: true } } });
  give(task, { answers: {}, again: { a: '0' } });
  expect([...task.looks]).toEqual([['a', { seconds: 1.5, blind: true }]]);
  expect([...task.again]).toEqual([['a', '0']]);
  expect(task.done).toHaveLength(1);
  const moved = newTask(opened, task);
  expect([moved.looks.size, moved.again.size]).toEqual([1, 1]);
  give(task, { answers: { a: '0' } });
  expect([task.looks.size, task.again.size]).toEqual([0, 0]);
});

test('a sample may be called as what every object has', () => {
  const task = newTask(opened);
  give(task, { answers: { constructor: null, toString: 'a' }, reasons: { a: 'blurred' }, looks: {} });
  expect(answerOf(task, 'constructor')).toEqual({ answer: null, reason: null });
  expect([...task.looks]).toEqual([]);
});
