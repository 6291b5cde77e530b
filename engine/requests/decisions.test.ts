import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fault } from '../protocol';
import type { ActiveRuns } from '../runs/active-runs';
import type { EngineRooms } from '../runs/run-context';
import { type Ledger, openLedger } from '../workspace/ledger';
import type { Proposal } from '../workspace/ledger-entries';
import { decisionRequests } from './decisions';

let root: string;
let ledger: Ledger;
beforeEach(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), 'scanflow-decisions-'));
  ledger = await openLedger(path.join(root, 'journal'));
  for (const id of ['one', 'two']) await ledger.append({ type: 'proposal', ...waiting(id) });
});
afterEach(async () => {
  await ledger.close();
  rmSync(root, { recursive: true, force: true });
});

function requests(wake = async (): Promise<string | null> => null) {
  const runs = { wake, record: async () => ({ steps: new Map() }) };
  return decisionRequests({ ledger } as EngineRooms, runs as unknown as ActiveRuns, 'ada');
}

test.each([
  ['the same decision twice', ['one', 'one'], 'SF6041'],
  ['two that were compared with the same champion', ['one', 'two'], 'SF6042'],
])('of %s at once the first alone is promoted', async (_title, ids, code) => {
  const { promote } = requests();
  const [first, second] = await Promise.allSettled(ids.map((decision) => promote({ decision })));
  expect(first).toMatchObject({ status: 'fulfilled', value: { id: 'one', state: 'promoted', by: 'ada' } });
  expect(second).toMatchObject({ status: 'rejected', reason: { fault: { code } } });
  expect(ledger.state.verdicts).toHaveLength(1);
});

test('a decision is answered with where the run that waits for it cannot go on, and how it does later', async () => {
  const { promote, reject } = requests(() => Promise.reject(fault('SF4001', 'environment', 'No Docker.', 'Start it.')));
  const notice = expect.stringMatching(/No Docker\. Start it\. .*scanflow resume r1$/);
  expect(await promote({ decision: 'one' })).toMatchObject({ state: 'promoted', notice });
  expect(await reject({ decision: 'two' })).toMatchObject({ state: 'rejected', notice });
  expect(ledger.state.proposals.get('one')!.decision).not.toHaveProperty('notice');
});

test('a person may reject what the gate rejected, and nothing else that is decided', async () => {
  const { decision, ...rest } = waiting('low');
  await ledger.append({ type: 'proposal', ...rest, decision: { ...decision, state: 'rejected', by: 'gate' } });
  const { promote, reject } = requests();
  await expect(promote({ decision: 'low' })).rejects.toMatchObject({ fault: { code: 'SF6041' } });
  expect(await reject({ decision: 'low', reason: 'mislabelled' })).toMatchObject({ state: 'rejected', by: 'ada' });
  await expect(reject({ decision: 'low' })).rejects.toMatchObject({ fault: { code: 'SF6041' } });
});

test('of two roll backs at once the second finds nothing', async () => {
  const { promote, rollback } = requests();
  await promote({ decision: 'one' });
  const found = await Promise.allSettled([rollback({ workflow: 'digits' }), rollback({ workflow: 'digits' })]);
  expect(found.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(ledger.state.verdicts.map(({ state }) => state)).toEqual(['promoted', 'rolled-back']);
});

function waiting(id: string): Proposal {
  return {
    file: 'digits.scanflow',
    workflow: 'digits',
    run: 'r1',
    step: 'improver/gate',
    revision: { id, improver: 'improver', changes: [] },
    change: id,
    base: '',
    decision: {
      id,
      improver: 'improver',
      state: 'waiting',
      metric: 'accuracy',
      goal: 'maximize',
      threshold: 0,
      guard: null,
      test: { champion: 0.7, candidate: 0.9 },
      heldBack: null,
      bare: null,
      reason: 'better',
      by: null,
      at: null,
    },
  } as unknown as Proposal;
}
