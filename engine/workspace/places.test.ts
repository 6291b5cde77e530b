import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { insideWorkspace, makeStore, type Places, placesOf } from './places';

let folder: string;
let root: string;
let places: Places;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scanflow-places-')));
  root = path.join(folder, 'workspace');
  for (const name of ['workspace/data', 'workspace/sub/.scanflow', 'workspace/.scanflow/tracker', 'workspace-2'])
    mkdirSync(path.join(folder, name), { recursive: true });
  for (const name of ['workspace/data/a', 'workspace/.scanflow/tracker/secret', 'workspace-2/b'])
    writeFileSync(path.join(folder, name), name);
  places = placesOf(root);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const link = (target: string, name: string) => symlinkSync(target, path.join(root, name));
const guard = (written: string, base = root) => insideWorkspace(places, base, written, 'Source s:');

test('a path inside the workspace is given with its links resolved', () => {
  link('data', 'link');
  expect(guard('link/a')).toBe(path.join(root, 'data/a'));
  expect(guard('../data/a', path.join(root, 'sub'))).toBe(path.join(root, 'data/a'));
  expect(guard('.')).toBe(root);
  expect(guard(path.join(root, 'data'))).toBe(path.join(root, 'data'));
});

test('what is missing, and what lies outside, is refused', () => {
  link('../workspace-2', 'away');
  expect(() => guard('data/none')).toThrow('Source s: data/none does not exist.');
  for (const written of ['..', '../workspace-2/b', 'away/b', '/']) {
    expect(() => guard(written)).toThrow(`Source s: ${written} lies outside the workspace.`);
  }
});

test.for([
  '.scanflow',
  '.scanflow/tracker/secret',
  'store',
  'store/tracker/secret',
  'data/../.scanflow',
  'sub/.scanflow',
])("%s belongs to a store's engine, and is refused", (written) => {
  link('.scanflow', 'store');
  expect(() => guard(written)).toThrow(expect.objectContaining({ fault: expect.objectContaining({ code: 'SF3022' }) }));
  expect(() => guard(written)).toThrow(`Source s: ${written} lies in a store.`);
});

test('a store that stands elsewhere in the workspace is refused under its own name, too', () => {
  rmSync(places.store, { recursive: true });
  mkdirSync(path.join(root, 'big/store'), { recursive: true });
  writeFileSync(path.join(root, 'big/store/secret'), '');
  link('big/store', '.scanflow');
  for (const written of ['.scanflow/secret', 'big/store/secret']) {
    expect(() => guard(written)).toThrow(`Source s: ${written} lies in a store.`);
  }
  expect(guard('big')).toBe(path.join(root, 'big'));
});

test('a new store is nothing for git, and one that is there stays as it is', async () => {
  const inside = placesOf(path.join(root, 'sub'));
  await makeStore(inside);
  expect(readdirSync(inside.store)).toEqual(['runs']);
  const fresh = placesOf(path.join(folder, 'workspace-2'));
  await makeStore(fresh);
  expect(readFileSync(path.join(fresh.store, '.gitignore'), 'utf8')).toBe('*\n');
});

test('a store that cannot be made says where', async () => {
  const taken = placesOf(path.join(folder, 'workspace-2'));
  writeFileSync(taken.store, 'a file');
  await expect(makeStore(taken)).rejects.toMatchObject({
    fault: { code: 'SF5004', message: expect.stringContaining(taken.store) },
  });
});
