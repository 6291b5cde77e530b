import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openArtifacts } from '../store/artifacts';
import { keepBatch } from './batch';
import { fresh, lookAt, quietOf, settledOf } from './settled';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'scanflow-settled-'));
  mkdirSync(path.join(root, 'incoming/deep'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const write = (name: string, text: string) => writeFileSync(path.join(root, 'incoming', name), text);
const filesOf = async (...given: Parameters<typeof lookAt>) => (await lookAt(...given)).files;
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

test('what keeps files from being seen is told, and the others are seen', async () => {
  const incoming = path.join(root, 'incoming');
  write('a', '1');
  expect(await lookAt(incoming)).toMatchObject({ unreadable: null });
  expect(await lookAt(path.join(root, 'nothing'))).toMatchObject({ unreadable: null });
  execFileSync('mkfifo', [path.join(root, 'pipe')]);
  expect((await lookAt(path.join(root, 'pipe'))).unreadable).toMatch(/pipe is neither a file nor a folder$/);
  // Nothing is forbidden to root: it has to be somebody else for a moment.
  const isRoot = process.geteuid?.() === 0;
  chmodSync(root, 0o755);
  chmodSync(path.join(incoming, 'deep'), 0o000);
  if (isRoot) process.seteuid?.(65534);
  try {
    const { files, unreadable } = await lookAt(incoming);
    expect(names(files)).toEqual(['a']);
    expect(unreadable).toMatch(/^EACCES.*deep/);
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(path.join(incoming, 'deep'), 0o755);
  }
  expect(await lookAt(incoming)).toMatchObject({ unreadable: null });
});

test('a file is settled when looks see the same for long enough, and two at least', () => {
  const at = (former: ReturnType<typeof quietOf>, now: number, files: Record<string, string>) =>
    quietOf(former, new Map(Object.entries(files)), now);
  const settled = (quiet: ReturnType<typeof quietOf>, now: number) => names(settledOf(quiet, 2000, now));
  let quiet = at(new Map(), 0, { a: '1', b: '1' });
  expect(names(settledOf(quiet, 0, 0))).toEqual([]);
  quiet = at(quiet, 1500, { a: '1', b: '2' });
  expect(names(settledOf(quiet, 0, 1500))).toEqual(['a']);
  expect(settled(quiet, 1500)).toEqual([]);
  quiet = at(quiet, 2000, { a: '1', b: '2' });
  expect(settled(quiet, 2000)).toEqual(['a']);
  // Its writer went on after a pause, and ends.
  quiet = at(quiet, 3400, { a: '1', b: '3' });
  expect(settled(quiet, 3400)).toEqual(['a']);
  quiet = at(quiet, 5400, { b: '3' });
  expect(settled(quiet, 5400)).toEqual(['b']);
});

test('a file is new again when it is written again', async () => {
  write('a', '1');
  write('b', '1');
  const taken = await look();
  expect(names(fresh(await look(), taken))).toEqual([]);
  write('a', '22');
  expect(names(fresh(await look(), taken))).toEqual(['a']);
  utimesSync(path.join(root, 'incoming/b'), new Date(), new Date(Date.now() + 5000));
  expect(names(fresh(await look(), taken))).toEqual(['a', 'b']);
});

test('a batch holds the chosen files alone; one that changed or went meanwhile is left for later', async () => {
  for (const name of ['a', 'deep/b', 'c', 'd']) write(name, name);
  const files = await look();
  files.delete('c');
  const artifacts = openArtifacts(path.join(root, 'artifacts'));
  rmSync(path.join(root, 'incoming/a'));
  write('d', 'changed');
  // Two workflows of one engine take the same files at once.
  const [{ batch }, other] = await Promise.all([
    keepBatch(artifacts, path.join(root, 'incoming'), files),
    keepBatch(artifacts, path.join(root, 'incoming'), files),
  ]);
  expect(other).toEqual({ batch, unread: null });
  expect(names(batch!.files)).toEqual(['deep/b']);
  expect(names(await filesOf(artifacts.pathOf(batch!.digest)))).toEqual(['deep/b']);
  expect(readdirSync(path.join(root, 'artifacts/temporary'))).toEqual([]);
  const gone = new Map([['a', '1:1']]);
  expect(await keepBatch(artifacts, path.join(root, 'incoming'), gone)).toEqual({ batch: null, unread: null });
});
