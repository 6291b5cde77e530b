import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { AttemptSpec } from '../runtime';
import { changedInputs, recordInputs } from './input-changes';

async function place() {
  const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'inputs-'));
  onTestFinished(() => fs.rm(directory, { recursive: true }));
  await fs.mkdir(path.join(directory, 'runtime'));
  await fs.mkdir(path.join(directory, 'data', 'sub'), { recursive: true });
  for (const file of ['one', 'data/a', 'data/sub/b']) await fs.writeFile(path.join(directory, file), file);
  const inputs = ['one', 'data'].map((name) => ({ name, source: path.join(directory, name) }));
  return { directory, attempt: { directory, inputs } as AttemptSpec };
}

test.for([
  ['a file that grew', 'one', (at: string) => fs.appendFile(path.join(at, 'one'), '!')],
  ['a file with as many bytes', 'one', (at: string) => fs.writeFile(path.join(at, 'one'), 'eno')],
  ['a file that is gone', 'one', (at: string) => fs.rm(path.join(at, 'one'))],
  ['a file deep in a folder', 'data', (at: string) => fs.writeFile(path.join(at, 'data', 'sub', 'b'), 'mine')],
  ['one more file', 'data', (at: string) => fs.writeFile(path.join(at, 'data', 'sub', 'labels.cache'), '')],
  ['one file less', 'data', (at: string) => fs.rm(path.join(at, 'data', 'a'))],
] as const)('%s was written to', async ([, name, write]) => {
  const { directory, attempt } = await place();
  await recordInputs(attempt);
  expect(await changedInputs(attempt)).toEqual([]);
  await write(directory);
  expect(await changedInputs(attempt)).toEqual([name]);
});

test('who comes after another has written, and ends before it, is found as well; who comes after both is not', async () => {
  const { directory, attempt } = await place();
  const other = async (name: string) => {
    await fs.mkdir(path.join(directory, name, 'runtime'), { recursive: true });
    return { ...attempt, directory: path.join(directory, name) };
  };
  await recordInputs(attempt);
  await fs.appendFile(path.join(directory, 'one'), '!');
  const second = await other('second');
  await recordInputs(second);
  expect(await changedInputs(second)).toEqual(['one']);
  expect(await changedInputs(attempt)).toEqual(['one']);
  const third = await other('third');
  await recordInputs(third);
  expect(await changedInputs(third)).toEqual([]);
});

test('what the store touched, and a folder where a lock was for a while, are as they were', async () => {
  const { directory, attempt } = await place();
  await recordInputs(attempt);
  for (const { source } of attempt.inputs) {
    const { atime, mtime } = await fs.lstat(source);
    await fs.utimes(source, atime, mtime);
  }
  await fs.writeFile(path.join(directory, 'data', 'lock'), '');
  await fs.rm(path.join(directory, 'data', 'lock'));
  expect(await changedInputs(attempt)).toEqual([]);
});

test('of an attempt that was started without a record nothing is said', async () => {
  const { directory, attempt } = await place();
  await fs.appendFile(path.join(directory, 'one'), '!');
  expect(await changedInputs(attempt)).toEqual([]);
});
