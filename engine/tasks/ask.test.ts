import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { RunContext } from '../runs/run-context';
import type { StepRecord } from '../runs/run-state';
import { openLedger } from '../workspace/ledger';
import { askPerson } from './ask';

test('runs that come to a question at the same time share one task, with the samples of all', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ask-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const ledger = await openLedger(path.join(folder, 'workspace'));
  const slow = {
    ...ledger,
    append: async (...entry: Parameters<typeof ledger.append>) => {
      await setTimeout(20);
      await ledger.append(...entry);
    },
  };
  const superseded: string[] = [];
  const ask = async (run: string, sample: string) => {
    const directory = await mkdtemp(path.join(folder, `${run}-`));
    const request = { kind: 'label', items: [{ id: sample }], data: 'data', output: 'y' };
    await writeFile(path.join(directory, 'task.json'), JSON.stringify(request));
    const context = {
      ledger: slow,
      run: { header: { run, file: 'f.scanflow', workflow: 'f' } },
      put: async () => {},
      supersede: async (former: string) => void superseded.push(former),
    } as unknown as RunContext;
    const step = { name: 'ask@training', node: 'ask', outputs: [{ name: 'y' }] };
    await askPerson(context, { step, spec: { directory } } as unknown as StepRecord, []);
  };
  await Promise.all([ask('one', 'a'), ask('two', 'b'), ask('three', 'c')]);
  const tasks = [...ledger.state.tasks.values()];
  expect(tasks.map(({ request }) => request.items.map(({ id }) => id).toSorted())).toEqual([['a', 'b', 'c']]);
  expect([...superseded, tasks[0]!.run].toSorted()).toEqual(['one', 'three', 'two']);
  await ledger.close();
});
