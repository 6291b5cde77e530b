import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { contextHash, readContext } from './context';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'scanflow-context-'));
  await chmod(folder, 0o755);
  await put('Dockerfile', 'FROM scratch\n');
  await put('program.py', 'print(1)\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, content: string): Promise<void> {
  await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
  await writeFile(path.join(folder, name), content);
}
const names = async () => (await readContext(folder)).entries.map(({ name }) => name);

it('leaves out the store of a workspace, whatever is in it', async () => {
  const hash = async () => contextHash(await readContext(folder));
  const before = await hash();
  await put('.scanflow/tracker/secret', 'one');
  await put('.dockerignore', '!.scanflow\n');
  expect(await names()).toEqual(['program.py']);
  expect(await hash()).toBe(before);
  await put('inner/.scanflow/runs/1/journal', 'two');
  await put('inner/digits.scanflow', 'scanflow: 1\n');
  expect(await names()).toEqual(['inner/digits.scanflow', 'inner', 'program.py']);
});

it('sends what is an exception of an excluded folder', async () => {
  await put('.dockerignore', 'data\n!data/small.csv\n');
  await put('data/small.csv', '1');
  await put('data/large.csv', '2');
  expect(await names()).toEqual(['data/small.csv', 'program.py']);
});

it.skipIf(process.platform === 'win32')('does not look into a folder that is excluded', async () => {
  await put('.dockerignore', 'pgdata/\n');
  await put('pgdata/base', '1');
  await chmod(path.join(folder, 'pgdata'), 0o000);
  const root = process.geteuid?.() === 0;
  // Everything is readable to root: it has to be somebody else for a moment.
  if (root) process.seteuid?.(65534);
  try {
    expect(await names()).toEqual(['program.py']);
  } finally {
    if (root) process.seteuid?.(0);
    await chmod(path.join(folder, 'pgdata'), 0o700);
  }
});
