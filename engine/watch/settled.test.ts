import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openArtifacts } from '../store/artifacts';
import { keepBatch } from './batch';
import { filesOf, fresh, settledOf } from './settled';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'scanflow-settled-'));
  mkdirSync(path.join(root, 'incoming/deep'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const write = (name: string, text: string) => writeFileSync(path.join(root, 'incoming', name), text);
const look = () => filesOf(path.join(root, 'incoming'));
const names = (files: Map<string, string>) => [...files.keys()].sort();

test('finished files are found in every folder; links, hidden and unfinished ones are not', async () => {
  for (const name of ['a.csv', 'deep/b.csv', '.hidden', 'c.csv.part', 'd.tmp', 'e~', '~$a.xlsx']) write(name, 'x');
  symlinkSync('/etc/passwd', path.join(root, 'incoming/link'));
  expect(names(await look())).toEqual(['a.csv', 'deep/b.csv']);
  expect(names(await filesOf(path.join(root, 'incoming/a.csv')))).toEqual(['']);
  expect(await filesOf(path.join(root, 'nothing'))).toEqual(new Map());
  const deep = path.join(root, 'incoming/deep');
  expect(names(await filesOf(path.join(root, 'incoming'), (file) => file === deep))).toEqual(['a.csv']);
});

test('a file is settled when two looks see the same, and new again when it is written again', async () => {
  write('a', '1');
  const first = await look();
  expect(settledOf(null, first)).toEqual(new Map());
  write('b', '1');
  const second = await look();
  expect(names(settledOf(first, second))).toEqual(['a']);
  expect(names(fresh(second, first))).toEqual(['b']);
  write('a', '22');
  expect(names(settledOf(second, await look()))).toEqual(['b']);
  expect(names(fresh(await look(), second))).toEqual(['a']);
  utimesSync(path.join(root, 'incoming/b'), new Date(), new Date(Date.now() + 5000));
  expect(names(fresh(await look(), second))).toEqual(['a', 'b']);
});

test('a batch holds the chosen files alone; one that changed or went meanwhile is left for later', async () => {
  for (const name of ['a', 'deep/b', 'c', 'd']) write(name, name);
  const files = await look();
  files.delete('c');
  const artifacts = openArtifacts(path.join(root, 'artifacts'));
  rmSync(path.join(root, 'incoming/a'));
  write('d', 'changed');
  // Two workflows of one engine take the same files at once.
  const [batch, other] = await Promise.all([
    keepBatch(artifacts, path.join(root, 'incoming'), files),
    keepBatch(artifacts, path.join(root, 'incoming'), files),
  ]);
  expect(other).toEqual(batch);
  expect(names(batch!.files)).toEqual(['deep/b']);
  expect(names(await filesOf(artifacts.pathOf(batch!.digest)))).toEqual(['deep/b']);
  expect(readdirSync(path.join(root, 'artifacts/temporary'))).toEqual([]);
  const gone = new Map([['a', '1:1']]);
  expect(await keepBatch(artifacts, path.join(root, 'incoming'), gone)).toBeNull();
});
