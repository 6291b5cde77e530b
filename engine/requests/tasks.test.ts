import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TaskRequest } from '../protocol';
import type { ActiveRuns } from '../runs/active-runs';
import type { EngineRooms } from '../runs/run-context';
import { answerOf } from '../workspace/answering';
import { type Ledger, openLedger } from '../workspace/ledger';
import { taskRequests } from './tasks';

let root: string;
let ledger: Ledger;
beforeEach(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), 'scanflow-tasks-'));
  ledger = await openLedger(path.join(root, 'journal'));
  const items = ['a', 'b', 'c'].map((id) => ({ id }));
  const request: TaskRequest = {
    kind: 'label',
    title: 'T',
    classes: ['0', '1'],
    items,
    output: 'feedback',
    data: 'data',
  };
  const of = { file: 'w.scanflow', workflow: 'w', step: 'ask@any', node: 'ask', run: 'r1' };
  await ledger.append({ type: 'task', id: 't', ...of, request, data: [], clean: null, at: '' });
});
afterEach(async () => {
  await ledger.close();
  rmSync(root, { recursive: true, force: true });
});

const requests = () => taskRequests({ ledger } as EngineRooms, {} as ActiveRuns, 'ada');
const said = () => ['a', 'b', 'c'].map((id) => answerOf(ledger.state.tasks.get('t')!, id)?.answer);
const label = (answer: string | null, reason: string | null = null) => ({ answer, reason });

test('a step is taken back only where what the client names still stands', async () => {
  const { answer } = requests();
  await answer({ task: 't', answers: { a: '0', b: '0' } });
  await answer({ task: 't', answers: { a: '1' }, by: 'eva' });
  const back = { task: 't', answers: {}, open: ['a', 'b'], step: 'undo' as const };
  await expect(answer({ ...back, expected: { a: label('0'), b: label('0') } })).rejects.toMatchObject({
    fault: { code: 'SF6035', message: 'a of task t has another answer by now; nothing was saved.' },
  });
  expect(said()).toEqual(['1', '0', undefined]);
  await answer({ task: 't', answers: { a: '0' }, step: 'undo', expected: { a: label('1') } });
  await answer({ ...back, expected: { a: label('0'), b: label('0') } });
  expect(said()).toEqual([undefined, undefined, undefined]);
});

test('of two that take the same step back at once, one does', async () => {
  const { answer } = requests();
  await answer({ task: 't', answers: { a: '0' } });
  await answer({ task: 't', answers: { a: '1' } });
  const back = { task: 't', answers: { a: '0' }, step: 'undo' as const, expected: { a: label('1') } };
  const [first, second] = await Promise.allSettled([answer(back), answer(back)]);
  expect([first.status, second.status, said()[0]]).toEqual(['fulfilled', 'rejected', '0']);
});

test('a sample that is open, or skipped for a reason, is named so', async () => {
  const { answer } = requests();
  const reason = 'blurred '.repeat(100);
  await answer({ task: 't', answers: { a: null }, reasons: { a: reason }, expected: { a: null } });
  const names = (seen: object | null) => answer({ task: 't', answers: { a: '0' }, expected: { a: seen as never } });
  for (const other of [null, label(null), label('0'), label(null, 'dark'), { answer: null, reason: 5 }, {}]) {
    await expect(names(other), JSON.stringify(other)).rejects.toMatchObject({ fault: { code: 'SF6035' } });
  }
  await names(label(null, reason));
  expect(said()[0]).toBe('0');
  await expect(answer({ task: 't', answers: {}, expected: { z: null } })).rejects.toMatchObject({
    fault: { code: 'SF6032' },
  });
});
