import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StepProgram } from '../plan';
import { type Places, placesOf } from '../workspace/places';
import { programSpec } from './program-spec';

let top: string;
let places: Places;
beforeAll(() => {
  top = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scanflow-spec-')));
  for (const folder of ['workspace/deep', 'workspace/train', 'workspace/.scanflow', 'outside'])
    mkdirSync(path.join(top, folder), { recursive: true });
  writeFileSync(path.join(top, 'workspace/requirements.txt'), '');
  writeFileSync(path.join(top, 'outside/requirements.txt'), '');
  symlinkSync('../outside', path.join(top, 'workspace/link'));
  symlinkSync('../requirements.txt', path.join(top, 'workspace/deep/linked.txt'));
  places = placesOf(path.join(top, 'workspace'));
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

const spec = (surroundings: Partial<Extract<StepProgram, { kind: 'command' }>>) =>
  programSpec(places, path.join(places.root, 'deep'), {
    kind: 'command',
    command: ['x'],
    ...surroundings,
  } as StepProgram);

test.each([
  [{ build: '../../outside' }, 'Build folder ../../outside lies outside the workspace.'],
  [{ build: '../link' }, 'Build folder ../link lies outside the workspace.'],
  [{ build: '../.scanflow' }, 'Build folder ../.scanflow lies in a store.'],
  [{ requirements: '../../outside/requirements.txt' }, 'lies outside the workspace.'],
  [{ requirements: '../link/requirements.txt' }, 'lies outside the workspace.'],
])('%j is refused', (surroundings, message) => {
  const fault = expect.objectContaining({ code: 'SF3022', message: expect.stringContaining(message) });
  expect(() => spec(surroundings)).toThrow(expect.objectContaining({ fault }));
});

test('paths in the workspace are made absolute, as they are written', () => {
  expect(spec({ build: '../train' })).toMatchObject({ build: path.join(places.root, 'train') });
  expect(spec({ requirements: 'linked.txt' })).toMatchObject({
    requirements: path.join(places.root, 'deep/linked.txt'),
  });
  // A runtime that needs it says so; for a process there need be no folder to build.
  expect(spec({ build: 'gone' })).toMatchObject({ build: path.join(places.root, 'deep/gone') });
});
