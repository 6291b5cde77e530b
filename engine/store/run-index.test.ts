import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openRunIndex, type RunIndexRow } from './run-index';

async function temporary(): Promise<string> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'index-'));
  onTestFinished(() => fs.rm(folder, { recursive: true }));
  return folder;
}

const none = async (): Promise<RunIndexRow[]> => [];

function row(number: number, state: RunIndexRow['state'] = 'running'): RunIndexRow {
  const startedAt = new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString();
  return { run: `run-${number}`, workflow: 'w', file: 'w.scanflow', state, startedAt, endedAt: null };
}

test('is the newest state of every run, newest first, over any number of sessions', async () => {
  const folder = await temporary();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.record({ number: fc.nat(5), done: fc.boolean() }), { maxLength: 8 }), { maxLength: 3 }),
      async (sessions) => {
        await fs.rm(path.join(folder, 'runs.index'), { force: true });
        const expected = new Map<string, RunIndexRow>();
        for (const puts of sessions) {
          const index = await openRunIndex(folder, none);
          for (const { number, done } of puts) {
            const put = row(number, done ? 'succeeded' : 'running');
            expected.set(put.run, put);
            await index.put(put);
          }
          await index.close();
        }
        const index = await openRunIndex(folder, none);
        const newest = [...expected.values()].sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
        expect(index.rows()).toEqual(newest);
        await index.close();
      },
    ),
    { numRuns: 20 },
  );
});

test.for([
  ['gone', (file: string) => fs.rm(file)],
  ['torn', (file: string) => fs.truncate(file, 300)],
  ['damaged in the middle', (file: string) => damage(file)],
] as const)('that is %s is rebuilt', async ([, harm]) => {
  const folder = await temporary();
  const rows = Array.from({ length: 10 }, (_, i) => row(i));
  const first = await openRunIndex(folder, none);
  for (const one of rows) await first.put(one);
  await first.close();
  await harm(path.join(folder, 'runs.index'));
  const second = await openRunIndex(folder, async () => rows);
  expect(second.rows()).toEqual(rows.toReversed());
  await second.put(row(10));
  await second.close();
  const third = await openRunIndex(folder, () => Promise.reject(new Error('not needed')));
  expect(third.rows()).toHaveLength(11);
  await third.close();
});

async function damage(file: string): Promise<void> {
  const data = await fs.readFile(file);
  data[100]! ^= 1;
  await fs.writeFile(file, data);
}

test('is written anew when most of it is old', async () => {
  const folder = await temporary();
  const first = await openRunIndex(folder, none);
  await Promise.all(Array.from({ length: 3000 }, (_, i) => first.put(row(i % 5))));
  await first.close();
  const before = (await fs.stat(path.join(folder, 'runs.index'))).size;
  const second = await openRunIndex(folder, none);
  expect(second.rows()).toHaveLength(5);
  await second.close();
  expect((await fs.stat(path.join(folder, 'runs.index'))).size).toBeLessThan(before / 100);
});

test('takes new rows while others are forgotten, two at once', async () => {
  const folder = await temporary();
  const index = await openRunIndex(folder, none);
  for (let i = 0; i < 4; i++) await index.put(row(i));
  await Promise.all([index.remove('run-0'), index.put(row(4)), index.remove('run-1'), index.put(row(5))]);
  await index.put(row(6));
  await index.close();
  const again = await openRunIndex(folder, none);
  expect(again.rows()).toEqual([6, 5, 4, 3, 2].map((number) => row(number)));
  await again.close();
});

test.for([
  ['written beside it', 'open', '.tmp', 'ENOSPC', 'SF5003'],
  ['put in its place', 'rename', '.tmp', 'EACCES', 'SF5004'],
] as const)('goes on as it was where the new file can’t be %s', async ([, call, ending, code, expected]) => {
  const folder = await temporary();
  const index = await openRunIndex(folder, none);
  for (let i = 0; i < 3; i++) await index.put(row(i));
  const real = fs[call] as (...given: unknown[]) => Promise<never>;
  const spy = vi.spyOn(fs, call).mockImplementation((...given: unknown[]) => {
    if (String(given[0]).endsWith(ending)) return Promise.reject(Object.assign(new Error(code), { code }));
    return real(...given);
  });
  onTestFinished(() => spy.mockRestore());
  await expect(index.remove('run-0')).rejects.toMatchObject({ fault: { code: expected } });
  await index.put(row(3));
  expect(index.rows()).toHaveLength(4);
  spy.mockRestore();
  await index.remove('run-1');
  await index.close();
  expect(await fs.readdir(folder)).toEqual(['runs.index']);
  const again = await openRunIndex(folder, none);
  expect(again.rows()).toEqual([3, 2, 0].map((number) => row(number)));
  await again.close();
});
