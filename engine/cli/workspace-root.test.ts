import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { existingFile, workspaceRoot } from './workspace-root';

let top: string;

beforeEach(() => {
  top = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scanflow-root-')));
  mkdirSync(path.join(top, 'repository/flows/deep'), { recursive: true });
  writeFileSync(path.join(top, 'repository/flows/a.scanflow'), '');
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

const at = (...parts: string[]) => path.join(top, ...parts);

test('a file in no repository and no workspace has its own folder as root', () => {
  expect(workspaceRoot(top, { file: 'repository/flows/a.scanflow' })).toBe(at('repository/flows'));
  expect(workspaceRoot(at('repository'), {})).toBe(at('repository'));
});

test('the nearest folder upwards with a repository or a store is the root', () => {
  mkdirSync(at('repository/.git'));
  expect(workspaceRoot(top, { file: 'repository/flows/a.scanflow' })).toBe(at('repository'));
  expect(workspaceRoot(at('repository/flows/deep'), {})).toBe(at('repository'));
  mkdirSync(at('repository/flows/.scanflow'));
  expect(workspaceRoot(top, { file: 'repository/flows/a.scanflow' })).toBe(at('repository/flows'));
});

test('a work tree whose .git is a file counts', () => {
  writeFileSync(at('repository/.git'), 'gitdir: elsewhere');
  expect(workspaceRoot(at('repository/flows'), {})).toBe(at('repository'));
});

test('the root is the same by whatever link the file is reached', () => {
  mkdirSync(at('repository/.git'));
  symlinkSync(at('repository/flows'), at('link'));
  expect(workspaceRoot(top, { file: 'link/a.scanflow' })).toBe(at('repository'));
});

test('--workspace is taken as it is, and must exist', () => {
  mkdirSync(at('repository/.git'));
  expect(workspaceRoot(top, { workspace: 'repository/flows', file: 'repository/flows/a.scanflow' })).toBe(
    at('repository/flows'),
  );
  expect(() => workspaceRoot(top, { workspace: 'nowhere' })).toThrow(/nowhere/);
  expect(() => workspaceRoot(top, { workspace: 'repository/flows/a.scanflow' })).toThrow(/does not exist/);
});

test('what is no file is refused with its name', () => {
  expect(existingFile(top, 'repository/flows/a.scanflow')).toBe(at('repository/flows/a.scanflow'));
  expect(() => existingFile(top, 'b.scanflow')).toThrow(/b\.scanflow does not exist/);
  expect(() => existingFile(top, 'repository')).toThrow(/is not a file/);
});
